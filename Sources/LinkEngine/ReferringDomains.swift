package import LinkModel
package import SnapshotStore

/// As get-refdomains. refdomain = source host.
package struct ReferringDomain: Hashable, Sendable {
    package var refdomain: String
    package var backlinks: Int64
    package var dofollowBacklinks: Int64
    package var firstSeen: Day?
    package var domainInlinkRank: Int
    package init(refdomain: String, backlinks: Int64, dofollowBacklinks: Int64, firstSeen: Day?, domainInlinkRank: Int)
    {
        self.refdomain = refdomain
        self.backlinks = backlinks
        self.dofollowBacklinks = dofollowBacklinks
        self.firstSeen = firstSeen
        self.domainInlinkRank = domainInlinkRank
    }
}

extension Engine {
    /// The hosts that link to the target, at most `limit`. firstSeen is the earliest known one of the host's backlinks.
    ///
    /// Orders, ties by name ascending (bytewise): dateFound: newest firstSeen first, unknown last; domainInlinkRank:
    /// highest first; inlinkRank: highest inlink_rank among the host's linking pages first, then highest
    /// domain_inlink_rank (contract decision 18). Memory: about 100 bytes a referring host.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    package func referringDomains(
        _ snapshot: Snapshot, _ target: Target, order: BacklinkOrder = .dateFound, limit: Int? = 100
    ) throws -> [ReferringDomain] {
        try snapshot.requireHostNames()
        let ranges = try snapshot.rows(of: target)
        let scan = try LinkScan(
            snapshot, columns: [.flags, .firstSeen], includeInternal: options.includeInternal,
            rowCount: ranges.reduce(0) { $0 + $1.count })
        let ranks = try RankLookup(self, snapshot)
        var tallies = HostTallies()
        var scratch = LinkRows()
        for range in ranges {
            try scan.forEachBlock(range, scratch: &scratch) { rows in
                try tallies.add(rows) { order == .inlinkRank ? try ranks.inlinkRank(ofPage: rows.from[$0]) : 0 }
            }
        }
        let hosts = tallies.finish()
        let names = try snapshot.hostNames(hosts.map(\.host))
        var rows = try zip(names, hosts).map { name, tally in
            let rank = try ranks.domainInlinkRank(ofDomain: tally.domain)
            let weights: (Int, Int) =
                switch order {
                case .dateFound: (Int(tally.firstSeen), 0)
                case .domainInlinkRank: (rank, 0)
                case .inlinkRank: (tally.inlinkRank, rank)
                }
            let row = ReferringDomain(
                refdomain: name, backlinks: tally.linkCount, dofollowBacklinks: tally.dofollowCount,
                firstSeen: LinkRecord.day(fromStored: tally.firstSeen), domainInlinkRank: rank)
            return (weights: weights, row: row)
        }
        rows.sort { left, right in
            left.weights == right.weights
                ? precedes(left.row.refdomain, right.row.refdomain) : left.weights > right.weights
        }
        return rows.prefix(limit ?? rows.count).map(\.row)
    }
}
