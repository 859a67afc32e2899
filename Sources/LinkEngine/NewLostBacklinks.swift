package import LinkModel
package import SnapshotStore

extension Engine {
    /// What changed between neighbouring snapshots of the store, by new_lost_date in from … to (inclusive), in order;
    /// ties by url_from, url_to, anchor (bytewise), then link type, image source, flags, date, new before lost.
    ///
    /// Links that aren't known to be new or lost are left out. Memory: about 50 bytes for each change between two
    /// neighbours, and the rows of the answer.
    /// - Throws: `EngineError.usage` when from is after to; `.notInThisSnapshot` for graphs of numbers.
    package func newLostBacklinks(
        _ store: Store, _ target: Target, from: Day, to: Day, filter: NewLostFilter = NewLostFilter(),
        order: NewLostOrder = .newLostDate, limit: Int? = 1_000
    ) throws -> [ChangedLink] {
        var best = BestChanges(order, limit: limit)
        var ranks = RankCache(self)
        var pairs = try SnapshotPairs(store, target, from: from, to: to)
        while let pair = try pairs.next() {
            // Newest first: all that follows is of this date or older.
            if order == .newLostDate, best.isFull(ofDaysAfter: pair.new.id.date) { break }
            let comparison = try comparison(pair, target)
            var rows: [(row: ChangedRow, rank: Int)] = []
            try forEachNewLost(comparison, target, filter, from...to) { change, kind, date, merge, describer in
                let row = try describer.describe(change, kind, date, merge)
                rows.append((row, try rank(row, order, comparison, &ranks)))
            }
            rows = best.worthReading(rows)
            let reader = ChangeReader(comparison)
            for start in stride(from: 0, to: rows.count, by: Self.changesPerBatch) {
                let batch = rows[start..<min(start + Self.changesPerBatch, rows.count)].map(\.row)
                best.add(try reader.read(batch, &ranks))
            }
        }
        return best.sorted()
    }

    /// One for each day of from … to, ascending, days without change included.
    /// - Throws: as `newLostBacklinks`.
    package func newLostBacklinkCounts(
        _ store: Store, _ target: Target, from: Day, to: Day, filter: NewLostFilter = NewLostFilter()
    ) throws -> [DayCount] {
        var pairs = try SnapshotPairs(store, target, from: from, to: to)
        var days = DayCounts(from: from, to: to)
        while let pair = try pairs.next() {
            let comparison = try comparison(pair, target)
            try forEachNewLost(comparison, target, filter, from...to) { _, kind, date, _, _ in days.add(kind, date) }
        }
        return days.counts
    }

    /// The target's rows of two neighbours.
    func comparison(_ pair: SnapshotPair, _ target: Target) throws -> Comparison {
        try Comparison(
            pair.old, pair.new, rows: comparedRows(ofKeys: target.ranges, pair.old, pair.new), options: options)
    }

    /// The known new and lost links that pass the filter and are dated in the range.
    private func forEachNewLost(
        _ comparison: Comparison, _ target: Target, _ filter: NewLostFilter, _ days: ClosedRange<Day>,
        _ body: (LinkChange, ChangeKind, Day, LinkMerge, ChangeDescriber) throws -> Void
    ) throws {
        let kinds = filter.kinds.intersection([.new, .lost])
        let describer = try ChangeDescriber(comparison)
        let test = try NewLostLinkTest(filter, comparison)
        var merge = LinkMerge(comparison, .firstSeen)
        for rows in try comparedRows(ofKeys: target.ranges, comparison.old.snapshot, comparison.new.snapshot) {
            merge.start(rows)
            while try merge.next() {
                for change in merge.changes {
                    let kind = describer.kind(change, merge)
                    guard kinds.contains(kind) else { continue }
                    let date = describer.date(change, kind, merge)
                    guard days.contains(date) else { continue }
                    let matches =
                        change.new >= 0
                        ? test.matches(merge.new, Int(change.new)) : test.matches(merge.old, Int(change.old))
                    if matches { try body(change, kind, date, merge, describer) }
                }
            }
        }
    }

    /// What the order compares first.
    private func rank(
        _ row: ChangedRow, _ order: NewLostOrder, _ comparison: Comparison, _ ranks: inout RankCache
    ) throws -> Int {
        let side = row.isNew ? comparison.new : comparison.old
        guard order != .newLostDate else { return Int(row.date.number) }
        guard let lookup = try ranks.ranks(of: side.snapshot), let page = side.pages.index(atPlace: row.source),
            let hosts = side.pageHosts
        else { return -1 }
        return order == .inlinkRank
            ? try lookup.inlinkRank(ofPage: page) : try lookup.domainInlinkRank(ofDomain: hosts.domain(ofPage: page))
    }
}

/// New and lost by day.
struct DayCounts: Sendable {
    /// One for each day, ascending.
    private(set) var counts: [DayCount]
    private let first: Day

    init(from: Day, to: Day) {
        first = from
        counts = (from.number...to.number).map { DayCount(date: Day(number: $0), new: 0, lost: 0) }
    }

    /// - Parameter date: within the range.
    mutating func add(_ kind: ChangeKind, _ date: Day) {
        let index = Int(date.number - first.number)
        if kind == .new { counts[index].new += 1 } else { counts[index].lost += 1 }
    }
}
