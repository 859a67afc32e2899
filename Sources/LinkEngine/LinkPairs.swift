import Kernels
import LinkModel
import SnapshotStore
import Synchronization

/// The distinct, counted (to, from) pairs of a snapshot's links, block by block as they are stored. A pair whose rows lie in
/// two blocks belongs to the first block in which one of them counts.
struct LinkPairs: Sendable {
    private let snapshot: Snapshot
    /// Rows with one of these flags don't count.
    private let droppedFlags: UInt32
    private let facts: [BlockFacts]

    var blockCount: Int { facts.count }

    private struct BlockFacts: Sendable {
        var hasDroppedRows = false
        /// The first row's pair belongs to an earlier block.
        var dropsFirstPair = false
    }

    /// Buffers of one thread.
    struct Scratch {
        /// The pairs of the block that was loaded last.
        var pairs = RankBlock()
        fileprivate var rows = LinkBlock()
        fileprivate var flags: [UInt32] = []
    }

    struct Survey {
        let pairs: LinkPairs
        let pairCount: UInt64
        /// How many nodes each node links to, and how many link to it.
        let degrees: (outDegrees: [UInt32], inDegrees: [UInt32])
        /// The pairs in memory, when they are kept.
        let blocks: [RankBlock]?
    }

    func load(_ block: Int, into scratch: inout Scratch) throws {
        let facts = facts[block]
        try snapshot.links.decodeEndpoints(ofBlock: block, into: &scratch.rows)
        if facts.hasDroppedRows {
            try snapshot.links.decode(.flags, ofBlock: block, into: &scratch.flags)
        } else {
            scratch.flags.removeAll(keepingCapacity: true)
        }
        try Self.fill(
            &scratch.pairs, scratch.rows, scratch.flags, snapshot, block, droppedFlags,
            dropsFirstPair: facts.dropsFirstPair)
    }

    private static func fill(
        _ pairs: inout RankBlock, _ rows: LinkBlock, _ flags: [UInt32], _ snapshot: Snapshot, _ block: Int,
        _ droppedFlags: UInt32, dropsFirstPair: Bool
    ) throws {
        let valid = 0..<rows.count
        let isValid = pairs.fill(
            to: rows.to.span.extracting(valid), from: rows.from.span.extracting(valid), flags: flags.span,
            droppedFlags: droppedFlags, dropsFirstPair: dropsFirstPair, nodeCount: snapshot.pages.count)
        guard isValid else { throw snapshot.invalidLinks(block) }
    }
}

extension LinkPairs {
    /// What a first pass over all blocks finds out about one.
    private struct BlockSurvey: Sendable {
        var facts = BlockFacts()
        var firstPair: UInt64 = 0
        var lastPair: UInt64 = 0
        var firstPairCounts = false
        var lastPairCounts = false
        var pairCount = 0
        /// The first and last lists' nodes, and how many pairs the block has of each.
        var firstTarget: UInt32 = 0
        var lastTarget: UInt32 = 0
        var listEnds: (first: UInt32, last: UInt32) = (0, 0)
    }

