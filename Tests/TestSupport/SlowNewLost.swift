package import LinkEngine
package import LinkModel

/// New and lost over a row of snapshots: what changed between neighbours of those that cover some of the target.
package struct SlowNewLost: Sendable {
    package let snapshots: [SlowSnapshot]
    package let ranks: [SlowRanks]

    /// - snapshots: in the order of their ids.
    package init(_ snapshots: [SlowSnapshot], _ ranks: [SlowRanks]) {
        self.snapshots = snapshots
        self.ranks = ranks
    }

    /// The snapshots that say something about the target, by their places.
    package func telling(_ target: SlowTarget) -> [Int] {
        snapshots.indices.filter { snapshots[$0].covered?.contains { $0.meets(target) } ?? true }
    }

    private func diffs(_ target: SlowTarget) -> [(old: Int, new: Int, diff: SlowDiff)] {
        let places = telling(target)
        return zip(places, places.dropFirst()).map { ($0, $1, SlowDiff(snapshots[$0], snapshots[$1])) }
    }

    /// In no order.
    package func backlinks(_ target: SlowTarget, from: Day, to: Day, _ filter: NewLostFilter) -> [ChangedLink] {
        diffs(target).flatMap { old, new, diff in
            diff.rows(
                [target], kinds: filter.kinds.intersection([.new, .lost]), oldRanks: ranks[old], newRanks: ranks[new])
        }
        .filter { row in row.date >= from && row.date <= to && Self.passes(row.link, filter) }
    }

    package func backlinkCounts(_ target: SlowTarget, from: Day, to: Day, _ filter: NewLostFilter) -> [DayCount] {
        Self.counts(backlinks(target, from: from, to: to, filter).map { ($0.date, $0.kind) }, from: from, to: to)
    }

    /// In no order. A host is new when it had no backlink to the target in the snapshot before, lost when it has none
    /// any more.
    package func referringDomains(
        _ target: SlowTarget, from: Day, to: Day, kinds: Set<ChangeKind>
    ) -> [ChangedReferringDomain] {
        var rows: [ChangedReferringDomain] = []
        for (old, new, diff) in diffs(target) {
            let oldLinks = diff.old.backlinks(target)
            let newLinks = diff.new.backlinks(target)
            let transitions = diff.transitions(oldLinks, newLinks, \.fromHost)
            func append(_ host: String, _ kind: ChangeKind, _ links: [SlowLink], _ ranks: SlowRanks) {
                let mine = links.filter { $0.fromHost == host }
                // The oldest live link found; of the links of a new host all are new.
                let found = mine.map { diff.newDate(of: $0.row) }.min() ?? diff.new.date
                rows.append(
                    ChangedReferringDomain(
                        date: kind == .new ? found : diff.new.date, kind: kind, refdomain: host,
                        backlinks: Int64(mine.count),
                        dofollowBacklinks: Int64(mine.filter { !$0.isNofollow }.count),
                        firstSeen: mine.compactMap(\.row.firstSeen).min(),
                        domainInlinkRank: ranks.domain(RandomWeb.domains[host] ?? host)))
            }
            if kinds.contains(.new) { for host in transitions.new { append(host, .new, newLinks, ranks[new]) } }
            if kinds.contains(.lost) { for host in transitions.lost { append(host, .lost, oldLinks, ranks[old]) } }
        }
        return rows.filter { $0.date >= from && $0.date <= to }
    }

    package func referringDomainCounts(
        _ target: SlowTarget, from: Day, to: Day, kinds: Set<ChangeKind>
    ) -> [DayCount] {
        Self.counts(
            referringDomains(target, from: from, to: to, kinds: kinds).map { ($0.date, $0.kind) }, from: from, to: to)
    }

    private static func counts(_ events: [(date: Day, kind: ChangeKind)], from: Day, to: Day) -> [DayCount] {
        guard from <= to else { return [] }
        return (from.number...to.number).map { number in
            let mine = events.filter { $0.date.number == number }
            return DayCount(
                date: Day(number: number), new: Int64(mine.filter { $0.kind == .new }.count),
                lost: Int64(mine.filter { $0.kind == .lost }.count))
        }
    }

    private static func passes(_ row: LinkRow, _ filter: NewLostFilter) -> Bool {
        if let type = filter.linkType, row.type != type { return false }
        if let anchor = filter.anchor, slowAnchorKind(row) != anchor { return false }
        if let dofollow = filter.dofollow, slowDofollowKind(row) != dofollow { return false }
        if let urlFrom = filter.urlFrom, !slowHost(slowHost(row.urlFrom), isBelow: slowHost(urlFrom)) { return false }
        return true
    }
}

private func slowAnchorKind(_ row: LinkRow) -> AnchorKind {
    if row.type != .href || row.anchor == nil { return .undefined }
    return row.flags.contains(.image) ? .image : .text
}

private func slowDofollowKind(_ row: LinkRow) -> DofollowKind {
    if row.type != .href || row.flags.contains(.relUnknown) { return .undefined }
    return row.flags.contains(.nofollow) ? .nofollow : .dofollow
}
