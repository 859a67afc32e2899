import SnapshotStore

/// Merges the sorted links of several runs; those that are one link become one.
@safe
final class LinkMerge: PieceMaker, @unchecked Sendable {
    private let readers: [LinkRunReader]
    private let recordCount: Int
    private var heap: MergeHeap
    /// The last link: more of the same may follow.
    private var open: LinkRecord?

    /// - recordCount: links that next() returns, about.
    init(_ readers: [LinkRunReader], recordCount: Int) throws {
        self.readers = readers
        self.recordCount = recordCount
        var filled: [Int] = []
        for index in readers.indices where try readers[index].advance() { filled.append(index) }
        heap = MergeHeap(filled) { left, right in Self.isLess(left, right, readers) }
    }

    private static func isLess(_ left: Int, _ right: Int, _ readers: [LinkRunReader]) -> Bool {
        let (first, second) = (readers[left].current, readers[right].current)
        return RecordSort.isLess(first, second) || (!RecordSort.isLess(second, first) && left < right)
    }

    func next() throws -> [LinkRecord]? {
        guard let first = heap.top else { return nil }
        let readers = readers
        var link = open ?? readers[first].current
        let isLess = { (left: Int, right: Int) -> Bool in Self.isLess(left, right, readers) }
        // A member of the class would be checked for exclusive access at every link.
        var heap = self.heap
        var merged: [LinkRecord] = []
        merged.reserveCapacity(recordCount)
        // The first of all is merged with itself, which changes nothing.
        while merged.count < recordCount, let top = heap.top {
            let record = readers[top].current
            if RecordSort.isSameLink(link, record) {
                RecordSort.merge(record, into: &link)
            } else {
                merged.append(link)
                link = record
            }
            if try readers[top].advance() { heap.topAdvanced(isLess) } else { heap.topEnded(isLess) }
        }
        if heap.top == nil {
            merged.append(link)
            open = nil
        } else {
            open = link
        }
        self.heap = heap
        return merged
    }
}
