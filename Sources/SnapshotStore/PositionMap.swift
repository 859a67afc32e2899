import Synchronization

/// How the positions of a sorted list follow from those of an older one: some of the old are removed, some of the new are
/// inserted, the others keep their order. Two columns of gaps: position 0's value is the first position, each further one
/// the difference from the position before, less one.
///
/// Memory once it is asked for: 4 bytes for each removed and inserted position.
final class PositionMap: Sendable {
    /// Positions of the old list, and of the new one.
    let baseCount: Int
    let count: Int
    private let insertedColumn: IntegerColumn
    private let removedColumn: IntegerColumn
    private let cache = Mutex<(positions: Positions?, table: PositionTable?)>((nil, nil))

    /// Throws .corrupt when the counts don't fit together.
    init(inserted: IntegerColumn, removed: IntegerColumn, baseCount: Int, count: Int) throws {
        insertedColumn = inserted
        removedColumn = removed
        self.baseCount = baseCount
        self.count = count
        guard removed.count <= baseCount, baseCount - removed.count + inserted.count == count else {
            throw inserted.disorder(
                "as many of \(count) keys as make up for \(removed.count) removed ones of \(baseCount)")
        }
    }

    var insertedKeyCount: Int { insertedColumn.count }

    func positions() throws -> Positions {
        if let known = cache.withLock({ $0.positions }) { return known }
        let positions = Positions(
            inserted: try Self.ascending(insertedColumn, below: count),
            removed: try Self.ascending(removedColumn, below: baseCount))
        cache.withLock { $0.positions = positions }
        return positions
    }

    /// For whoever maps block after block.
    func table() throws -> PositionTable {
        if let known = cache.withLock({ $0.table }) { return known }
        let table = PositionTable(try positions(), baseCount: baseCount)
        cache.withLock { $0.table = table }
        return table
    }

    private static func ascending(_ column: IntegerColumn, below count: Int) throws -> [UInt32] {
        var values = try column.all()
        guard accumulateGaps(&values, below: count) else { throw column.disorder("ascending positions below \(count)") }
        return values
    }
}

/// Turns gaps into positions; false when one isn't below `count`.
func accumulateGaps(_ values: inout [UInt32], below count: Int) -> Bool {
    var next = 0
    for index in values.indices {
        next += Int(values[index])
        guard next < count else { return false }
        values[index] = UInt32(truncatingIfNeeded: next)
        next += 1
    }
    return true
}

/// The removed positions of an old list and the inserted ones of a new list, both ascending.
struct Positions: Sendable {
    let inserted: [UInt32]
    let removed: [UInt32]

    enum Place {
        /// A position of the old list.
        case base(Int)
        /// The k-th inserted one.
        case inserted(Int)
    }

    /// Where a position of the new list comes from. O(log n).
    func place(of index: Int) -> Place {
        let insertedBelow = Self.count(inserted, below: index)
        if insertedBelow < inserted.count, Int(inserted[insertedBelow]) == index { return .inserted(insertedBelow) }
        return .base(firstBasePosition(rank: index - insertedBelow))
    }

    /// The kept position of the old list with `rank` kept ones before it: as many removed ones lie before it as have `rank`
    /// or fewer kept ones before them. For the count of kept positions, the old list's end.
    func firstBasePosition(rank: Int) -> Int { rank + Self.count(removed, keptBelowAtMost: rank) }

    /// How many positions of the old list below `index` are kept.
    func keptCount(below index: Int) -> Int { index - Self.count(removed, below: index) }

    /// How many inserted positions lie below `index` of the new list.
    func insertedCount(below index: Int) -> Int { Self.count(inserted, below: index) }

    private static func count(_ positions: [UInt32], below index: Int) -> Int {
        var low = 0
        var high = positions.count
        while low < high {
            let middle = (low + high) / 2
            if Int(positions[middle]) < index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// positions[k] − k positions that are not in the list lie before the k-th: how many have at most `rank`.
    private static func count(_ positions: [UInt32], keptBelowAtMost rank: Int) -> Int {
        var low = 0
        var high = positions.count
        while low < high {
            let middle = (low + high) / 2
            if Int(positions[middle]) - middle <= rank { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
