import LinkModel
import SnapshotStore

/// Two snapshots whose links are to be compared group by group (host or registrable domain).
///
/// Memory: 4 bytes for each page and text of the old snapshot, about 40 bytes for each host and domain, a
/// quarter of a byte for each page.
struct GroupComparison: Sendable {
    let old: Snapshot
    let new: Snapshot
    let hosts: ComparedHosts
    /// Old page or text id → new one.
    let maps: (pages: EntryMap, strings: EntryMap)
    let oldFinder: HostFinder
    let newFinder: HostFinder
    let includeInternal: Bool
    /// The targets whose links both snapshots hold completely: ranges of pages of both sides, ascending; nil for all.
    private let known: [KnownRange]?

    /// - Throws: `EngineError.usage` when the nodes of the two are of different kinds; `.notInThisSnapshot` for graphs without
    ///   host names.
    init(_ old: Snapshot, _ new: Snapshot, options: Engine.Options) throws {
        try old.requireHostNames()
        try new.requireHostNames()
        try Comparison.requireEqualKinds(old, new)
        self.old = old
        self.new = new
        includeInternal = options.includeInternal
        hosts = try ComparedHosts(old, new, threads: options.threads)
        maps = (
            try EntryMap(old.pages, new.pages, threads: options.threads),
            try EntryMap(old.strings, new.strings, firstIndex: 1, threads: options.threads)
        )
        // They are most of what was read so far, and answered all that they were asked.
        for dictionary in [old.pages, new.pages, old.strings, new.strings] { dictionary.releaseMemory() }
        oldFinder = HostFinder(firstPages: try old.hostFirstPages())
        newFinder = HostFinder(firstPages: try new.hostFirstPages())
        known = try KnownPages.commonKeys(old.coverage, new.coverage)?.map { keys in
            (try old.pages(in: keys), try new.pages(in: keys))
        }
    }

    /// The union's host of a page of either side.
    func host(ofOld page: UInt32) -> Int { Int(hosts.hosts.old.places[oldFinder.host(ofPage: page)]) }
    func host(ofNew page: UInt32) -> Int { Int(hosts.hosts.new.places[newFinder.host(ofPage: page)]) }

    /// The first page of the first host, on either side, that isn't below a host of the union.
    func firstPages(ofHost host: Int) -> (old: UInt32, new: UInt32) {
        let place = UInt32(truncatingIfNeeded: host)
        return (
            oldFinder.firstPages[lowerBound(hosts.hosts.old.places, place)],
            newFinder.firstPages[lowerBound(hosts.hosts.new.places, place)]
        )
    }

    /// Whether both snapshots hold all links to a page, by its number on either side.
    func isKnown(old page: UInt32) -> Bool {
        known.map { Self.contains($0, { $0.old }, Int(page)) } ?? true
    }
    func isKnown(new page: UInt32) -> Bool {
        known.map { Self.contains($0, { $0.new }, Int(page)) } ?? true
    }

    private typealias KnownRange = (old: Range<Int>, new: Range<Int>)

    private static func contains(
        _ ranges: [KnownRange], _ side: (KnownRange) -> Range<Int>, _ page: Int
    ) -> Bool {
        // The first range that doesn't end before the page.
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if side(ranges[middle]).upperBound <= page { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && side(ranges[low]).contains(page)
    }

    /// All rows of both snapshots, divided where runs of hosts begin, so that threads can share the work. The division depends
    /// on the data only.
    func parts(_ runs: GroupRuns) throws -> [ComparedRows] {
        let cutsNew = new.links.blockCount >= old.links.blockCount
        let links = cutsNew ? new.links : old.links
        let blocksPerPart = max(1, links.blockCount / Self.mostParts)
        return try parts(
            cutAt: stride(from: blocksPerPart, to: links.blockCount, by: blocksPerPart).map { block in
                let page = links.targets(ofBlock: block).lowerBound
                return runs.startOfRun(withHost: cutsNew ? host(ofNew: page) : host(ofOld: page))
            })
    }

    /// All rows of both snapshots, divided at these hosts of the union (ascending).
    func parts(cutAt cuts: [Int]) throws -> [ComparedRows] {
        var parts: [ComparedRows] = []
        var (oldRow, newRow) = (0, 0)
        for cut in cuts {
            let pages = firstPages(ofHost: cut)
            let oldEnd = try old.links.rows(ofPages: 0..<Int(pages.old)).upperBound
            let newEnd = try new.links.rows(ofPages: 0..<Int(pages.new)).upperBound
            guard oldEnd > oldRow || newEnd > newRow else { continue }
            parts.append(ComparedRows(old: oldRow..<oldEnd, new: newRow..<newEnd))
            (oldRow, newRow) = (oldEnd, newEnd)
        }
        parts.append(ComparedRows(old: oldRow..<old.links.rowCount, new: newRow..<new.links.rowCount))
        return parts
    }

    /// Each cut costs about two blocks a side, which two parts decode.
    private static let mostParts = 32
}
