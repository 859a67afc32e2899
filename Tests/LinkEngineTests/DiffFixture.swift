import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport

/// Two snapshots of a store of its own, made by hand: 2026-03-01 and 2026-04-01.
struct DiffFixture {
    static let oldDay = Day(number: 20_513)
    static let newDay = Day(number: 20_544)
    let store: TestStore
    let old: Snapshot
    let new: Snapshot

    init(
        _ oldRows: [LinkRow], _ newRows: [LinkRow], oldCoverage: Coverage = .everything,
        newCoverage: Coverage = .everything
    ) throws {
        store = try TestStore()
        old = try store.add(oldRows, date: Self.oldDay, coverage: oldCoverage)
        new = try store.add(newRows, date: Self.newDay, coverage: newCoverage)
    }

    func totals(_ target: String, mode: TargetMode? = nil) throws -> [DiffTotal] {
        try Self.engine.diffTotals(old, new, [Target(target, mode: mode)])
    }

    func wholeTotals(_ engine: Engine = engine) throws -> [DiffTotal] { try engine.diffTotals(old, new, []) }

    /// The total of one level over everything.
    func total(_ level: DiffTotal.Level) throws -> DiffTotal {
        try wholeTotals().first { $0.level == level } ?? DiffTotal(target: "none", level: level)
    }

    func rows(_ targets: [Target] = [], kinds: Set<ChangeKind> = Set(ChangeKind.allCases)) throws -> [ChangedLink] {
        var rows: [ChangedLink] = []
        try Self.engine.diffRows(old, new, targets, kinds: kinds) { rows.append($0) }
        return rows
    }

    static let engine = Engine(Engine.Options(threads: 1))

    /// One target of which everything is covered.
    static func covering(_ targets: (String, TargetMode)...) -> Coverage {
        .targets(targets.map { CoveredTarget(target: $0.0, mode: $0.1, complete: true) })
    }
}

/// A link between two URLs without "https://".
func link(
    _ from: String, _ to: String, _ anchor: String? = nil, _ flags: LinkFlags = [], type: LinkType = .href,
    image: String? = nil, seen: Int32? = nil
) -> LinkRow {
    LinkRow(
        urlFrom: "https://\(from)", urlTo: "https://\(to)", type: type, flags: flags, anchor: anchor,
        imageSource: image,
        firstSeen: seen.map { Day(number: $0) })
}

extension DiffTotal {
    /// oldCount, newCount, new, lost, changed, unknownNew, unknownLost.
    var numbers: [Int64] { [oldCount, newCount, new, lost, changed, unknownNew, unknownLost] }
}

extension GroupDiff {
    /// In the order of the fields.
    var numbers: [Int64] {
        [
            newBacklinks, lostBacklinks, changedBacklinks, newReferringDomains, lostReferringDomains,
            newReferringMainDomains, lostReferringMainDomains,
        ]
    }
}
