/// The distinct, counted (to, from) pairs of one block of links, as runs of one target: what a rank sweep walks.
///
///     run r = targets[r] with sources[runEnds[r − 1] ..< runEnds[r]]   (runEnds[−1] = 0), r < runCount
///
/// Targets ascend strictly, sources ascend strictly within a run; a run may be empty. A target whose list goes on in the
/// next block has a run in both. Buffers may be longer than what is valid, so that a value can be refilled without
/// allocation.
///
/// Safety: `fill` makes its buffers as long as the rows before it writes, one element a row at most; it is for blocks
/// that are empty or were filled before, whose three buffers are equally long. `kinds` has nodeCount elements
/// (precondition), and sources are below that: checked here, or known to who says `isInOrder`.
package struct RankBlock: Sendable {
    package private(set) var targets: [UInt32] = []
    package private(set) var runEnds: [UInt32] = []
    package private(set) var sources: [UInt32] = []
    package private(set) var runCount = 0
    package private(set) var pairCount = 0
    /// The pairs of the rows that `fill` was given, those of repeated sources too …
    package private(set) var filledPairCount = 0
    /// … and the first and the last of them.
    private var firstPair: UInt64?
    private var lastPair: UInt64?
    /// The rows that aren't dropped, when some are.
    private var keptTargets: [UInt32] = []
    private var keptSources: [UInt32] = []

    package init() {}

    /// An exact-size copy.
    package func trimmed() -> RankBlock {
        var copy = RankBlock()
        copy.targets = Array(targets[..<runCount])
        copy.runEnds = Array(runEnds[..<runCount])
        copy.sources = Array(sources[..<pairCount])
        copy.runCount = runCount
        copy.pairCount = pairCount
        return copy
    }

    /// Makes this block the pairs of the given rows, which must ascend by (to, from) and lie below `nodeCount`: false when
    /// they don't (the block is void then). Left out are self-links, rows with `flags & droppedFlags ≠ 0` (no flags:
    /// empty span), repeated pairs, and, if `dropsFirstPair`, all rows of the first row's pair. O(rows).
    /// - kinds: of each node, to leave out those pairs too whose source is `OutLinks.Kind.repeated`: then it is false also
    ///   when a source has no out-links by them. Empty: all pairs stay.
    /// - isInOrder: the rows are known to ascend and to lie below `nodeCount`.
    package mutating func fill(
        to: Span<UInt32>, from: Span<UInt32>, flags: Span<UInt32>, droppedFlags: UInt32, dropsFirstPair: Bool,
        nodeCount: Int, kinds: [UInt8] = [], isInOrder: Bool = false
    ) -> Bool {
        let rowCount = to.count
        precondition(from.count == rowCount && (flags.isEmpty || flags.count == rowCount))
        precondition(kinds.isEmpty || kinds.count == nodeCount)
        runCount = 0
        pairCount = 0
        filledPairCount = 0
        (firstPair, lastPair) = (nil, nil)
        guard rowCount > 0 else { return true }
        guard
            isInOrder
                || Self.isAscending(to, from) && Self.largest(from) < nodeCount && Int(to[rowCount - 1]) < nodeCount
        else { return false }
        if min(sources.count, targets.count, runEnds.count) < rowCount {
            sources = [UInt32](repeating: 0, count: rowCount)
            targets = sources
            runEnds = sources
        }
        let excludedPair = dropsFirstPair ? Self.pair(to[0], from[0]) : .max
        guard !flags.isEmpty else {
            return fill(to, from, excludedPair, kinds)
        }
        if keptSources.count < rowCount {
            keptTargets = [UInt32](repeating: 0, count: rowCount)
            keptSources = keptTargets
        }
        let kept = 0..<Self.keep(to, from, flags, droppedFlags, &keptTargets, &keptSources)
        guard !kept.isEmpty else { return true }
        let (targets, sources) = (keptTargets, keptSources)
        return fill(targets.span.extracting(kept), sources.span.extracting(kept), excludedPair, kinds)
    }

    /// Whether the rows ascend by (to, from); equal ones may follow each other.
    @inline(never)
    private static func isAscending(_ to: Span<UInt32>, _ from: Span<UInt32>) -> Bool {
        unsafe to.withUnsafeBufferPointer { to in
            unsafe from.withUnsafeBufferPointer { from in
                var descents: UInt64 = 0
                var previous: UInt64 = 0
                for row in 0..<to.count {
                    let pair = unsafe pair(to[row], from[row])
                    // A borrow, without a branch.
                    descents |= pair.subtractingReportingOverflow(previous).overflow ? 1 : 0
                    previous = pair
                }
                return descents == 0
            }
        }
    }

    @inline(never)
    private static func largest(_ values: Span<UInt32>) -> Int {
        unsafe values.withUnsafeBufferPointer { values in
            var largest: UInt32 = 0
            for index in 0..<values.count { unsafe largest = max(largest, values[index]) }
            return Int(largest)
        }
    }

    /// Copies the rows without dropped flags to the front of the buffers; returns how many.
    @inline(never)
    private static func keep(
        _ to: Span<UInt32>, _ from: Span<UInt32>, _ flags: Span<UInt32>, _ droppedFlags: UInt32,
        _ keptTargets: inout [UInt32], _ keptSources: inout [UInt32]
    ) -> Int {
        unsafe to.withUnsafeBufferPointer { to in
            unsafe from.withUnsafeBufferPointer { from in
                unsafe flags.withUnsafeBufferPointer { flags in
                    unsafe keptTargets.withUnsafeMutableBufferPointer { keptTargets in
                        unsafe keptSources.withUnsafeMutableBufferPointer { keptSources in
                            var count = 0
                            for row in 0..<to.count {
                                unsafe keptTargets[count] = to[row]
                                unsafe keptSources[count] = from[row]
                                unsafe count &+= flags[row] & droppedFlags == 0 ? 1 : 0
                            }
                            return count
                        }
                    }
                }
            }
        }
    }

    /// Makes runs of at least one row.
    private mutating func fill(
        _ to: Span<UInt32>, _ from: Span<UInt32>, _ excludedPair: UInt64, _ kinds: [UInt8]
    ) -> Bool {
        firstPair = nil
        var row = 0
        while firstPair == nil, row < to.count {
            let pair = Self.pair(to[row], from[row])
            if to[row] != from[row], pair != excludedPair { firstPair = pair }
            row += 1
        }
        row = to.count
        while lastPair == nil, row > 0 {
            row -= 1
            let pair = Self.pair(to[row], from[row])
            if to[row] != from[row], pair != excludedPair { lastPair = pair }
        }
        let counts = unsafe to.withUnsafeBufferPointer { to in
            unsafe from.withUnsafeBufferPointer { from in
                unsafe targets.withUnsafeMutableBufferPointer { targets in
                    unsafe runEnds.withUnsafeMutableBufferPointer { runEnds in
                        unsafe sources.withUnsafeMutableBufferPointer { sources in
                            unsafe kinds.withUnsafeBufferPointer { kinds in
                                unsafe kinds.isEmpty
                                    ? Self.fill(to, from, excludedPair, targets, runEnds, sources)
                                    : Self.fill(to, from, excludedPair, targets, runEnds, sources, kinds)
                            }
                        }
                    }
                }
            }
        }
        guard counts.areSources else { return false }
        runCount = counts.runs
        pairCount = counts.kept
        filledPairCount = counts.pairs
        return true
    }

    private typealias Counts = (runs: Int, pairs: Int, kept: Int, areSources: Bool)

    /// Without branches, which a processor would often guess wrong: every row writes its source where the next pair goes, and
    /// ends its run there; what isn't counted is overwritten.
    @inline(never)
    private static func fill(
        _ to: UnsafeBufferPointer<UInt32>, _ from: UnsafeBufferPointer<UInt32>, _ excludedPair: UInt64,
        _ targets: UnsafeMutableBufferPointer<UInt32>, _ runEnds: UnsafeMutableBufferPointer<UInt32>,
        _ sources: UnsafeMutableBufferPointer<UInt32>
    ) -> Counts {
        var pairs = 0
        var run = 0
        var previousTarget = unsafe to[0]
        // A self-link: no pair that counts equals it.
        var previous = UInt64.max
        for row in 0..<to.count {
            let (t, f) = unsafe (to[row], from[row])
            let pair = pair(t, f)
            run &+= t != previousTarget ? 1 : 0
            unsafe targets[run] = t
            unsafe sources[pairs] = f
            pairs &+= (t != f ? 1 : 0) & (pair != previous ? 1 : 0) & (pair != excludedPair ? 1 : 0)
            unsafe runEnds[run] = UInt32(truncatingIfNeeded: pairs)
            previousTarget = t
            previous = pair
        }
        return (run &+ 1, pairs, pairs, true)
    }

    /// The same without repeated sources.
    @inline(never)
    private static func fill(
        _ to: UnsafeBufferPointer<UInt32>, _ from: UnsafeBufferPointer<UInt32>, _ excludedPair: UInt64,
        _ targets: UnsafeMutableBufferPointer<UInt32>, _ runEnds: UnsafeMutableBufferPointer<UInt32>,
        _ sources: UnsafeMutableBufferPointer<UInt32>, _ kinds: UnsafeBufferPointer<UInt8>
    ) -> Counts {
        var (pairs, kept, strangers) = (0, 0, 0)
        var run = 0
        var previousTarget = unsafe to[0]
        var previous = UInt64.max
        for row in 0..<to.count {
            let (t, f) = unsafe (to[row], from[row])
            let kind = unsafe kinds[Int(f)]
            let pair = pair(t, f)
            run &+= t != previousTarget ? 1 : 0
            unsafe targets[run] = t
            unsafe sources[kept] = f
            let counts = (t != f ? 1 : 0) & (pair != previous ? 1 : 0) & (pair != excludedPair ? 1 : 0)
            pairs &+= counts
            kept &+= counts & (kind == OutLinks.Kind.first ? 1 : 0)
            strangers &+= counts & (kind == OutLinks.Kind.none ? 1 : 0)
            unsafe runEnds[run] = UInt32(truncatingIfNeeded: kept)
            previousTarget = t
            previous = pair
        }
        return (run &+ 1, pairs, kept, strangers == 0)
    }

    /// Leaves out the pairs of sources that are `OutLinks.Kind.repeated`: `kinds` of each node. O(pairs).
    package mutating func dropRepeated(_ kinds: [UInt8]) {
        var (kept, place) = (0, 0)
        for run in 0..<runCount {
            let end = Int(runEnds[run])
            while place < end {
                let source = sources[place]
                sources[kept] = source
                kept += kinds[Int(source)] == OutLinks.Kind.repeated ? 0 : 1
                place += 1
            }
            runEnds[run] = UInt32(kept)
        }
        pairCount = kept
    }

    /// The runs whose target is one of the nodes.
    func runs(to nodes: Range<Int>) -> Range<Int> {
        let first = firstRun(atOrAfter: nodes.lowerBound)
        return first..<max(first, firstRun(atOrAfter: nodes.upperBound))
    }

    /// The first run whose target isn't below the node; runCount when there is none.
    private func firstRun(atOrAfter node: Int) -> Int {
        var (low, high) = (0, runCount)
        while low < high {
            let middle = (low + high) / 2
            if Int(targets[middle]) < node { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// (to, from) as one number that orders like the pair.
    package static func pair(_ to: UInt32, _ from: UInt32) -> UInt64 { UInt64(to) &<< 32 | UInt64(from) }

    /// Whether the first (last) pair that `fill` counted is this one.
    package func begins(with pair: UInt64) -> Bool { firstPair == pair }
    package func ends(with pair: UInt64) -> Bool { lastPair == pair }

    /// The next pair, in ascending (to, from) order, each once.
    mutating func append(_ target: UInt32, _ source: UInt32) {
        if targets.last != target {
            targets.append(target)
            runEnds.append(UInt32(pairCount))
            runCount += 1
        }
        sources.append(source)
        pairCount += 1
        runEnds[runCount - 1] = UInt32(pairCount)
    }
}
