import LinkModel
import SnapshotStore

/// Rows of both snapshots that stand side by side.
struct ComparedRows: Sendable {
    var old: Range<Int>
    var new: Range<Int>
    var count: Int { old.count + new.count }
}

/// One of the two snapshots, with its ids' places in the unions.
struct ComparedSide: Sendable {
    let snapshot: Snapshot
    /// nil in number graphs.
    let pageHosts: PageHosts?
    let pages: UnionPlaces
    /// Ids 0 = unknown, 1 … = texts.
    let strings: UnionPlaces
    /// Empty in number graphs.
    let hosts: UnionPlaces
    /// The registrable domain (of the union) of each host of the union in this snapshot; `noDomain` for hosts that
    /// it doesn't have. Empty in number graphs.
    let domainOfHost: [UInt32]
    static let noDomain = UInt32.max

    /// The registrable domain of a host that a page of this side is on.
    /// - Throws: `StoreError` .corrupt when this side doesn't have the host.
    func domain(ofHost host: Int) throws -> UInt32 {
        let domain = domainOfHost[host]
        guard domain != Self.noDomain else {
            throw snapshot.contradiction("pages.keys, hosts.keys and hosts.first_page")
        }
        return domain
    }
}

extension Snapshot {
    /// Walks backlinks (all links in number graphs).
    func scan(_ columns: [LinkColumn], _ hosts: PageHosts?, includeInternal: Bool) -> LinkScan {
        guard let hosts else { return LinkScan(everyRowOf: self, columns: columns) }
        return LinkScan(self, columns: columns, includeInternal: includeInternal, hosts: hosts)
    }
}

/// Two snapshots whose pages, texts, hosts and domains are numbered alike, so that their links can be merged.
///
/// Memory: 4 bytes for each page and text of both snapshots, or some bytes for each row that is compared, if that is
/// less; and about 16 bytes for each host and domain.
struct Comparison: Sendable {
    let old: ComparedSide
    let new: ComparedSide
    let known: KnownPages
    let pages: UnionMap
    let hosts: UnionMap
    let domains: UnionMap
    /// The union's hosts + 1 values: the pages of host h are firstPages[h] ..< firstPages[h + 1], of those that have a place.
    let firstPages: [UInt32]
    let includeInternal: Bool

    /// - Parameter rows: what will be compared; nil for everything. With few rows, only their pages and texts are
    ///   looked up.
    /// - Throws: `EngineError.usage` when the nodes of the two are of different kinds.
    init(_ old: Snapshot, _ new: Snapshot, rows: [ComparedRows]?, options: Engine.Options) throws {
        try Self.requireEqualKinds(old, new)
        includeInternal = options.includeInternal
        let rowCount = rows.map { $0.reduce(0) { $0 + $1.count } } ?? .max
        let oldHosts = try Self.pageHosts(old, rowCount)
        let newHosts = try Self.pageHosts(new, rowCount)
        let pagesAreFew = rowCount < (old.pages.count + new.pages.count) / Self.entriesPerRow
        let stringsAreFew = rowCount < (old.strings.count + new.strings.count) / Self.entriesPerRow
        var wanted: (old: WantedMembers, new: WantedMembers)?
        if let rows, pagesAreFew || stringsAreFew {
            wanted = (
                try WantedMembers(old.scan(Self.texts, oldHosts, includeInternal: includeInternal), rows.map(\.old)),
                try WantedMembers(new.scan(Self.texts, newHosts, includeInternal: includeInternal), rows.map(\.new))
            )
        }
        let pages: UnionMap
        if pagesAreFew, let wanted {
            pages = try UnionMap(old.pages, wanted.old.pages, new.pages, wanted.new.pages)
        } else {
            pages = try UnionMap(old.pages, new.pages, threads: options.threads)
        }
        let strings: UnionMap
        if stringsAreFew, let wanted {
            strings = try UnionMap(old.strings, wanted.old.strings, new.strings, wanted.new.strings)
        } else {
            strings = try UnionMap(old.strings, new.strings, threads: options.threads)
        }
        self.pages = pages
        let compared = try ComparedHosts(old, new, threads: options.threads)
        hosts = compared.hosts
        domains = compared.domains
        known = try KnownPages(old, new, pages)
        firstPages = try Self.firstPages(old, new, pages, hosts)
        self.old = ComparedSide(
            snapshot: old, pageHosts: oldHosts, pages: pages.old, strings: strings.old.asStringIDs, hosts: hosts.old,
            domainOfHost: compared.oldDomains)
        self.new = ComparedSide(
            snapshot: new, pageHosts: newHosts, pages: pages.new, strings: strings.new.asStringIDs, hosts: hosts.new,
            domainOfHost: compared.newDomains)
    }

