import Kernels
import SnapshotStore

/// The links between the nodes of one level: distinct counted (to, from) pairs in blocks, and how many nodes each
/// node links to.
struct RankGraph: Sendable {
    enum Blocks: Sendable {
        case memory([RankBlock])
        /// Decoded anew in each sweep.
        case stored(LinkPairs)
    }

    let nodeCount: Int
    let edgeCount: UInt64
    /// One for each node.
    let outDegrees: [UInt32]
    let blocks: Blocks

    var blockCount: Int {
        switch blocks {
        case .memory(let blocks): blocks.count
        case .stored(let pairs): pairs.blockCount
        }
    }

    /// A graph that is in memory already. Blocks ascend, and so do the pairs in them.
    init(nodeCount: Int, blocks: [RankBlock]) {
        self.nodeCount = nodeCount
        self.blocks = .memory(blocks)
        edgeCount = blocks.reduce(0) { $0 + UInt64($1.pairCount) }
        var degrees = [UInt32](repeating: 0, count: nodeCount)
        for block in blocks { block.addOutDegrees(to: &degrees) }
        outDegrees = degrees
    }

    /// The graph between a snapshot's own nodes. The pairs are kept in memory when they take at most `memoryLimit` bytes;
    /// the blocks, and so the ranks, are the same either way.
    init(pagesOf snapshot: Snapshot, dropping droppedFlags: UInt32, memoryLimit: Int, threads: Int) throws {
        let survey = try LinkPairs.survey(snapshot, dropping: droppedFlags, threads: threads)
        nodeCount = snapshot.pages.count
        edgeCount = survey.pairCount
        outDegrees = survey.outDegrees
        if survey.byteCount <= UInt64(clamping: memoryLimit) {
            blocks = .memory(try survey.pairs.all(threads: threads))
        } else {
            blocks = .stored(survey.pairs)
        }
    }

    /// Adds up what arrives at each node: one sweep over all pairs.
    func gather(into vectors: RankVectors, threads: Int) throws {
        switch blocks {
        case .memory(let blocks):
            try Parallel.forEach(blocks.count, threads: threads) { vectors.gather(blocks[$0], block: $0) }
        case .stored(let pairs):
            try Parallel.forEach(
                pairs.blockCount, threads: threads, scratch: { LinkPairs.Scratch() },
                { block, scratch in
                    try pairs.load(block, into: &scratch)
                    vectors.gather(scratch.pairs, block: block)
                })
        }
        vectors.combineBoundaries()
    }
}
