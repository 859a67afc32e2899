package import LinkModel
package import SnapshotStore

extension Engine {
    /// Source hosts that began or ceased to link to the target between neighbouring snapshots of the store, by
    /// new_lost_date in from … to (inclusive), in order; ties by name, then newest first, then new before lost.
    /// `.inlinkRank` orders by the highest page rank among the host's links, then by domain rank.
    ///
    /// A host is new where it has no link to the target in the older snapshot, and in the newer one at least one whose
    /// destination both cover, dated as the earliest of its links; lost the other way round, dated as the newer snapshot.
    /// Its counts and first_seen are those of all its links to the target in the snapshot that has them (contract
    /// decision 25).
    /// - Throws: `EngineError.usage` when from is after to; `.notInThisSnapshot` for graphs of numbers.
    package func newLostReferringDomains(
        _ store: Store, _ target: Target, from: Day, to: Day, kinds: Set<ChangeKind> = [.new, .lost],
        order: NewLostOrder = .newLostDate, limit: Int? = 1_000
    ) throws -> [ChangedReferringDomain] {
        var found: [RankedReferringDomain] = []
        var ranks = RankCache(self)
        var pairs = try SnapshotPairs(store, target, from: from, to: to)
        while let pair = try pairs.next() {
            let comparison = try comparison(pair, target)
            let hosts = try changedHosts(comparison, target, kinds, from...to, countsPages: order == .inlinkRank)
            found += try named(hosts, comparison, &ranks)
            found.sort { $0.isBefore($1, order) }
            if let limit, found.count > limit { found.removeSubrange(limit...) }
        }
        return found.map(\.domain)
    }

    /// One for each day of from … to, ascending, days without change included.
    /// - Throws: as `newLostReferringDomains`.
    package func newLostReferringDomainCounts(
        _ store: Store, _ target: Target, from: Day, to: Day, kinds: Set<ChangeKind> = [.new, .lost]
    ) throws -> [DayCount] {
        var days = DayCounts(from: from, to: to)
        var pairs = try SnapshotPairs(store, target, from: from, to: to)
        while let pair = try pairs.next() {
            let comparison = try comparison(pair, target)
            for host in try changedHosts(comparison, target, kinds, from...to, countsPages: false) {
                days.add(host.kind, host.date)
            }
        }
        return days.counts
    }

    /// The hosts that are known to be new or lost, dated in the range; ascending.
    private func changedHosts(
        _ comparison: Comparison, _ target: Target, _ kinds: Set<ChangeKind>, _ days: ClosedRange<Day>,
        countsPages: Bool
    ) throws -> [ChangedHost] {
        let describer = try ChangeDescriber(comparison)
        var tally = ChangedHostTally(comparison, countsPages: countsPages)
        var merge = LinkMerge(comparison, [.firstSeen, .sourceHosts])
        for rows in try comparedRows(ofKeys: target.ranges, comparison.old.snapshot, comparison.new.snapshot) {
            merge.start(rows)
            while try merge.next() { tally.add(merge, describer) }
        }
        return tally.changedHosts(lostDate: comparison.new.snapshot.id.date).filter {
            kinds.contains($0.kind) && days.contains($0.date)
        }
    }

    /// Adds names and ranks.
    private func named(
        _ hosts: [ChangedHost], _ comparison: Comparison, _ ranks: inout RankCache
    ) throws -> [RankedReferringDomain] {
        var domains: [RankedReferringDomain] = []
        for (kind, side) in [(ChangeKind.new, comparison.new), (.lost, comparison.old)] {
            let changed = hosts.filter { $0.kind == kind }
            if changed.isEmpty { continue }
            let indexes = changed.compactMap { side.hosts.index(atPlace: $0.host) }
            let names = try side.snapshot.hostNames(indexes)
            let lookup = try ranks.ranks(of: side.snapshot)
            let hostDomains = try side.snapshot.hostDomains()
            for (position, host) in changed.enumerated() {
                let inlinkRank = try host.pages.compactMap { page in
                    try side.pages.index(atPlace: page).flatMap { try lookup?.inlinkRank(ofPage: $0) }
                }.max()
                let domain = ChangedReferringDomain(
                    date: host.date, kind: kind, refdomain: names[position], backlinks: host.links.count,
                    dofollowBacklinks: host.links.dofollowCount,
                    firstSeen: LinkRecord.day(fromStored: host.links.firstSeen),
                    domainInlinkRank: try lookup?.domainInlinkRank(ofDomain: hostDomains[Int(indexes[position])]) ?? -1)
                domains.append(RankedReferringDomain(domain: domain, inlinkRank: inlinkRank ?? -1))
            }
        }
        return domains
    }
}

private struct RankedReferringDomain {
    var domain: ChangedReferringDomain
    /// The highest among its links; −1 unless asked for.
    var inlinkRank: Int

    func isBefore(_ other: RankedReferringDomain, _ order: NewLostOrder) -> Bool {
        let (left, right) = (domain, other.domain)
        if order == .newLostDate, left.date != right.date { return left.date > right.date }
        if order == .inlinkRank, inlinkRank != other.inlinkRank { return inlinkRank > other.inlinkRank }
        if order != .newLostDate, left.domainInlinkRank != right.domainInlinkRank {
            return left.domainInlinkRank > right.domainInlinkRank
        }
        if left.refdomain != right.refdomain { return precedes(left.refdomain, right.refdomain) }
        if left.date != right.date { return left.date > right.date }
        return left.kind == .new && right.kind == .lost
    }
}
