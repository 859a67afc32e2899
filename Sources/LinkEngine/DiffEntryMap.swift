import Kernels
import SnapshotStore
import Synchronization

/// Which entry of the new one of two sorted dictionaries each entry of the old one is: a rising map.
///
/// Memory: 4 bytes for each entry of the old dictionary.
struct EntryMap: Sendable {
    /// For each old entry its index in the new dictionary, or `none`.
    let indexes: [UInt32]
    /// No dictionary has as many entries.
    static let none = UInt32.max

    /// O(entries of both), no hashing.
    /// - Parameter firstIndex: added to all indexes and counted from: 1 for texts, whose id 0 is "unknown" on both sides.
    init(_ old: KeyDictionary, _ new: KeyDictionary, firstIndex: Int = 0, threads: Int) throws {
        let pieces = try DictionaryPieces(old, new)
        var indexes = [UInt32](repeating: 0, count: firstIndex + old.count)
        let ends = pieces.ranges.map { firstIndex + $0.old.upperBound }
        let failures = unsafe Parallel.mapPieces(of: &indexes, ends: ends, threads: threads) {
            piece, first, values -> (any Error)? in
            do {
                // Ids before the first entry stay 0.
                let skipped = piece == 0 ? firstIndex : 0
                let steps = try pieces.steps(piece)
                unsafe Self.fill(&values, from: skipped, steps, firstIndex + pieces.ranges[piece].new.lowerBound)
                return nil
            } catch {
                return error
            }
        }
        for failure in failures { if let failure { throw failure } }
        self.indexes = indexes
    }

    private static func fill(
        _ values: inout UnsafeMutableBufferPointer<UInt32>, from position: Int, _ steps: [UInt8], _ firstNew: Int
    ) {
        var (position, new) = (position, UInt32(truncatingIfNeeded: firstNew))
        let end = values.count
        for step in steps {
            // Written for every step and kept by counting: no branch to mispredict.
            if position < end { unsafe values[position] = step == KeyMerge.both ? new : none }
            position &+= step == KeyMerge.newOnly ? 0 : 1
            new &+= step == KeyMerge.oldOnly ? 0 : 1
        }
    }

    /// Appends the new index of each of the old ones in a range, or `none`.
    /// - Returns: an old index that is no entry; nil when all are.
    func append(_ old: [UInt32], _ range: Range<Int>, to out: inout [UInt32]) -> UInt32? {
        let table = indexes.span
        let old = old.span.extracting(range)
        var largest: UInt32 = 0
        for position in old.indices { largest = max(largest, old[position]) }
        if !old.isEmpty, Int(largest) >= table.count { return largest }
        out.append(addingCapacity: old.count) { room in
            for position in old.indices {
                room.append(unsafe table[unchecked: Int(old[unchecked: position])])
            }
        }
        return nil
    }
}
