import Kernels
import LinkModel
import SnapshotStore

extension RankGraph {
    /// The graph between groups of a snapshot's pages: `group[page]` < groupCount is the group of each page. Memory: that
    /// array, 12 bytes a group and 16 more for each of up to four threads, and 12 for each pair of groups.
    /// - Throws: `EngineError.usage` when the pairs don't fit `memoryLimit`.
    init(
        groupsOf snapshot: Snapshot, group: [UInt32], groupCount: Int, dropping droppedFlags: UInt32, isWhole: Bool,
        memoryLimit: Int, threads: Int
    ) throws {
        let table = PairTable(nodeCount: groupCount)
        try Self.forEachBlock(snapshot, group, droppedFlags, threads) { table.count($0) }
        // While where groups link to is found out, a counter for each thread, and the pairs before and after.
        let byteCount =
            12 * table.pairCount + (12 + OutLinkCounter.byteCountPerNode(threads: threads)) * groupCount
        guard byteCount <= memoryLimit else {
            throw EngineError(
                .usage,
                "the links between the \(groupCount) nodes of this level take \(byteCount >> 20 + 1) MiB of memory, and may "
                    + "take \(memoryLimit >> 20) MiB, half of --memory: give --memory \(2 * (byteCount >> 20 + 1))M or more"
            )
        }
        table.makeRows()
        try Self.forEachBlock(snapshot, group, droppedFlags, threads) { table.place($0) }
        self.init(
            nodeCount: groupCount,
            blocks: table.blocks(blockPairCount: LinkTable.blockRowCount, threads: threads), isWhole: isWhole,
            threads: threads)
    }

    private struct Scratch {
        var rows = LinkBlock()
        var flags: [UInt32] = []
        var collector = PairCollector()
    }

    private static func forEachBlock(
        _ snapshot: Snapshot, _ group: [UInt32], _ droppedFlags: UInt32, _ threads: Int,
        _ body: @Sendable (PairCollector) -> Void
    ) throws {
        try Parallel.forEach(
            snapshot.links.blockCount, threads: threads, scratch: { Scratch() },
            { block, scratch in
                try snapshot.links.load(block, droppedFlags, rows: &scratch.rows, flags: &scratch.flags)
                let isValid = fill(&scratch.collector, scratch.rows, scratch.flags, droppedFlags, group)
                guard isValid else {
                    throw snapshot.links.invalidRows(
                        block, nodeCount: snapshot.pages.count, name: "snapshot \(snapshot.id)")
                }
                body(scratch.collector)
            })
    }

    private static func fill(
        _ collector: inout PairCollector, _ rows: LinkBlock, _ flags: [UInt32], _ droppedFlags: UInt32,
        _ group: [UInt32]
    ) -> Bool {
        let valid = 0..<rows.count
        return collector.fill(
            to: rows.to.span.extracting(valid), from: rows.from.span.extracting(valid), flags: flags.span,
            droppedFlags: droppedFlags, group: group)
    }
}

extension Snapshot {
    /// The host of each page (pages.count values).
    func hostOfPages() throws -> [UInt32] {
        var hosts = [UInt32](repeating: 0, count: pages.count)
        let firstPages = try hostFirstPages()
        for host in 0..<max(firstPages.count - 1, 0) {
            for page in Int(firstPages[host])..<Int(firstPages[host + 1]) { hosts[page] = UInt32(host) }
        }
        return hosts
    }
}