    /// Counts the pairs and the degrees of each node. One pass; memory: see `RankDegrees`.
    /// - keepsPairs: whether the pairs stay in memory, at most `largestByteCount(snapshot)` bytes.
    static func survey(
        _ snapshot: Snapshot, dropping droppedFlags: UInt32, keepsPairs: Bool, threads: Int
    ) throws -> Survey {
        let blockCount = snapshot.links.blockCount
        let degrees = RankDegrees(nodeCount: snapshot.pages.count, threads: threads)
        let keptBlocks = Mutex([RankBlock](repeating: RankBlock(), count: keepsPairs ? blockCount : 0))
        let surveys = Mutex([BlockSurvey](repeating: BlockSurvey(), count: blockCount))
        try Parallel.forEach(
            blockCount, threads: threads, scratch: { (Scratch(), degrees.counter()) },
            { block, scratch in
                var survey = try survey(snapshot, block, droppedFlags, &scratch.0)
                survey.listEnds = degrees.add(scratch.0.pairs, to: scratch.1)
                let result = survey
                surveys.withLock { $0[block] = result }
                guard keepsPairs else { return }
                let pairs = scratch.0.pairs.trimmed()
                keptBlocks.withLock { $0[block] = pairs }
            })
        var blocks = surveys.withLock { $0 }
        // In order: is the first pair of a block one that counted in a block before?
        var pair: UInt64?
        var pairCounts = false
        for index in blocks.indices {
            let block = blocks[index]
            degrees.addShared(block.listEnds.first, to: block.firstTarget)
            degrees.addShared(block.listEnds.last, to: block.lastTarget)
            if pair == block.firstPair, pairCounts, block.firstPairCounts {
                blocks[index].facts.dropsFirstPair = true
                blocks[index].pairCount -= 1
                degrees.removePair(
                    to: UInt32(truncatingIfNeeded: block.firstPair &>> 32),
                    from: UInt32(truncatingIfNeeded: block.firstPair))
            }
            pairCounts = block.lastPairCounts || (pair == block.lastPair && pairCounts)
            pair = block.lastPair
        }
        let pairs = LinkPairs(snapshot: snapshot, droppedFlags: droppedFlags, facts: blocks.map(\.facts))
        var kept = keptBlocks.withLock { blocks in
            defer { blocks = [] }
            return blocks
        }
        var scratch = Scratch()
        for index in kept.indices where blocks[index].facts.dropsFirstPair {
            try pairs.load(index, into: &scratch)
            kept[index] = scratch.pairs.trimmed()
        }
        return Survey(
            pairs: pairs, pairCount: blocks.reduce(0) { $0 + UInt64($1.pairCount) }, degrees: degrees.finish(),
            blocks: keepsPairs ? kept : nil)
    }

    /// An upper bound of what the pairs of a snapshot take in memory.
    static func largestByteCount(_ snapshot: Snapshot) -> Int {
        4 * snapshot.links.rowCount + 8 * min(snapshot.links.rowCount, snapshot.pages.count + snapshot.links.blockCount)
    }

    private static func survey(
        _ snapshot: Snapshot, _ block: Int, _ droppedFlags: UInt32, _ scratch: inout Scratch
    ) throws -> BlockSurvey {
        var survey = BlockSurvey()
        try snapshot.loadLinks(block, droppedFlags, rows: &scratch.rows, flags: &scratch.flags)
        survey.facts.hasDroppedRows = !scratch.flags.isEmpty
        try fill(&scratch.pairs, scratch.rows, scratch.flags, snapshot, block, droppedFlags, dropsFirstPair: false)
        guard scratch.rows.count > 0 else { throw snapshot.invalidLinks(block) }
        let lastRow = scratch.rows.count - 1
        survey.firstPair = RankBlock.pair(scratch.rows.to[0], scratch.rows.from[0])
        survey.lastPair = RankBlock.pair(scratch.rows.to[lastRow], scratch.rows.from[lastRow])
        survey.firstPairCounts = scratch.pairs.begins(with: survey.firstPair)
        survey.lastPairCounts = scratch.pairs.ends(with: survey.lastPair)
        survey.pairCount = scratch.pairs.pairCount
        if scratch.pairs.runCount > 0 {
            survey.firstTarget = scratch.pairs.targets[0]
            survey.lastTarget = scratch.pairs.targets[scratch.pairs.runCount - 1]
        }
        return survey
    }
}

extension Snapshot {
    /// Decodes the ends of a block's rows, and their flags if one of the rows has one of `droppedFlags` (else `flags` is
    /// empty).
    func loadLinks(_ block: Int, _ droppedFlags: UInt32, rows: inout LinkBlock, flags: inout [UInt32]) throws {
        try links.decodeEndpoints(ofBlock: block, into: &rows)
        flags.removeAll(keepingCapacity: true)
        guard droppedFlags != 0 else { return }
        try links.decode(.flags, ofBlock: block, into: &flags)
        if !flags.contains(where: { $0 & droppedFlags != 0 }) { flags.removeAll(keepingCapacity: true) }
    }

    /// Checksums were right, but the rows don't ascend by (to, from) or name nodes that don't exist.
    func invalidLinks(_ block: Int) -> StoreError {
        StoreError(
            .corrupt,
            "snapshot \(id), link block \(block): the rows are not in ascending (to, from) order or name pages at or "
                + "above \(pages.count), the number of pages. Remove the snapshot and import it again.")
    }
}