    /// Looking up one entry costs about as much as walking over this many.
    private static let entriesPerRow = 32
    private static let texts: [LinkColumn] = [.anchor, .imageSource]

    /// The union's host of a page.
    func host(ofPage page: UInt32) -> Int {
        // The last host whose first page isn't above the page; hosts without pages of their own share a first page.
        var low = 0
        var high = firstPages.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstPages[middle] <= page { low = middle } else { high = middle }
        }
        return low
    }

    private static func pageHosts(_ snapshot: Snapshot, _ rowCount: Int) throws -> PageHosts? {
        if snapshot.nodeKind == .number { return nil }
        return try PageHosts(snapshot, lookupCount: rowCount == .max ? nil : 2 * rowCount)
    }

    static func requireEqualKinds(_ old: Snapshot, _ new: Snapshot) throws {
        guard old.nodeKind != new.nodeKind else { return }
        throw EngineError(
            .usage,
            "snapshot \(old.id) is a graph of \(old.nodeKind.rawValue)s, snapshot \(new.id) one of "
                + "\(new.nodeKind.rawValue)s: only graphs of one kind can be compared. "
                + "strata snapshots lists what there is.")
    }

    private static func firstPages(
        _ old: Snapshot, _ new: Snapshot, _ pages: UnionMap, _ hosts: UnionMap
    ) throws -> [UInt32] {
        guard old.nodeKind != .number else { return [] }
        var firstPages = [UInt32](repeating: UInt32(pages.count), count: hosts.count + 1)
        for (snapshot, pages, hosts) in [(old, pages.old, hosts.old), (new, pages.new, hosts.new)] {
            let firstPagesOfSide = try snapshot.hostFirstPages()
            for host in hosts.places.indices {
                guard let place = pages.firstPlace(atOrAfter: Int(firstPagesOfSide[host])) else { continue }
                let union = Int(hosts.places[host])
                firstPages[union] = min(firstPages[union], place)
            }
        }
        // A host's first page on one side may lie behind the next host's first page on the other one.
        for host in firstPages.indices.dropLast().reversed() {
            firstPages[host] = min(firstPages[host], firstPages[host + 1])
        }
        return firstPages
    }
}

/// The pages and texts that occur in some rows: ascending, distinct.
private struct WantedMembers {
    var pages: [UInt32] = []
    var strings: [UInt32] = []

    init(_ scan: LinkScan, _ ranges: [Range<Int>]) throws {
        var scratch = LinkRows()
        for range in ranges {
            try scan.forEachBlock(range, scratch: &scratch) { rows in
                pages += rows.from[..<rows.count]
                pages += rows.to[..<rows.count]
                strings += rows.anchor[..<rows.count]
                strings += rows.imageSource[..<rows.count]
            }
        }
        pages = Self.distinct(pages)
        strings = Self.distinct(strings.filter { $0 > 0 }).map { $0 - 1 }
    }

    private static func distinct(_ values: [UInt32]) -> [UInt32] {
        var distinct: [UInt32] = []
        for value in values.sorted() where value != distinct.last { distinct.append(value) }
        return distinct
    }
}
