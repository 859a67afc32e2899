import LinkModel
import SnapshotStore

/// Which host a page belongs to, and which registrable domain a host belongs to.
///
/// In host and domain graphs a page is its own host. For page graphs there are two ways, chosen by the number of
/// look-ups to come: a table of 4 bytes a page (filled once, then one memory access a look-up), or a binary search in
/// the hosts' first pages (no memory, about 20 accesses).
struct PageHosts: Sendable {
    let pageCount: Int
    let hostCount: Int
    let domainCount: Int
    /// hosts.count values.
    let hostDomains: [UInt32]
    /// hosts.count + 1 values: the pages of host h are firstPages[h] ..< firstPages[h + 1].
    let firstPages: [UInt32]
    private let pageIsHost: Bool
    /// pages.count values, or empty.
    private let hostOfPage: [UInt32]

    /// - Parameter lookupCount: how many pages will be asked about; nil for many.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    init(_ snapshot: Snapshot, lookupCount: Int? = nil) throws {
        try snapshot.requireHostNames()
        self.init(
            firstPages: try snapshot.hostFirstPages(), hostDomains: try snapshot.hostDomains(),
            domainCount: snapshot.domains.count, pageIsHost: snapshot.nodeKind != .page, lookupCount: lookupCount)
    }

    init(firstPages: [UInt32], hostDomains: [UInt32], domainCount: Int, pageIsHost: Bool, lookupCount: Int?) {
        self.firstPages = firstPages
        self.hostDomains = hostDomains
        self.domainCount = domainCount
        self.pageIsHost = pageIsHost
        hostCount = hostDomains.count
        pageCount = pageIsHost ? hostDomains.count : Int(firstPages.last ?? 0)
        let needsTable = !pageIsHost && (lookupCount ?? .max) >= pageCount / 16
        hostOfPage = needsTable ? Self.table(firstPages, pageCount: pageCount) : []
    }

    private static func table(_ firstPages: [UInt32], pageCount: Int) -> [UInt32] {
        var table = [UInt32](repeating: 0, count: pageCount)
        var values = table.mutableSpan
        let first = firstPages.span
        for host in 0..<max(first.count - 1, 0) {
            for page in Int(first[host])..<Int(first[host + 1]) { values[page] = UInt32(host) }
        }
        return table
    }

    func host(ofPage page: UInt32) -> UInt32 {
        if pageIsHost { return page }
        if !hostOfPage.isEmpty { return hostOfPage[Int(page)] }
        // The last host whose first page is not above the page; every host has at least one page.
        var low = 0
        var high = hostCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstPages[middle] <= page { low = middle } else { high = middle }
        }
        return UInt32(low)
    }

    func domain(ofPage page: UInt32) -> UInt32 { hostDomains[Int(host(ofPage: page))] }

    /// Of every domain the hosts from its first to its last one. (Others' may lie between them, where a private suffix is
    /// inside of the domain.)
    func spansOfDomains() -> [Range<UInt32>] {
        var spans = [Range<UInt32>](repeating: 0..<0, count: domainCount)
        for (host, domain) in hostDomains.enumerated() {
            let host = UInt32(truncatingIfNeeded: host)
            let span = spans[Int(domain)]
            spans[Int(domain)] = (span.isEmpty ? host : span.lowerBound)..<host + 1
        }
        return spans
    }

    /// The pages of the hosts in the range.
    func pages(ofHosts hosts: Range<Int>) -> Range<Int> {
        pageIsHost ? hosts : Int(firstPages[hosts.lowerBound])..<Int(firstPages[hosts.upperBound])
    }

    /// Makes hosts[k] the host of pages[k] for each k of the range; other elements keep their value or are 0.
    func lookUp(_ pages: [UInt32], _ range: Range<Int>, into hosts: inout [UInt32]) {
        if hosts.count < pages.count { hosts = Array(repeating: 0, count: pages.count) }
        let pages = pages.span
        var out = hosts.mutableSpan
        if pageIsHost {
            for index in range { out[index] = pages[index] }
        } else if !hostOfPage.isEmpty {
            let table = hostOfPage.span
            for index in range { out[index] = table[Int(pages[index])] }
        } else {
            // Neighbours are often of one host.
            var host: UInt32 = 0
            var hostPages: Range<UInt32> = 0..<0
            for index in range {
                let page = pages[index]
                if !hostPages.contains(page) {
                    host = self.host(ofPage: page)
                    hostPages = firstPages[Int(host)]..<firstPages[Int(host) + 1]
                }
                out[index] = host
            }
        }
    }
}

extension Snapshot {
    /// Graphs of numbers have neither hosts nor domains.
    func requireHostNames() throws {
        guard nodeKind == .number else { return }
        throw EngineError(
            .notInThisSnapshot,
            "snapshot \(id) is a graph of numbered nodes: it has no hosts and no domains. Ask for node rank "
                + "(strata rank --level node) or a diff of whole snapshots, or import the edges with --vertices.")
    }
}
