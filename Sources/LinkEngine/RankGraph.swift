import Kernels
import SnapshotStore
import Synchronization

/// The links between the nodes of one level: distinct counted (to, from) pairs in blocks, and where each node links to. Unless
/// it is made whole, of the sources that link to the same nodes the first alone is in the lists (`OutLinks`).
struct RankGraph: Sendable {
    enum Blocks: Sendable {
        case memory([RankBlock])
        /// Decoded anew in each sweep.
        case stored(LinkPairs)
    }

    let nodeCount: Int
    /// Whether the lists have the pairs of all sources.
    let isWhole: Bool
    /// Pairs of all sources.
    let edgeCount: UInt64
    let blocks: Blocks
    /// Whether the pairs of the core may be kept in memory.
    let keepsRows: Bool
    /// How many bytes those pairs may take in small, when they aren't kept.
    let packedByteLimit: Int
    /// Empty when taken.
    private(set) var outLinks: OutLinks
    /// How many pairs in the lists lead to each node.
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
    init(
        nodeCount: Int, blocks: [RankBlock], isWhole: Bool = false, keepsRows: Bool = true, packedByteLimit: Int = 0,
        threads: Int = 1
    ) {
        let counter = OutLinkCounter(nodes: 0..<nodeCount, threads: threads)
        // A body that doesn't throw can't make the loop throw.
        try? Parallel.forEach(
            blocks.count, threads: threads, scratch: { counter.counter() }, { counter.add(blocks[$0], to: $1) })
        let outLinks = counter.finish(threads: threads)
        let kinds = isWhole ? [] : outLinks.kinds
        let lists = RankLists(nodeCount: nodeCount, blockCount: blocks.count, keepsBlocks: true)
        try? Parallel.forEach(blocks.count, threads: threads) { block in
            var pairs = blocks[block]
            if !isWhole { pairs.dropRepeated(kinds) }
            lists.take(block, pairs)
        }
        self.nodeCount = nodeCount
        self.isWhole = isWhole
        self.outLinks = outLinks
        self.keepsRows = keepsRows
        self.packedByteLimit = packedByteLimit
        edgeCount = outLinks.pairCount
        blockNodes = blocks.map { $0.targets[0]...$0.targets[$0.runCount - 1] }
        (inDegrees, self.blocks) = (lists.inDegrees(), .memory(lists.blocks()))
    }

    /// The graph between a snapshot's own nodes. What a rank needs of the pairs is kept in memory when it takes at most
    /// `memoryLimit` bytes; where twice as much room is, the pairs are read from the store once only (twice, where the snapshot
    /// doesn't store where its pages link to). The ranks are the same either way.
    init(
        pagesOf snapshot: Snapshot, dropping droppedFlags: UInt32, isWhole: Bool, memoryLimit: Int, threads: Int
    ) throws {
        let nodeCount = snapshot.pages.count
        let found = try snapshot.outLinks(dropping: droppedFlags, memoryLimit: memoryLimit, threads: threads)
        let byteCount = LinkPairs.largestByteCount(snapshot.links, nodeCount: nodeCount)
        let keepsBlocks = 2 * byteCount <= memoryLimit
        let kinds = isWhole ? [] : found.outLinks.kinds
        let lists = RankLists(nodeCount: nodeCount, blockCount: snapshot.links.blockCount, keepsBlocks: keepsBlocks)
        var pairs: LinkPairs
        if let known = found.pairs {
            pairs = known
            pairs.kinds = kinds
            let pairs = pairs
            try Parallel.forEach(
                pairs.blockCount, threads: threads, scratch: { LinkPairs.Scratch() },
                { block, scratch in
                    try pairs.load(block, into: &scratch)
                    lists.take(block, scratch.pairs)
                })
        } else {
            pairs = try LinkPairs(
                snapshot.links, nodeCount: nodeCount, name: "snapshot \(snapshot.id)", dropping: droppedFlags,
                kinds: kinds, threads: threads, scratch: {},
                onBlock: { block, scratch, _ in lists.take(block, scratch.pairs) })
            var scratch = LinkPairs.Scratch()
            for pair in pairs.repeated {
                try pairs.load(pair.block, into: &scratch)
                lists.take(pair.block, scratch.pairs)
            }
            guard found.outLinks.pairCount == pairs.pairCount else { throw pairs.disagreement }
        }
        self.nodeCount = nodeCount
        self.isWhole = isWhole
        outLinks = found.outLinks
        edgeCount = pairs.pairCount
        blockNodes = (0..<snapshot.links.blockCount).map { snapshot.links.targets(ofBlock: $0) }
        keepsRows = byteCount <= memoryLimit
        packedByteLimit = memoryLimit
        inDegrees = lists.inDegrees()
        blocks = keepsBlocks ? .memory(lists.blocks()) : .stored(pairs)
    }

    /// Where nodes link to, and how many pairs lead to each; they are gone afterwards.
    mutating func takeLinks() -> (out: OutLinks, inDegrees: [UInt32]) {
        defer { (outLinks, inDegrees) = (OutLinks(), []) }
        return (outLinks, inDegrees)
    }

    /// The blocks that have pairs to these nodes.
    func blocks(ofNodes nodes: Range<Int>) -> Range<Int> {
        let first = blockNodes.partitioningIndex { Int($0.upperBound) >= nodes.lowerBound }
        return first..<max(first, blockNodes.partitioningIndex { Int($0.lowerBound) >= nodes.upperBound })
    }

    /// Calls the body with a block of the lists.
    func withBlock(_ block: Int, _ scratch: inout LinkPairs.Scratch, _ body: (RankBlock) -> Void) throws {
        switch blocks {
        case .memory(let blocks): body(blocks[block])
        case .stored(let pairs):
            try pairs.load(block, into: &scratch)
            body(scratch.pairs)
        }
    }

    /// Adds up what arrives at each node: one sweep over all pairs.
    func gather(into vectors: RankVectors, threads: Int) throws {
        try Parallel.forEach(
            blockCount, threads: threads, scratch: { LinkPairs.Scratch() },
            { block, scratch in try withBlock(block, &scratch) { vectors.gather($0, block: block) } })
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
