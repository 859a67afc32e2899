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
    let blocks: Blocks
    /// Whether the pairs of the core may be kept in memory.
    let keepsRows: Bool
    /// How many bytes those pairs may take in small, when they aren't kept.
    let packedByteLimit: Int
    /// How many nodes each node links to, and how many link to it; empty when taken.
    private(set) var outDegrees: [UInt32]
    private var inDegrees: [UInt32]
    /// The first and the last node whose list a block has a part of.
    private let blockNodes: [ClosedRange<UInt32>]

    var blockCount: Int {
        switch blocks {
        case .memory(let blocks): blocks.count
        case .stored(let pairs): pairs.blockCount
        }
    }

    /// A graph that is in memory already. Blocks ascend, and so do the pairs in them; none is empty.
    init(nodeCount: Int, blocks: [RankBlock], keepsRows: Bool = true, packedByteLimit: Int = 0) {
        self.nodeCount = nodeCount
        self.blocks = .memory(blocks)
        self.keepsRows = keepsRows
        self.packedByteLimit = packedByteLimit
        edgeCount = blocks.reduce(0) { $0 + UInt64($1.pairCount) }
        blockNodes = blocks.map { $0.targets[0]...$0.targets[$0.runCount - 1] }
        let degrees = RankDegrees(nodeCount: nodeCount, threads: 1)
        let counter = degrees.counter()
        for block in blocks {
            let ends = degrees.add(block, to: counter)
            degrees.addShared(ends.first, to: block.targets[0])
            degrees.addShared(ends.last, to: block.targets[block.runCount - 1])
        }
        (outDegrees, inDegrees) = degrees.finish()
    }

    /// The graph between a snapshot's own nodes. What a rank needs of the pairs is kept in memory when it takes at most
    /// `memoryLimit` bytes; where twice as much room is, the pairs are read from the store once only. The ranks are the same
    /// either way.
    init(pagesOf snapshot: Snapshot, dropping droppedFlags: UInt32, memoryLimit: Int, threads: Int) throws {
        let byteCount = LinkPairs.largestByteCount(snapshot)
        let survey = try LinkPairs.survey(
            snapshot, dropping: droppedFlags, keepsPairs: 2 * byteCount <= memoryLimit, threads: threads)
        nodeCount = snapshot.pages.count
        edgeCount = survey.pairCount
        (outDegrees, inDegrees) = survey.degrees
        blockNodes = (0..<snapshot.links.blockCount).map { snapshot.links.targets(ofBlock: $0) }
        keepsRows = byteCount <= memoryLimit
        packedByteLimit = memoryLimit
        blocks = survey.blocks.map { .memory($0) } ?? .stored(survey.pairs)
    }

    /// The degrees; they are gone afterwards.
    mutating func takeDegrees() -> (out: [UInt32], incoming: [UInt32]) {
        defer { (outDegrees, inDegrees) = ([], []) }
        return (outDegrees, inDegrees)
    }

    /// The blocks that have pairs to these nodes.
    func blocks(ofNodes nodes: Range<Int>) -> Range<Int> {
        let first = blockNodes.partitioningIndex { Int($0.upperBound) >= nodes.lowerBound }
        return first..<max(first, blockNodes.partitioningIndex { Int($0.lowerBound) >= nodes.upperBound })
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

extension Array {
    /// The first index whose element is so, when all behind it are too; count when none is.
    fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
