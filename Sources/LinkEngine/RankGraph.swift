import Kernels
import SnapshotStore
import Synchronization

/// The links between the nodes of one level: distinct counted (to, from) pairs in lists of in-links, and where each node links to.
/// Unless it is made whole, of the sources that link to the same nodes the first alone is in the lists (`OutLinks`).
struct RankGraph: Sendable {
    enum Lists: Sendable {
        case blocks(PairBlocks)
        /// By label, as the snapshot has them. Never of a whole graph.
        case stored(StoredRankLists)
    }

    let nodeCount: Int
    /// Whether the lists have the pairs of all sources.
    let isWhole: Bool
    /// Pairs of all sources.
    let edgeCount: UInt64
    private(set) var lists: Lists
    /// What the lists take in memory, at most.
    let rowByteCount: Int
    /// Whether they may be kept there.
    let keepsRows: Bool
    /// How many bytes those pairs may take in small, when they aren't kept.
    let packedByteLimit: Int
    /// Empty when taken.
    private(set) var outLinks: OutLinks
    /// How many pairs in the lists lead to each node.
    private var inDegrees: [UInt32]

    /// Of blocks.
    var blockCount: Int {
        switch lists {
        case .blocks(let blocks): blocks.blockCount
        case .stored: 0
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
        rowByteCount = 4 * (Int(edgeCount) + nodeCount)
        (inDegrees, self.lists) = (lists.inDegrees(), .blocks(PairBlocks(lists.blocks())))
    }

    /// The graph between a snapshot's own nodes. What a rank needs of the pairs is kept in memory when it takes at most
    /// `memoryLimit` bytes. Where the snapshot doesn't store the lists by label, and twice as much room is, its links are read once
    /// only (twice, where it doesn't store where its pages link to either). The ranks are the same either way.
    init(
        pagesOf snapshot: Snapshot, dropping droppedFlags: UInt32, isWhole: Bool, memoryLimit: Int, threads: Int
    ) throws {
        nodeCount = snapshot.pages.count
        self.isWhole = isWhole
        packedByteLimit = memoryLimit
        if !isWhole, let stored = try snapshot.storedRankLists(dropping: droppedFlags, threads: threads) {
            outLinks = stored.outLinks
            edgeCount = outLinks.pairCount
            // Each count is at most the number of pages, of which a snapshot with these columns has fewer than 2³¹.
            inDegrees = zip(stored.lists.coreCounts, stored.lists.feederCounts).map { $0 &+ $1 }
            rowByteCount = 4 * (stored.lists.counts.rows + stored.lists.counts.rests + nodeCount)
            keepsRows = rowByteCount <= memoryLimit
            lists = .stored(stored.lists)
            return
        }
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
            pairs = try LinkPairs.collect(
                snapshot.links, into: lists, nodeCount: nodeCount, name: "snapshot \(snapshot.id)",
                dropping: droppedFlags, kinds: kinds, threads: threads)
            guard found.outLinks.pairCount == pairs.pairCount else { throw pairs.disagreement }
        }
        outLinks = found.outLinks
        edgeCount = pairs.pairCount
        rowByteCount = byteCount
        keepsRows = byteCount <= memoryLimit
        inDegrees = lists.inDegrees()
        self.lists = .blocks(PairBlocks(pairs, of: snapshot.links, kept: lists.blocks()))
    }

    /// Where nodes link to, and how many pairs lead to each; they are gone afterwards.
    mutating func takeLinks() -> (out: OutLinks, inDegrees: [UInt32]) {
        defer { (outLinks, inDegrees) = (OutLinks(), []) }
        return (outLinks, inDegrees)
    }

    /// Gives the lists' memory back: nothing is read from this graph any more.
    mutating func dropLists() { lists = .blocks(PairBlocks([])) }

    /// Adds up what arrives at each node: one sweep over all pairs. Of a whole graph.
    func gather(into vectors: RankVectors, threads: Int) throws {
        guard case .blocks(let blocks) = lists else { preconditionFailure("whole graphs are made of blocks") }
        try Parallel.forEach(
            blockCount, threads: threads, scratch: { LinkPairs.Scratch() },
            { block, scratch in try blocks.withBlock(block, &scratch) { vectors.gather($0, block: block) } })
        vectors.combineBoundaries()
    }
}
