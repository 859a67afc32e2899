package import LinkModel
package import SnapshotStore

/// One month of a target's history, as an item of backlinks/history. nil where a link table can't know.
package struct HistoryPoint: Hashable, Sendable {
    /// The first day of the month.
    package var date: Day
    /// The snapshot that answered: the newest one not after `date`.
    package var snapshot: SnapshotID
    package var rank: Int
    package var backlinks: Int64 = 0
    package var newBacklinks: Int64 = 0
    package var lostBacklinks: Int64 = 0
    package var newReferringDomains: Int64 = 0
    package var lostReferringDomains: Int64 = 0
    package var referringDomains: Int64 = 0
    package var referringDomainsNofollow: Int64 = 0
    package var referringMainDomains: Int64 = 0
    package var referringMainDomainsNofollow: Int64 = 0
    package var referringPages: Int64 = 0
    package var referringPagesNofollow: Int64 = 0
    /// Backlinks by the source's public suffix, by link type (anchor, image, redirect …), by rel value.
    package var linksByTLD: [String: Int64] = [:]
    package var linksByType: [String: Int64] = [:]
    package var linksByAttribute: [String: Int64] = [:]
    package init(date: Day, snapshot: SnapshotID, rank: Int) {
        self.date = date
        self.snapshot = snapshot
        self.rank = rank
    }
}

extension Engine {
    /// One point for the first day of each month in from … to, ascending, answered by the newest snapshot not after that
    /// day (contract decision 54). from and to default to the dates of the oldest and newest snapshot; months before
    /// the first snapshot are left out. Only snapshots of the newest one's node kind are looked at.
    ///
    /// New and lost compare with the previous point's snapshot, in backlinks and in source hosts: 0 for the first
    /// point, and where both points have the same snapshot. rank is that of the target's registrable domain, at domain
    /// level: round(10 · score); 0 when the snapshot doesn't know the domain.
    /// - Throws: `EngineError.usage` for a page target or from > to; `.notInThisSnapshot` for graphs without host names.
    package func history(_ store: Store, _ target: Target, from: Day? = nil, to: Day? = nil) throws -> [HistoryPoint] {
        try store.answer { try history(of: $0, in: store, target, from: from, to: to) }
    }

    private func history(
        of ids: [SnapshotID], in store: Store, _ target: Target, from: Day?, to: Day?
    ) throws -> [HistoryPoint] {
        guard target.mode != .url else {
            throw EngineError(
                .usage,
                "history is kept for domains and hosts, and \"\(target.text)\" is a page. Give its name without scheme "
                    + "and path, or add --mode host.")
        }
        // Several snapshots of one date: the last in id order is the newest.
        guard let oldest = ids.first, let newest = ids.last else { return [] }
        let from = from ?? oldest.date
        let to = to ?? newest.date
        guard from <= to else {
            throw EngineError(
                .usage, "the history's first day \(from) is after its last day \(to). Swap --from and --to.")
        }
        let telling = try tellingSnapshots(ids, store, target)
        var points: [HistoryPoint] = []
        var current: (snapshot: Snapshot, point: HistoryPoint)?
        for month in months(from: from, to: to) {
            guard let id = telling.last(where: { $0.date <= month }) else { continue }
            if let known = current, known.snapshot.id == id {
                var point = known.point
                point.date = month
                points.append(point)
                continue
            }
            let snapshot = try store.snapshot(id)
            var point = try historyPoint(snapshot, target, date: month)
            let settled = point
            if let previous = current { try addChanges(from: previous.snapshot, to: snapshot, target, to: &point) }
            points.append(point)
            current = (snapshot, settled)
        }
        return points
    }

    /// The ids of what says something about the target, as `SnapshotPairs` sees it: not what was fetched for other
    /// targets, and not graphs of other nodes than the newest one's.
    func tellingSnapshots(_ ids: [SnapshotID], _ store: Store, _ target: Target) throws -> [SnapshotID] {
        var telling: [SnapshotID] = []
        var newestKind: NodeKind?
        for id in ids.reversed() {
            let snapshot = try store.snapshot(id)
            guard snapshot.coverage.intersects(target.ranges) else { continue }
            if newestKind == nil { newestKind = snapshot.nodeKind }
            if snapshot.nodeKind == newestKind { telling.append(id) }
        }
        return telling.reversed()
    }

    private func months(from: Day, to: Day) -> [Day] {
        var month = from.firstOfMonth
        if month < from { month = month.addingMonths(1) }
        var months: [Day] = []
        while month <= to {
            months.append(month)
            month = month.addingMonths(1)
        }
        return months
    }

    /// Compares with the previous point.
    private func addChanges(
        from old: Snapshot, to new: Snapshot, _ target: Target, to point: inout HistoryPoint
    ) throws {
        for total in try diffTotals(old, new, [target]) {
            switch total.level {
            case .backlinks: (point.newBacklinks, point.lostBacklinks) = (total.new, total.lost)
            case .referringDomains: (point.newReferringDomains, point.lostReferringDomains) = (total.new, total.lost)
            case .referringPages, .referringMainDomains: break
            }
        }
    }

    /// What one snapshot says about the target; new and lost are 0.
    private func historyPoint(_ snapshot: Snapshot, _ target: Target, date: Day) throws -> HistoryPoint {
        try snapshot.requireHostNames()
        let ranges = try snapshot.rows(of: target)
        let hosts = try PageHosts(snapshot, lookupCount: 2 * ranges.reduce(0) { $0 + $1.count })
        let scan = LinkScan(
            snapshot, columns: [.type, .flags], includeInternal: options.includeInternal, hosts: hosts)
        var tally = HistoryTally(hosts)
        var scratch = LinkRows()
        for range in ranges { try scan.forEachBlock(range, scratch: &scratch) { tally.add($0) } }
        var point = HistoryPoint(date: date, snapshot: snapshot.id, rank: try historyRank(snapshot, target))
        try tally.write(to: &point, snapshot)
        return point
    }

    private func historyRank(_ snapshot: Snapshot, _ target: Target) throws -> Int {
        guard let lower = target.ranges.first?.lower,
            let domain = try snapshot.domain(ofHostKey: Array(lower.prefix { $0 != UInt8(ascii: ")") }))
        else { return 0 }
        let score = try rank(snapshot, RankParameters(level: .domain)).score(domain)
        return Int((10 * score).rounded())
    }
}
