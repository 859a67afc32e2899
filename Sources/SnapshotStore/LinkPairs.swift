package import Kernels
import LinkModel
import Synchronization

/// The distinct, counted (to, from) pairs of a link table, block by block as they are stored. A pair whose rows lie in
/// two blocks belongs to the first block in which one of them counts. Self-links don't count.
package struct LinkPairs: Sendable {
    private let links: LinkTable
    private let nodeCount: Int
    private let name: String
    /// Rows with one of these flags don't count.
    private let droppedFlags: UInt32
    /// Of each node: pairs of sources that are `OutLinks.Kind.repeated` are left out of what is loaded. Empty: none is.
    package var kinds: [UInt8]
    private var facts: [BlockFacts] = []

    package private(set) var pairCount: UInt64 = 0
    /// The pairs that `init` showed twice: each belongs to a block before.
    package private(set) var repeated: [Repeated] = []

    package struct Repeated: Sendable {
        package let block: Int
        package let to: UInt32
        package let from: UInt32
    }

    package var blockCount: Int { links.blockCount }

    private struct BlockFacts: Sendable {
        var hasDroppedRows = false
        /// The first row's pair belongs to an earlier block.
        var dropsFirstPair = false
    }

    /// Buffers of one thread.
    package struct Scratch {
        /// The pairs of the block that was loaded last.
        package var pairs = RankBlock()
        fileprivate var rows = LinkBlock()
        fileprivate var flags: [UInt32] = []
        package init() {}
    }

    /// What the first pass finds out about a block.
    private struct BlockSurvey: Sendable {
        var facts = BlockFacts()
        var firstPair: UInt64 = 0
        var lastPair: UInt64 = 0
        var firstPairCounts = false
        var lastPairCounts = false
        var pairCount = 0
    }

    /// Reads all blocks once, on any threads. The body sees the pairs of each block as if there were no other: afterwards
    /// `repeated` has what it saw twice.
    /// - name: of the snapshot, for errors.
    package init<Own>(
        _ links: LinkTable, nodeCount: Int, name: String, dropping droppedFlags: UInt32, kinds: [UInt8] = [],
        threads: Int, scratch: @Sendable () -> Own,
        onBlock: @Sendable (_ block: Int, _ scratch: inout Scratch, _ own: inout Own) throws -> Void
    ) throws {
        self.links = links
        self.nodeCount = nodeCount
        self.name = name
        self.droppedFlags = droppedFlags
        self.kinds = kinds
        let reader = self
        let surveys = Mutex([BlockSurvey](repeating: BlockSurvey(), count: links.blockCount))
        try Parallel.forEach(
            links.blockCount, threads: threads, scratch: { (Scratch(), scratch()) },
            { block, scratch in
                let survey = try reader.survey(block, &scratch.0)
                surveys.withLock { $0[block] = survey }
                try onBlock(block, &scratch.0, &scratch.1)
            })
        // In order: is the first pair of a block one that counted in a block before?
        var pair: UInt64?
        var pairCounts = false
        for (index, block) in surveys.withLock({ $0 }).enumerated() {
            var facts = block.facts
            pairCount += UInt64(block.pairCount)
            if pair == block.firstPair, pairCounts, block.firstPairCounts {
                facts.dropsFirstPair = true
                pairCount -= 1
                repeated.append(
                    Repeated(
                        block: index, to: UInt32(truncatingIfNeeded: block.firstPair &>> 32),
                        from: UInt32(truncatingIfNeeded: block.firstPair)))
            }
            self.facts.append(facts)
            pairCounts = block.lastPairCounts || (pair == block.lastPair && pairCounts)
            pair = block.lastPair
        }
    }

    private func survey(_ block: Int, _ scratch: inout Scratch) throws -> BlockSurvey {
        var survey = BlockSurvey()
        try links.load(block, droppedFlags, rows: &scratch.rows, flags: &scratch.flags)
        survey.facts.hasDroppedRows = !scratch.flags.isEmpty
        try fill(block, &scratch, dropsFirstPair: false)
        guard scratch.rows.count > 0 else { throw links.invalidRows(block, nodeCount: nodeCount, name: name) }
        let lastRow = scratch.rows.count - 1
        survey.firstPair = RankBlock.pair(scratch.rows.to[0], scratch.rows.from[0])
        survey.lastPair = RankBlock.pair(scratch.rows.to[lastRow], scratch.rows.from[lastRow])
        survey.firstPairCounts = scratch.pairs.begins(with: survey.firstPair)
        survey.lastPairCounts = scratch.pairs.ends(with: survey.lastPair)
        survey.pairCount = scratch.pairs.filledPairCount
        return survey
    }

    /// Makes `scratch.pairs` the pairs that belong to the block.
    package func load(_ block: Int, into scratch: inout Scratch) throws {
        let facts = facts[block]
        try links.decodeEndpoints(ofBlock: block, into: &scratch.rows)
        if facts.hasDroppedRows {
            try links.decode(.flags, ofBlock: block, into: &scratch.flags)
        } else {
            scratch.flags.removeAll(keepingCapacity: true)
        }
        try fill(block, &scratch, dropsFirstPair: facts.dropsFirstPair)
    }

    private func fill(_ block: Int, _ scratch: inout Scratch, dropsFirstPair: Bool) throws {
        let (rows, flags) = (scratch.rows, scratch.flags)
        let valid = 0..<rows.count
        let isValid = scratch.pairs.fill(
            to: rows.to.span.extracting(valid), from: rows.from.span.extracting(valid), flags: flags.span,
            droppedFlags: droppedFlags, dropsFirstPair: dropsFirstPair, nodeCount: nodeCount, kinds: kinds,
            isInOrder: true)
        guard isValid else { throw disagreement }
    }

    /// Checksums were right, but the links have other sources than where the pages are said to link.
    package var disagreement: StoreError {
        StoreError(
            .corrupt,
            "\(name): pages.out_links or pages.same_links doesn't fit the links. `strata compact` makes them anew; or remove "
                + "the snapshot and import it again.")
    }

    /// Reads all blocks once, and gives each of them to `lists`.
    package static func collect(
        _ links: LinkTable, into lists: RankLists, nodeCount: Int, name: String, dropping droppedFlags: UInt32,
        kinds: [UInt8], threads: Int
    ) throws -> LinkPairs {
        let pairs = try LinkPairs(
            links, nodeCount: nodeCount, name: name, dropping: droppedFlags, kinds: kinds, threads: threads,
            scratch: {}, onBlock: { block, scratch, _ in lists.take(block, scratch.pairs) })
        var scratch = Scratch()
        for pair in pairs.repeated {
            try pairs.load(pair.block, into: &scratch)
            lists.take(pair.block, scratch.pairs)
        }
        return pairs
    }

    /// An upper bound of what the pairs take in memory.
    package static func largestByteCount(_ links: LinkTable, nodeCount: Int) -> Int {
        4 * links.rowCount + 8 * min(links.rowCount, nodeCount + links.blockCount)
    }
}

extension LinkTable {
    /// Decodes the ends of a block's rows, and their flags if one of the rows has one of `droppedFlags` (else `flags` is
    /// empty).
    package func load(_ block: Int, _ droppedFlags: UInt32, rows: inout LinkBlock, flags: inout [UInt32]) throws {
        try decodeEndpoints(ofBlock: block, into: &rows)
        flags.removeAll(keepingCapacity: true)
        guard droppedFlags != 0 else { return }
        if let value = try constant(.flags, ofBlock: block), value & droppedFlags == 0 { return }
        try decode(.flags, ofBlock: block, into: &flags)
        if !flags.contains(where: { $0 & droppedFlags != 0 }) { flags.removeAll(keepingCapacity: true) }
    }

    /// Checksums were right, but the rows don't ascend by (to, from) or name nodes that don't exist.
    package func invalidRows(_ block: Int, nodeCount: Int, name: String) -> StoreError {
        StoreError(
            .corrupt,
            "\(name), link block \(block): the rows are not in ascending (to, from) order or name pages at or "
                + "above \(nodeCount), the number of pages. Remove the snapshot and import it again.")
    }
}
