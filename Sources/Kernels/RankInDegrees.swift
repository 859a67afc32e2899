/// Counts, from blocks of pairs on any threads, how many pairs lead to each node. 4 bytes a node.
/// Safety: targets ascend in a block, whose last one is checked against nodeCount, as are all of `ends`. `count`
/// writes what is between a block's first and last target, where no other block has any; `finish` comes after all
/// blocks.
@safe package final class RankInDegrees: @unchecked Sendable {
    private let nodeCount: Int
    private let degrees: UnsafeMutablePointer<UInt32>

    /// The first and the last list of a block: other blocks may hold parts of them.
    package struct Ends: Sendable {
        package var first: (target: UInt32, count: UInt32) = (0, 0)
        package var last: (target: UInt32, count: UInt32) = (0, 0)
        package init() {}
    }

    package init(nodeCount: Int) {
        self.nodeCount = nodeCount
        unsafe degrees = .allocate(capacity: nodeCount)
        unsafe degrees.initialize(repeating: 0, count: nodeCount)
    }

    deinit { unsafe degrees.deallocate() }

    /// Counts a block's lists but the first and the last one, which are returned. O(lists).
    package func count(_ block: RankBlock) -> Ends {
        var ends = Ends()
        let last = block.runCount - 1
        guard last >= 0 else { return ends }
        precondition(Int(block.targets[last]) < nodeCount)
        unsafe block.targets.withUnsafeBufferPointer { targets in
            unsafe block.runEnds.withUnsafeBufferPointer { runEnds in
                for run in 1..<max(last, 1) {
                    unsafe degrees[Int(targets[run])] = runEnds[run] &- runEnds[run &- 1]
                }
            }
        }
        ends.first = (block.targets[0], block.runEnds[0])
        if last > 0 { ends.last = (block.targets[last], block.runEnds[last] - block.runEnds[last - 1]) }
        return ends
    }

    /// One for each node. `ends` of all blocks.
    package func finish(_ ends: [Ends]) -> [UInt32] {
        for end in ends {
            for (target, count) in [end.first, end.last] where count > 0 {
                precondition(Int(target) < nodeCount)
                unsafe degrees[Int(target)] &+= count
            }
        }
        return unsafe [UInt32](UnsafeBufferPointer(start: degrees, count: nodeCount))
    }
}
