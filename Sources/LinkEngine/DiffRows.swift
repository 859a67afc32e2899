package import LinkModel
package import SnapshotStore

extension Engine {
    /// The changed links themselves, in ascending order of (to, from, type, …), one by one. No targets: everything;
    /// a link that several targets hold comes once.
    ///
    /// Ranks are −1 in graphs of numbers. Memory: see docs/diff.md.
    /// - Throws: `EngineError.usage` when the nodes of the two are of different kinds; `.notInThisSnapshot` for targets
    ///   in graphs of numbers.
    package func diffRows(
        _ old: Snapshot, _ new: Snapshot, _ targets: [Target], kinds: Set<ChangeKind>,
        _ body: (ChangedLink) throws -> Void
    ) throws {
        let rows = targets.isEmpty ? nil : try comparedRows(ofKeys: Self.merged(targets.flatMap(\.ranges)), old, new)
        let comparison = try Comparison(old, new, rows: rows, options: options)
        let describer = try ChangeDescriber(comparison)
        let reader = ChangeReader(comparison)
        var ranks = RankCache(self)
        var merge = LinkMerge(comparison, .firstSeen)
        var pending: [ChangedRow] = []
        let ranges = rows ?? [ComparedRows(old: 0..<old.links.rowCount, new: 0..<new.links.rowCount)]
        let total = ranges.reduce(0) { $0 + $1.count }
        var done = 0
        for range in ranges {
            merge.start(range)
            while try merge.next() {
                for change in merge.changes {
                    let kind = describer.kind(change, merge)
                    guard kinds.contains(kind) else { continue }
                    let date = describer.date(change, kind, merge)
                    pending.append(try describer.describe(change, kind, date, merge))
                    if pending.count == Self.changesPerBatch {
                        for link in try reader.read(pending, &ranks) { try body(link) }
                        pending.removeAll(keepingCapacity: true)
                    }
                }
                done += merge.oldRows.count + merge.newRows.count
                options.progress?("comparing", min(done, total), total)
            }
        }
        for link in try reader.read(pending, &ranks) { try body(link) }
    }

    /// How many changes are read at a time.
    static let changesPerBatch = 16_384

    /// The rows of some ranges of keys in both snapshots.
    func comparedRows(ofKeys ranges: [KeyRange], _ old: Snapshot, _ new: Snapshot) throws -> [ComparedRows] {
        try old.requireHostNames()
        try new.requireHostNames()
        return try ranges.map { keys in
            ComparedRows(
                old: try old.links.rows(ofPages: old.pages(in: keys)),
                new: try new.links.rows(ofPages: new.pages(in: keys)))
        }
    }

    /// The same keys in ascending ranges that don't overlap.
    private static func merged(_ ranges: [KeyRange]) -> [KeyRange] {
        var merged: [KeyRange] = []
        for range in ranges.sorted(by: { isLess($0.lower.span, $1.lower.span) }) {
            guard let last = merged.last, !isLess(last.upper.span, range.lower.span) else {
                merged.append(range)
                continue
            }
            let upper = isLess(last.upper.span, range.upper.span) ? range.upper : last.upper
            merged[merged.count - 1] = KeyRange(lower: last.lower, upper: upper)
        }
        return merged
    }
}
