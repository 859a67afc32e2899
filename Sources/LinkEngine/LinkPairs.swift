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
        let outDegrees: [UInt32]
        /// What the pairs take in memory.
        let byteCount: UInt64
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

    /// Every block's pairs.
    func all(threads: Int) throws -> [RankBlock] {
        let blocks = Mutex([RankBlock](repeating: RankBlock(), count: blockCount))
        try Parallel.forEach(
            blockCount, threads: threads, scratch: { Scratch() },
            { index, scratch in
                try load(index, into: &scratch)
                let block = scratch.pairs.trimmed()
                blocks.withLock { $0[index] = block }
            })
        return blocks.withLock { $0 }
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
        var runCount = 0
    }

    /// Counts the pairs and the nodes that each node links to. One pass; 4 bytes a node.
    static func survey(_ snapshot: Snapshot, dropping droppedFlags: UInt32, threads: Int) throws -> Survey {
        let blockCount = snapshot.links.blockCount
        let outDegrees = Mutex([UInt32](repeating: 0, count: snapshot.pages.count))
        let surveys = Mutex([BlockSurvey](repeating: BlockSurvey(), count: blockCount))
        try Parallel.forEach(
            blockCount, threads: threads, scratch: { Scratch() },
            { block, scratch in
                let survey = try survey(snapshot, block, droppedFlags, &scratch)
                surveys.withLock { $0[block] = survey }
                outDegrees.withLock { scratch.pairs.addOutDegrees(to: &$0) }
            })
        var blocks = surveys.withLock { $0 }
        var degrees = outDegrees.withLock { degrees in
            defer { degrees = [] }
            return degrees
        }
        // In order: is the first pair of a block one that counted in a block before?
        var pair: UInt64?
        var pairCounts = false
        for index in blocks.indices {
            let block = blocks[index]
            if pair == block.firstPair, pairCounts, block.firstPairCounts {
                blocks[index].facts.dropsFirstPair = true
                blocks[index].pairCount -= 1
                degrees[Int(truncatingIfNeeded: block.firstPair & 0xFFFF_FFFF)] -= 1
            }
            pairCounts = block.lastPairCounts || (pair == block.lastPair && pairCounts)
            pair = block.lastPair
        }
        return Survey(
            pairs: LinkPairs(snapshot: snapshot, droppedFlags: droppedFlags, facts: blocks.map(\.facts)),
            pairCount: blocks.reduce(0) { $0 + UInt64($1.pairCount) }, outDegrees: degrees,
            byteCount: blocks.reduce(0) { $0 + 4 * UInt64($1.pairCount) + 8 * UInt64($1.runCount) })
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
        survey.runCount = scratch.pairs.runCount
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
