import Kernels
import LinkModel
import SnapshotStore
import Synchronization

/// Two snapshots whose links are to be compared group by group (host or registrable domain).
///
/// Memory: a byte for each page and text of the old snapshot, about 50 bytes for each host and domain, a
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
    /// hosts + 1 values: where the pages of the union's hosts begin on either side.
    private let firstOldPages: [UInt32]
    private let firstNewPages: [UInt32]
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
        // The hosts are one thread's work, beside the pages: there are more of these.
        let besides = Mutex<Hosts?>(nil)
        let pages = try EntryMap(old.pages, new.pages, threads: options.threads) {
            let hosts = try Hosts(old, new)
            besides.withLock { $0 = hosts }
        }
        maps = (pages, try EntryMap(old.strings, new.strings, firstIndex: 1, threads: options.threads))
        // They are most of what was read so far, and answered all that they were asked.
        for dictionary in [old.pages, new.pages, old.strings, new.strings] { dictionary.releaseMemory() }
        let made = try besides.withLock { try $0 ?? Hosts(old, new) }
        (hosts, oldFinder, newFinder) = (made.compared, made.oldFinder, made.newFinder)
        firstOldPages = Self.firstPages(hosts.hosts.old, oldFinder, hostCount: hosts.hosts.count)
        firstNewPages = Self.firstPages(hosts.hosts.new, newFinder, hostCount: hosts.hosts.count)
        known = try KnownPages.commonKeys(old.coverage, new.coverage)?.map { keys in
            (try old.pages(in: keys), try new.pages(in: keys))
        }
    }

    private struct Hosts: Sendable {
        let compared: ComparedHosts
        let oldFinder: HostFinder
        let newFinder: HostFinder

        init(_ old: Snapshot, _ new: Snapshot) throws {
            compared = try ComparedHosts(old, new, threads: 1)
            oldFinder = HostFinder(firstPages: try old.hostFirstPages())
            newFinder = HostFinder(firstPages: try new.hostFirstPages())
        }
    }

    private static func firstPages(_ places: UnionPlaces, _ finder: HostFinder, hostCount: Int) -> [UInt32] {
        var pages: [UInt32] = []
        pages.reserveCapacity(hostCount + 1)
        for (host, place) in places.places.enumerated() {
            while pages.count <= place { pages.append(finder.firstPages[host]) }
        }
        while pages.count <= hostCount { pages.append(finder.firstPages.last ?? 0) }
        return pages
    }

    /// The union's host of a page of either side.
    func host(ofOld page: UInt32) -> Int { Int(hosts.hosts.old.places[oldFinder.host(ofPage: page)]) }
    func host(ofNew page: UInt32) -> Int { Int(hosts.hosts.new.places[newFinder.host(ofPage: page)]) }

    /// The first page of the first host, on either side, that isn't below a host of the union.
    func firstPages(ofHost host: Int) -> (old: UInt32, new: UInt32) { (firstOldPages[host], firstNewPages[host]) }

    /// The new side's pages of hosts of the union.
    func newPages(ofHosts hosts: Range<Int>) -> Range<UInt32> {
        firstNewPages[hosts.lowerBound]..<firstNewPages[hosts.upperBound]
    }

    private typealias KnownRange = (old: Range<Int>, new: Range<Int>)

    /// A stretch of pages that begins at or before the two targets (nil: this side has none left), holds one of them at least,
    /// and whose links both snapshots hold completely, or not: where it ends on either side.
    func stretch(fromOld old: UInt32?, new: UInt32?) -> (oldEnd: UInt32, newEnd: UInt32, isKnown: Bool) {
        guard let known else { return (.max, .max, true) }
        // The first range that doesn't end before one of them.
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            let isBefore =
                old.map { known[middle].old.upperBound <= Int($0) } ?? true
                && new.map { known[middle].new.upperBound <= Int($0) } ?? true
            if isBefore { low = middle + 1 } else { high = middle }
        }
        guard low < known.count else { return (.max, .max, false) }
        let range = known[low]
        let isAbove =
            old.map { Int($0) < range.old.lowerBound } ?? false || new.map { Int($0) < range.new.lowerBound } ?? false
        return isAbove
            ? (UInt32(range.old.lowerBound), UInt32(range.new.lowerBound), false)
            : (UInt32(range.old.upperBound), UInt32(range.new.upperBound), true)
    }

    /// All rows of both snapshots, divided where runs of hosts begin, so that threads can share the work. The division depends
    /// on the data only.
    func parts(_ runs: GroupRuns, threads: Int) throws -> [ComparedRows] {
        let cutsNew = new.links.blockCount >= old.links.blockCount
        let links = cutsNew ? new.links : old.links
        var (cuts, block): ([Int], Int) = ([], 0)
        while true {
            let isNearEnd = links.blockCount - block <= links.blockCount / Self.nearEnd
            block += max(1, links.blockCount / (isNearEnd ? 4 * Self.mostParts : Self.mostParts))
            guard block < links.blockCount else { break }
            let page = links.targets(ofBlock: block).lowerBound
            cuts.append(runs.startOfRun(withHost: cutsNew ? host(ofNew: page) : host(ofOld: page)))
        }
        return try parts(cutAt: cuts, threads: threads)
    }

    /// All rows of both snapshots, divided at these hosts of the union (ascending).
    func parts(cutAt cuts: [Int], threads: Int) throws -> [ComparedRows] {
        let cutRows = try parallelMap(cuts.count, threads: threads) { cut in
            let pages = firstPages(ofHost: cuts[cut])
            return (
                old: try old.links.rows(ofPages: 0..<Int(pages.old)).upperBound,
                new: try new.links.rows(ofPages: 0..<Int(pages.new)).upperBound
            )
        }
        var parts: [ComparedRows] = []
        var (oldRow, newRow) = (0, 0)
        for end in cutRows where end.old > oldRow || end.new > newRow {
            parts.append(ComparedRows(old: oldRow..<end.old, new: newRow..<end.new))
            (oldRow, newRow) = (end.old, end.new)
        }
        parts.append(ComparedRows(old: oldRow..<old.links.rowCount, new: newRow..<new.links.rowCount))
        return parts
    }

    /// Each cut costs about two blocks a side, which two parts decode.
    private static let mostParts = 32
    /// The last one of so many shares of the blocks is cut into parts of a quarter: all threads are done at about the same time.
    private static let nearEnd = 8
}
