import LinkModel

/// Counts backlinks and their distinct sources for one group after the other. Each group's rows must come together.
struct GroupCounter: Sendable {
    private var pages: DistinctIndexes
    private var hosts: DistinctIndexes
    private var domains: DistinctIndexes
    private var group: UInt32?
    private var linkCount = 0
    private var nofollowCount = 0
    private var finished: [(group: UInt32, counts: ReferringCounts)] = []

    init(_ sources: PageHosts) {
        pages = DistinctIndexes(capacity: sources.pageCount)
        hosts = DistinctIndexes(capacity: sources.hostCount)
        domains = DistinctIndexes(capacity: sources.domainCount)
    }

    /// - Parameters:
    ///   - groups: the group of each row.
    ///   - isExcluded: by group: rows to leave out; empty for none.
    mutating func add(_ rows: LinkRows, _ groups: [UInt32], except isExcluded: [Bool]) {
        let groups = groups.span
        let flags = rows.flags.span
        var start = 0
        while start < rows.count {
            let group = groups[start]
            var end = start
            var nofollow = 0
            while end < rows.count, groups[end] == group {
                if LinkFlags(rawValue: UInt8(truncatingIfNeeded: flags[end])).contains(.nofollow) { nofollow &+= 1 }
                end &+= 1
            }
            if isExcluded.isEmpty || !isExcluded[Int(group)] {
                if group != self.group { closeGroup() }
                self.group = group
                linkCount += end - start
                nofollowCount += nofollow
                pages.insert(rows.from, start..<end)
                hosts.insert(rows.sourceHost, start..<end)
                domains.insert(rows.sourceDomain, start..<end)
            }
            start = end
        }
    }

    /// The counts of all groups since the last call, without their names.
    mutating func finish() -> [(group: UInt32, counts: ReferringCounts)] {
        closeGroup()
        defer { finished = [] }
        return finished
    }

    private mutating func closeGroup() {
        guard let group else { return }
        var counts = ReferringCounts(target: "")
        counts.backlinks = Int64(linkCount)
        counts.referringPages = Int64(pages.count)
        counts.referringDomains = Int64(hosts.count)
        counts.referringMainDomains = Int64(domains.count)
        counts.nofollowBacklinks = Int64(nofollowCount)
        counts.dofollowBacklinks = Int64(linkCount - nofollowCount)
        finished.append((group, counts))
        self.group = nil
        (linkCount, nofollowCount) = (0, 0)
        pages.removeAll()
        hosts.removeAll()
        domains.removeAll()
    }
}
