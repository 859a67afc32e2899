import Kernels
import SnapshotStore
import Synchronization

/// Which entry of the new one of two sorted dictionaries each entry of the old one is: a rising map.
///
/// Look-ups go everywhere, and cost what their cache misses do: so nearly all maps are kept in a byte an entry. In a group of
/// 64 old entries the new index is the group's base + the entry's place in it + its byte; no byte can say more than 254,
/// which takes some two hundred inserted entries between 64 old ones. Then the whole map is kept wide.
///
/// Memory: 1.06 bytes for each entry of the old dictionary, 5 while it is made; or 4.
///
/// Safety: there are `count` steps, and a base for every 64, or `count` wide indexes; look-ups trap for entries from
/// `count` on, and who calls the static `index` makes sure of that before. While the map is made, threads write
/// pieces of their own, and not past their ends.
struct EntryMap: Sendable {
    /// Old indexes are below.
    let count: Int
    let bases: [UInt32]
    /// `noStep` for what the new dictionary lacks.
    let steps: [UInt8]
    /// In their place: for each old entry its index in the new dictionary, or `none`.
    let wide: [UInt32]
    /// No dictionary has as many entries.
    static let none = UInt32.max
    private static let noStep = UInt8.max

    /// O(entries of both), no hashing.
    /// - Parameters:
    ///   - firstIndex: added to all indexes and counted from: 1 for texts, whose id 0 is "unknown" on both sides.
    ///   - besides: further work, done by one of the threads meanwhile.
    init(
        _ old: KeyDictionary, _ new: KeyDictionary, firstIndex: Int = 0, threads: Int,
        besides: @Sendable () throws -> Void = {}
    ) throws {
        let pieces = try DictionaryPieces(old, new)
        var indexes = [UInt32](repeating: 0, count: firstIndex + old.count)
        // Before all pieces, one without entries is what is done besides.
        let ends = [0] + pieces.ranges.map { firstIndex + $0.old.upperBound }
        let failures = unsafe Parallel.mapPieces(of: &indexes, ends: ends, threads: threads) {
            number, first, values -> (any Error)? in
            do {
                let piece = number - 1
                if piece < 0 {
                    try besides()
                    return nil
                }
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
        self.init(indexes: indexes, threads: threads)
    }

    /// - Parameter indexes: for each old entry its new index or `none`.
    init(indexes: [UInt32], threads: Int) {
        count = indexes.count
        var steps = [UInt8](repeating: 0, count: indexes.count)
        let ends = stride(from: 0, to: indexes.count, by: Self.entriesPerPiece).map {
            min($0 + Self.entriesPerPiece, indexes.count)
        }
        let pieces = unsafe Parallel.mapPieces(of: &steps, ends: ends, threads: threads) { _, first, steps in
            unsafe Self.narrow(indexes, first, &steps)
        }
        let isNarrow = pieces.allSatisfy { $0 != nil }
        bases = isNarrow ? pieces.flatMap { $0 ?? [] } : []
        self.steps = isNarrow ? steps : []
        wide = isNarrow ? [] : indexes
    }

    /// A multiple of a group's 64.
    private static let entriesPerPiece = 1 << 18

    /// Writes the bytes of the entries from `first` on; returns the groups' bases, nil when a byte can't hold a step.
    private static func narrow(
        _ indexes: [UInt32], _ first: Int, _ steps: inout UnsafeMutableBufferPointer<UInt8>
    ) -> [UInt32]? {
        let source = indexes.span.extracting(first..<first + steps.count)
        var bases: [UInt32] = []
        var widest: UInt32 = 0
        for group in stride(from: 0, to: source.count, by: 64) {
            let entries = group..<min(group + 64, source.count)
            // Indexes rise: what was removed before an entry takes 63 off its difference at most.
            let kept = entries.first { source[$0] != none }
            let base = kept.map { source[$0] &- UInt32(truncatingIfNeeded: $0 - group) &- 63 } ?? 0
            bases.append(base)
            for entry in entries {
                let index = source[entry]
                let step = index &- UInt32(truncatingIfNeeded: entry - group) &- base
                widest = max(widest, index == none ? 0 : step)
                unsafe steps[entry] = index == none ? noStep : UInt8(truncatingIfNeeded: step)
            }
        }
        return widest < UInt32(noStep) ? bases : nil
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

    /// The new index of an old entry, or `none`. Traps for what is no entry.
    subscript(old: UInt32) -> UInt32 {
        precondition(Int(old) < count)
        return unsafe Self.index(of: old, bases.span, steps.span, wide.span)
    }

    /// Appends the new index of each of these old entries, or `none`. Traps for what is no entry.
    ///
    /// The bytes are read first, with nothing between two reads: the processor has room for a few instructions only, and the
    /// fewer stand between reads, the more of them wait for memory at once.
    func append(_ entries: Span<UInt32>, to indexes: inout [UInt32]) {
        var largest: UInt32 = 0
        for place in entries.indices { largest = max(largest, entries[place]) }
        precondition(entries.isEmpty || Int(largest) < count)
        let start = indexes.count
        let (bases, steps, wide) = (bases.span, steps.span, wide.span)
        indexes.append(addingCapacity: entries.count) { room in
            if wide.isEmpty {
                for place in entries.indices {
                    room.append(UInt32(unsafe steps[unchecked: Int(unsafe entries[unchecked: place])]))
                }
            } else {
                for place in entries.indices {
                    room.append(unsafe wide[unchecked: Int(unsafe entries[unchecked: place])])
                }
            }
        }
        guard wide.isEmpty else { return }
        var found = indexes.mutableSpan
        for place in entries.indices {
            let entry = unsafe entries[unchecked: place]
            let step = found[start &+ place]
            found[start &+ place] = unsafe Self.index(of: entry, step, bases)
        }
    }

    /// The same for loops, by the map's own spans. The entry must be one.
    @inline(__always)
    @unsafe
    static func index(
        of old: UInt32, _ bases: Span<UInt32>, _ steps: Span<UInt8>, _ wide: Span<UInt32>
    ) -> UInt32 {
        if !wide.isEmpty { return unsafe wide[unchecked: Int(old)] }
        return unsafe index(of: old, UInt32(steps[unchecked: Int(old)]), bases)
    }

    @inline(__always)
    @unsafe
    private static func index(of old: UInt32, _ step: UInt32, _ bases: Span<UInt32>) -> UInt32 {
        let index = unsafe bases[unchecked: Int(old &>> 6)] &+ (old & 63) &+ step
        // All ones for noStep; no branch to mispredict.
        return index | (0 &- (step &+ 1) &>> 8)
    }
}
