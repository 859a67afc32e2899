import Synchronization

/// Collects the lists of a graph, block by block from any threads: counts what leads to each node, and keeps the blocks where
/// they are wanted.
package final class RankLists: Sendable {
    private let degrees: RankInDegrees
    private let ends: Mutex<[RankInDegrees.Ends]>
    private let kept: Mutex<[RankBlock]>
    private let keepsBlocks: Bool

    package init(nodeCount: Int, blockCount: Int, keepsBlocks: Bool) {
        self.keepsBlocks = keepsBlocks
        degrees = RankInDegrees(nodeCount: nodeCount)
        ends = Mutex(Array(repeating: RankInDegrees.Ends(), count: blockCount))
        kept = Mutex(Array(repeating: RankBlock(), count: keepsBlocks ? blockCount : 0))
    }

    /// Takes a block, or a block anew whose first pair doesn't belong to it.
    package func take(_ block: Int, _ pairs: RankBlock) {
        let ends = degrees.count(pairs)
        self.ends.withLock { $0[block] = ends }
        guard keepsBlocks else { return }
        let copy = pairs.trimmed()
        kept.withLock { $0[block] = copy }
    }

    /// After all blocks, once.
    package func inDegrees() -> [UInt32] { degrees.finish(ends.withLock { $0 }) }

    /// After all blocks, once.
    package func blocks() -> [RankBlock] {
        kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
    }
}
