/// The distinct, counted (to, from) pairs of one block of links, as runs of one target: what a rank sweep walks.
///
///     run r = targets[r] with sources[runEnds[r − 1] ..< runEnds[r]]   (runEnds[−1] = 0), r < runCount
///
/// Targets ascend strictly, sources ascend strictly within a run. A target whose list goes on in the next block has a
/// run in both. Buffers may be longer than what is valid, so that a value can be refilled without allocation.
package struct RankBlock: Sendable {
    package private(set) var targets: [UInt32] = []
    package private(set) var runEnds: [UInt32] = []
    package private(set) var sources: [UInt32] = []
    package private(set) var runCount = 0
    package private(set) var pairCount = 0

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
    package mutating func fill(
        to: Span<UInt32>, from: Span<UInt32>, flags: Span<UInt32>, droppedFlags: UInt32, dropsFirstPair: Bool,
        nodeCount: Int
    ) -> Bool {
        let rowCount = to.count
        precondition(from.count == rowCount && (flags.isEmpty || flags.count == rowCount))
        if sources.count < rowCount {
            sources = [UInt32](repeating: 0, count: rowCount)
            targets = sources
            runEnds = sources
        }
        runCount = 0
        pairCount = 0
        guard rowCount > 0 else { return true }
        return unsafe to.withUnsafeBufferPointer { to in
            unsafe from.withUnsafeBufferPointer { from in
                unsafe flags.withUnsafeBufferPointer { flags in
                    unsafe fill(to, from, flags, droppedFlags, dropsFirstPair, nodeCount)
                }
            }
        }
    }

    private mutating func fill(
        _ to: UnsafeBufferPointer<UInt32>, _ from: UnsafeBufferPointer<UInt32>, _ flags: UnsafeBufferPointer<UInt32>,
        _ droppedFlags: UInt32, _ dropsFirstPair: Bool, _ nodeCount: Int
    ) -> Bool {
        let rowCount = to.count
        var largest: UInt32 = 0
        for row in 0..<rowCount { unsafe largest = max(largest, from[row]) }
        guard let lastTarget = unsafe to.last, max(Int(largest), Int(lastTarget)) < nodeCount else { return false }

        var pairs = 0
        var runs = 0
        var isAscending = true
        let hasFlags = !flags.isEmpty
        let excludedPair = unsafe dropsFirstPair ? Self.pair(to[0], from[0]) : .max
        unsafe targets.withUnsafeMutableBufferPointer { targets in
            unsafe runEnds.withUnsafeMutableBufferPointer { runEnds in
                unsafe sources.withUnsafeMutableBufferPointer { sources in
                    // No node links to itself in a pair that counts, so a self-link is a value that no pair equals.
                    var counted = UInt64.max
                    var previous: UInt64 = 0
                    var target = UInt32.max
                    for row in 0..<rowCount {
                        let (t, f) = unsafe (to[row], from[row])
                        let pair = Self.pair(t, f)
                        isAscending = isAscending && pair >= previous
                        previous = pair
                        if t == f || pair == counted || pair == excludedPair { continue }
                        if hasFlags, unsafe flags[row] & droppedFlags != 0 { continue }
                        counted = pair
                        if t != target || runs == 0 {
                            if runs > 0 { unsafe runEnds[runs &- 1] = UInt32(truncatingIfNeeded: pairs) }
                            unsafe targets[runs] = t
                            target = t
                            runs &+= 1
                        }
                        unsafe sources[pairs] = f
                        pairs &+= 1
                    }
                    if runs > 0 { unsafe runEnds[runs &- 1] = UInt32(truncatingIfNeeded: pairs) }
                }
            }
        }
        guard isAscending else { return false }
        runCount = runs
        pairCount = pairs
        return true
    }

    /// (to, from) as one number that orders like the pair.
    package static func pair(_ to: UInt32, _ from: UInt32) -> UInt64 { UInt64(to) &<< 32 | UInt64(from) }

    /// nil when the block has no pairs.
    package var firstPair: UInt64? { runCount == 0 ? nil : Self.pair(targets[0], sources[0]) }
    package var lastPair: UInt64? { runCount == 0 ? nil : Self.pair(targets[runCount - 1], sources[pairCount - 1]) }
    /// Whether the first target has no other pair in this block.
    package var firstRunIsSingle: Bool { runCount > 0 && runEnds[0] == 1 }

    /// Adds the pairs' sources to the number of nodes that each node links to.
    package func addOutDegrees(to outDegrees: inout [UInt32]) {
        unsafe outDegrees.withUnsafeMutableBufferPointer { outDegrees in
            for index in 0..<pairCount {
                let source = Int(sources[index])
                precondition(source < outDegrees.count)
                unsafe outDegrees[source] &+= 1
            }
        }
    }
}

/// Makes blocks from pairs in ascending (to, from) order, each once.
package struct RankBlockBuilder {
    private let blockPairCount: Int
    private var blocks: [RankBlock] = []
    private var block = RankBlock()

    package init(blockPairCount: Int) {
        precondition(blockPairCount > 0)
        self.blockPairCount = blockPairCount
    }

    package mutating func append(to target: UInt32, from source: UInt32) {
        if block.pairCount == blockPairCount {
            blocks.append(block)
            block = RankBlock()
        }
        block.append(target, source)
    }

    package consuming func finish() -> [RankBlock] {
        if block.pairCount > 0 { blocks.append(block) }
        return blocks
    }
}

extension RankBlock {
    fileprivate mutating func append(_ target: UInt32, _ source: UInt32) {
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
