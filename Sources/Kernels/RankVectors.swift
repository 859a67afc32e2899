/// The vectors of a rank with a boundary and the loops over them. 20 bytes a node: the rank x, what a node gives to
/// each node it links to (x / out-degree; x itself for a dangling node), and the out-degree.
///
/// One iteration = gather(_:block:) for every block in any order and on any threads, then combineBoundaries(), then
/// update(chunk:…) for every chunk in any order and on any threads. The same bits come out whatever the order: a
/// block or chunk is always summed in the same way, and what blocks and chunks have in common is combined in their order.
///
/// Some nodes may be fixed: they keep the rank they have from the start, and count in no sum of an update.
///
/// Safety: a block's targets ascend, and `gather` checks the last; its sources are below nodeCount, as who made it
/// has checked, and so are chunks and fixed nodes (preconditions). A gather reads shares only, and writes ranks
/// between its block's first and last target, where no other block has any; an update writes its own chunk's nodes.
@safe package final class RankVectors: @unchecked Sendable {
    /// Nodes of one update step.
    package static let chunkNodeCount = 16_384

    package let nodeCount: Int
    package let chunkCount: Int
    private let blockCount: Int
    /// During an iteration the sums of what arrives at each node, after it the new ranks.
    private let rank: UnsafeMutablePointer<Double>
    private let share: UnsafeMutablePointer<Double>
    private let outDegree: UnsafeMutablePointer<UInt32>
    private let boundaries: UnsafeMutablePointer<Boundary>
    /// Ascending; empty when none is fixed.
    private let fixedNodes: [UInt32]
    private let fixedRanks: [Double]
    /// The fixed nodes of chunk c are those at fixedStarts[c] ..< fixedStarts[c + 1].
    private let fixedStarts: [Int]

    /// The first and the last run of a block may go on in its neighbours: their sums wait here.
    private struct Boundary {
        var firstTarget: UInt32 = 0
        var lastTarget: UInt32 = 0
        var runCount = 0
        var firstSum = 0.0
        /// Of the last run when it isn't the first.
        var lastSum = 0.0
    }

    /// - Parameters:
    ///   - start: the first rank of the nodes that aren't fixed.
    ///   - fixedNodes: strictly ascending, below the number of nodes; each has its rank at the same place of fixedRanks.
    package init(outDegrees: [UInt32], blockCount: Int, start: Double, fixedNodes: [UInt32], fixedRanks: [Double]) {
        precondition(fixedNodes.count == fixedRanks.count)
        precondition(zip(fixedNodes, fixedNodes.dropFirst()).allSatisfy { $0 < $1 })
        precondition(fixedNodes.last.map { Int($0) < outDegrees.count } ?? true)
        self.fixedNodes = fixedNodes
        self.fixedRanks = fixedRanks
        nodeCount = outDegrees.count
        self.blockCount = blockCount
        chunkCount = (nodeCount + Self.chunkNodeCount - 1) / Self.chunkNodeCount
        unsafe rank = .allocate(capacity: nodeCount)
        unsafe share = .allocate(capacity: nodeCount)
        unsafe outDegree = .allocate(capacity: nodeCount)
        unsafe boundaries = .allocate(capacity: blockCount)
        unsafe boundaries.initialize(repeating: Boundary(), count: blockCount)
        var starts = [0]
        for chunk in 0..<chunkCount {
            var end = starts[chunk]
            while end < fixedNodes.count, Int(fixedNodes[end]) < (chunk + 1) * Self.chunkNodeCount { end += 1 }
            starts.append(end)
        }
        fixedStarts = starts
        for node in 0..<nodeCount {
            let degree = outDegrees[node]
            unsafe (outDegree + node).initialize(to: degree)
            unsafe (rank + node).initialize(to: start)
            unsafe (share + node).initialize(to: start / Double(max(degree, 1)))
        }
        for (node, fixedRank) in zip(fixedNodes, fixedRanks) {
            unsafe rank[Int(node)] = fixedRank
            unsafe share[Int(node)] = fixedRank / Double(max(outDegrees[Int(node)], 1))
        }
    }

    deinit {
        unsafe rank.deallocate()
        unsafe share.deallocate()
        unsafe outDegree.deallocate()
        unsafe boundaries.deallocate()
    }

    /// Sums the shares that arrive along the block's pairs. Blocks in ascending order of their targets; ids below
    /// nodeCount (RankBlock has checked that). O(pairs), one random read a pair.
    package func gather(_ block: RankBlock, block index: Int) {
        precondition(index < blockCount)
        let runCount = block.runCount
        guard runCount > 0 else {
            unsafe boundaries[index] = Boundary()
            return
        }
        precondition(Int(block.targets[runCount - 1]) < nodeCount)
        let boundary = unsafe block.targets.withUnsafeBufferPointer { targets in
            unsafe block.runEnds.withUnsafeBufferPointer { runEnds in
                unsafe block.sources.withUnsafeBufferPointer { sources in
                    unsafe gather(targets, runEnds, sources, runCount)
                }
            }
        }
        unsafe boundaries[index] = boundary
    }

    private func gather(
        _ targets: UnsafeBufferPointer<UInt32>, _ runEnds: UnsafeBufferPointer<UInt32>,
        _ sources: UnsafeBufferPointer<UInt32>, _ runCount: Int
    ) -> Boundary {
        guard let sources = sources.baseAddress else { return Boundary() }
        let share = unsafe UnsafePointer(share)
        let rank = unsafe self.rank
        var boundary = unsafe Boundary(
            firstTarget: targets[0], lastTarget: targets[runCount &- 1], runCount: runCount)
        var start = unsafe Int(runEnds[0])
        boundary.firstSum = unsafe Self.sum(share, sources, start)
        guard runCount > 1 else { return boundary }
        var defined = unsafe Int(targets[0]) &+ 1
        for run in 1..<(runCount &- 1) {
            let end = unsafe Int(runEnds[run])
            let target = unsafe Int(targets[run])
            // Nodes in between get nothing.
            while defined < target {
                unsafe rank[defined] = 0
                defined &+= 1
            }
            unsafe rank[target] = Self.sum(share, sources + start, end &- start)
            defined = target &+ 1
            start = end
        }
        while defined < Int(boundary.lastTarget) {
            unsafe rank[defined] = 0
            defined &+= 1
        }
        boundary.lastSum = unsafe Self.sum(share, sources + start, Int(runEnds[runCount &- 1]) &- start)
        return boundary
    }

    /// Four lanes when there is enough to do: element i in lane i mod 4, lanes added as (0 + 1) + (2 + 3), then the rest in
    /// order.
    @inline(__always)
    private static func sum(_ share: UnsafePointer<Double>, _ sources: UnsafePointer<UInt32>, _ count: Int) -> Double {
        var total = 0.0
        var index = 0
        if count >= 8 {
            var (lane0, lane1, lane2, lane3) = (0.0, 0.0, 0.0, 0.0)
            let end = count & ~3
            while index < end {
                lane0 += unsafe share[Int(sources[index])]
                lane1 += unsafe share[Int(sources[index &+ 1])]
                lane2 += unsafe share[Int(sources[index &+ 2])]
                lane3 += unsafe share[Int(sources[index &+ 3])]
                index &+= 4
            }
            total = (lane0 + lane1) + (lane2 + lane3)
        }
        while index < count {
            total += unsafe share[Int(sources[index])]
            index &+= 1
        }
        return total
    }

    /// Puts the blocks' first and last sums in place, and 0 where nothing arrives between two blocks. After it every
    /// node has its sum. O(blocks + those nodes).
    package func combineBoundaries() {
        var defined = 0
        for index in 0..<blockCount {
            let boundary = unsafe boundaries[index]
            guard boundary.runCount > 0 else { continue }
            let first = Int(boundary.firstTarget)
            if first >= defined {
                clear(defined..<first)
                unsafe rank[first] = boundary.firstSum
            } else {
                unsafe rank[first] += boundary.firstSum
            }
            if boundary.runCount > 1 { unsafe rank[Int(boundary.lastTarget)] = boundary.lastSum }
            defined = Int(boundary.lastTarget) + 1
        }
        clear(defined..<nodeCount)
    }

    private func clear(_ nodes: Range<Int>) {
        unsafe (rank + nodes.lowerBound).update(repeating: 0, count: nodes.count)
    }

    /// new rank = base + damping · sum, for the nodes of one chunk; `base` is what a node gets to which nothing links.
    /// - Returns: Σ |new rank − old rank|, fixed nodes left out.
    package func update(chunk: Int, base: Double, damping: Double) -> Double {
        precondition(chunk < chunkCount)
        var first = chunk * Self.chunkNodeCount
        let end = min(first + Self.chunkNodeCount, nodeCount)
        var change = 0.0
        for place in fixedStarts[chunk]..<fixedStarts[chunk + 1] {
            let node = Int(fixedNodes[place])
            change += update(first..<node, base, damping)
            // What was gathered there is dropped; the node's share never changes.
            unsafe rank[node] = fixedRanks[place]
            first = node + 1
        }
        return change + update(first..<end, base, damping)
    }

    private func update(_ nodes: Range<Int>, _ base: Double, _ damping: Double) -> Double {
        // Four lanes (places mod 4): independent sums, and a fixed order.
        var (lane0, lane1, lane2, lane3) = (0.0, 0.0, 0.0, 0.0)
        var node = nodes.lowerBound
        let end = nodes.upperBound
        while node &+ 4 <= end {
            lane0 += updateNode(node, base, damping)
            lane1 += updateNode(node &+ 1, base, damping)
            lane2 += updateNode(node &+ 2, base, damping)
            lane3 += updateNode(node &+ 3, base, damping)
            node &+= 4
        }
        while node < end {
            lane0 += updateNode(node, base, damping)
            node &+= 1
        }
        return (lane0 + lane1) + (lane2 + lane3)
    }

    /// Returns the node's change.
    @inline(__always)
    private func updateNode(_ node: Int, _ base: Double, _ damping: Double) -> Double {
        let divisor = Double(max(unsafe outDegree[node], 1))
        // The old rank, but for the rounding of a division: that moves the change by less than 1e-15 in all.
        let old = unsafe share[node] * divisor
        let new = unsafe base + damping * rank[node]
        unsafe rank[node] = new
        unsafe share[node] = new / divisor
        return abs(new - old)
    }

    /// The ranks, divided by their sum, and that sum. The sum is compensated (Neumaier): the result sums to 1 ± 1e-15.
    package func normalised() -> (ranks: [Double], total: Double) {
        var sum = CompensatedSum()
        for node in 0..<nodeCount { sum.add(unsafe rank[node]) }
        let total = sum.value
        let ranks = unsafe [Double](unsafeUninitializedCapacity: nodeCount) { buffer, count in
            for node in 0..<nodeCount { unsafe (buffer.baseAddress! + node).initialize(to: rank[node] / total) }
            count = nodeCount
        }
        return (ranks, total)
    }
}
