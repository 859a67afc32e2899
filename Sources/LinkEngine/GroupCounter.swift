import LinkModel
import SnapshotStore

/// Counts backlinks and their distinct sources for one group after the other. Each group's rows must come together.
struct GroupCounter: Sendable {
    /// nil: everything is one group.
    private let level: GroupLevel?
    private let includeInternal: Bool
    private let finder: HostFinder
    private let hostDomains: [UInt32]
    /// The hosts from a domain's first to its last one.
    private let spans: [Range<UInt32>]
    private var pages: DistinctIndexes
    private var hosts: DistinctIndexes
    private var domains: DistinctIndexes
    private var group: UInt32?
    private var linkCount = 0
    private var nofollowCount = 0
    private var finished: [(group: UInt32, counts: ReferringCounts)] = []

    // The block that is counted, decoded, and the source host of each of its wanted rows.
    private var block = LinkBlock()
    private var flags: [UInt32] = []
    private var sourceHosts: [UInt32] = []
    // Sources of the rows that count.
    private var countedPages = [UInt32](repeating: 0, count: LinkTable.blockRowCount)
    private var countedHosts = [UInt32](repeating: 0, count: LinkTable.blockRowCount)

    /// - Parameter level: nil: everything is one group, with number 0.
    /// - Parameter spans: of every domain the hosts from its first to its last one.
    init(
        _ sources: PageHosts, _ finder: HostFinder, spans: [Range<UInt32>], _ level: GroupLevel?, includeInternal: Bool
    ) {
        self.spans = spans
        self.level = level
        self.includeInternal = includeInternal
        self.finder = finder
        hostDomains = sources.hostDomains
        pages = DistinctIndexes(capacity: sources.pageCount)
        hosts = DistinctIndexes(capacity: sources.hostCount)
        domains = DistinctIndexes(capacity: sources.domainCount)
    }

    /// Counts some rows of a snapshot.
    /// - Parameter isExcluded: by group: rows to leave out; empty for none.
    mutating func add(_ snapshot: Snapshot, _ rows: Range<Int>, except isExcluded: [Bool] = []) throws {
        for wanted in LinkTable.blocks(rows) {
            try snapshot.decodeEndpoints(ofBlock: wanted.block, into: &block)
            try snapshot.links.decode(.flags, ofBlock: wanted.block, into: &flags)
            sourceHosts.removeAll(keepingCapacity: true)
            finder.append(block.from, wanted.rows, to: &sourceHosts)
            addBlock(wanted.rows, except: isExcluded)
        }
    }

    private mutating func addBlock(_ rows: Range<Int>, except isExcluded: [Bool]) {
        precondition(rows.upperBound <= min(block.count, flags.count))
        var row = rows.lowerBound
        while row < rows.upperBound {
            // All rows to one host, which is in one group.
            let host = finder.host(ofPage: block.to[row])
            let end = endOfTargets(below: finder.firstPages[host + 1], from: row, to: rows.upperBound)
            let group =
                switch level {
                case .domain: hostDomains[host]
                case .host: UInt32(truncatingIfNeeded: host)
                case nil: UInt32(0)
                }
            if isExcluded.isEmpty || !isExcluded[Int(group)] {
                if group != self.group { closeGroup() }
                self.group = group
                count(row..<end, firstRow: rows.lowerBound, targetDomain: hostDomains[host])
            }
            row = end
        }
    }

    private func endOfTargets(below page: UInt32, from row: Int, to limit: Int) -> Int {
        let to = block.to.span
        var end = row &+ 1
        while end &+ 16 <= limit, to[end &+ 15] < page { end &+= 16 }
        while end < limit, to[end] < page { end &+= 1 }
        return end
    }

    /// - Parameter firstRow: the row of the first source host.
    private mutating func count(_ rows: Range<Int>, firstRow: Int, targetDomain: UInt32) {
        let hosts = rows.lowerBound - firstRow..<rows.upperBound - firstRow
        let span = includeInternal ? 0..<0 : spans[Int(targetDomain)]
        let counts = Self.select(
            block.from, flags, rows, sourceHosts, hosts, hostDomains, butDomain: targetDomain, in: span, &countedPages,
            &countedHosts)
        linkCount += counts.links
        nofollowCount += counts.nofollows
        pages.insert(countedPages, 0..<counts.links)
        self.hosts.insert(countedHosts, 0..<counts.links)
    }

    /// Writes the pages and hosts of the rows that count; returns how many there are, and how many of them are nofollow.
    ///
    /// Safety: extracting and the preconditions give all spans at least as many values as `from` has, and no more
    /// rows are kept than were looked at.
    private static func select(
        _ from: [UInt32], _ flags: [UInt32], _ rows: Range<Int>, _ hosts: [UInt32], _ hostRows: Range<Int>,
        _ hostDomains: [UInt32], butDomain domain: UInt32, in span: Range<UInt32>, _ countedPages: inout [UInt32],
        _ countedHosts: inout [UInt32]
    ) -> (links: Int, nofollows: Int) {
        let from = from.span.extracting(rows)
        let flags = flags.span.extracting(rows)
        let hosts = hosts.span.extracting(hostRows)
        let hostDomains = hostDomains.span
        precondition(from.count == hosts.count && from.count <= countedPages.count)
        precondition(countedPages.count == countedHosts.count)
        let nofollow = UInt32(LinkFlags.nofollow.rawValue)
        var pages = countedPages.mutableSpan
        var sources = countedHosts.mutableSpan
        var (links, nofollows) = (0, 0)
        for index in from.indices {
            let host = unsafe hosts[unchecked: index]
            // Written always and kept by counting: no branch to mispredict.
            unsafe pages[unchecked: links] = from[unchecked: index]
            unsafe sources[unchecked: links] = host
            // Between a domain's hosts are seldom those of others.
            let counts = !span.contains(host) || hostDomains[Int(host)] != domain
            links &+= counts ? 1 : 0
            let isNofollow = unsafe flags[unchecked: index] & nofollow != 0
            nofollows &+= counts && isNofollow ? 1 : 0
        }
        return (links, nofollows)
    }

    /// The counts of all groups since the last call, without their names.
    mutating func finish() -> [(group: UInt32, counts: ReferringCounts)] {
        closeGroup()
        defer { finished = [] }
        return finished
    }

    private mutating func closeGroup() {
        guard group != nil else { return }
        if let group, linkCount > 0 {
            domains.formImage(of: hosts, in: hostDomains)
            var counts = ReferringCounts(target: "")
            counts.backlinks = Int64(linkCount)
            counts.referringPages = Int64(pages.count)
            counts.referringDomains = Int64(hosts.count)
            counts.referringMainDomains = Int64(domains.count)
            counts.nofollowBacklinks = Int64(nofollowCount)
            counts.dofollowBacklinks = Int64(linkCount - nofollowCount)
            finished.append((group, counts))
        }
        group = nil
        (linkCount, nofollowCount) = (0, 0)
        pages.removeAll()
        hosts.removeAll()
        domains.removeAll()
    }
}
