package import LinkModel
package import SnapshotStore

/// As get-metrics. subnets and ips are −1 (unknown): a link table has no addresses.
package struct TargetMetrics: Hashable, Sendable {
    package var target: String
    package var backlinks: Int64 = 0
    /// Distinct source hosts.
    package var refdomains: Int64 = 0
    package var subnets: Int64 = -1
    package var ips: Int64 = -1
    package var nofollowBacklinks: Int64 = 0
    package var dofollowBacklinks: Int64 = 0
    package var eduBacklinks: Int64 = 0
    package var govBacklinks: Int64 = 0
    package init(target: String) { self.target = target }
}

/// As get-inlink-rank: rounded scores; −1 when the page or domain is not in the graph.
package struct InlinkRanks: Hashable, Sendable {
    package var url: String
    package var inlinkRank: Int
    package var domainInlinkRank: Int
    package init(url: String, inlinkRank: Int, domainInlinkRank: Int) {
        self.url = url
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
    }
}

/// One row of `refdomains --every`.
package struct ReferringCounts: Hashable, Sendable {
    package var target: String
    package var backlinks: Int64 = 0
    package var referringPages: Int64 = 0
    /// Distinct source hosts.
    package var referringDomains: Int64 = 0
    /// Distinct source registrable domains.
    package var referringMainDomains: Int64 = 0
    package var dofollowBacklinks: Int64 = 0
    package var nofollowBacklinks: Int64 = 0
    package init(target: String) { self.target = target }
}

/// The groups of "--every": registrable domains or hosts.
package enum GroupLevel: String, CaseIterable, Sendable { case domain, host }

extension Engine {
    package func metrics(_ snapshot: Snapshot, _ targets: [Target]) throws -> [TargetMetrics] { fatalError("stub") }
    package func inlinkRanks(_ snapshot: Snapshot, urls: [String]) throws -> [InlinkRanks] { fatalError("stub") }
    /// One row for every domain or host of the snapshot that at least one backlink points to, in name order (bytewise).
    package func referringCounts(_ snapshot: Snapshot, every level: GroupLevel) throws -> [ReferringCounts] {
        fatalError("stub")
    }
}
