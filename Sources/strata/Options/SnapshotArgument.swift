import ArgumentParser
import LinkModel
import SnapshotStore

/// Which snapshot answers.
struct SnapshotArgument: ParsableArguments {
    @Option(
        help: ArgumentHelp("The snapshot that answers. (default: the newest one)", valueName: "id"),
        completion: .shellCommand("strata snapshots --format csv 2>/dev/null | tail -n +2 | cut -d, -f1"))
    var snapshot: String?

    func open(in store: Store) throws -> Snapshot {
        guard let snapshot else { return try store.newestSnapshot() }
        return try store.snapshot(named: snapshot)
    }
}

extension Store {
    /// The snapshot with that id; a failure lists the nearest ids that there are.
    func snapshot(named text: String) throws -> Snapshot { try snapshot(snapshotID(named: text)) }

    /// The id of a snapshot that is there, sound or damaged.
    func snapshotID(named text: String) throws -> SnapshotID {
        let ids = try snapshotIDs()
        guard let id = SnapshotID(text) else {
            throw CommandFailure(
                .usage,
                "\"\(text)\" is not a snapshot id: expected a date such as 2026-11-01, or date-label. "
                    + Self.hint(ids, near: nil))
        }
        guard ids.contains(id) else {
            throw CommandFailure(.notFound, "there is no snapshot \(id) in \(path). \(Self.hint(ids, near: id))")
        }
        return id
    }

    /// "The nearest are …"
    private static func hint(_ ids: [SnapshotID], near wanted: SnapshotID?) -> String {
        if ids.isEmpty { return "The store is empty: bring data in with \"strata import csv\"." }
        let shownCount = 4
        if ids.count <= shownCount { return "There \(ids.count == 1 ? "is only" : "are") \(list(ids))." }
        guard let wanted else {
            return "The newest are: \(list(ids.suffix(shownCount))). \"strata snapshots\" lists all."
        }
        let distance = { (id: SnapshotID) in (Int(id.date.number) - Int(wanted.date.number)).magnitude }
        let nearest = ids.sorted { (distance($0), $0) < (distance($1), $1) }.prefix(shownCount).sorted()
        return "The nearest are: \(list(nearest)). \"strata snapshots\" lists all."
    }

    private static func list(_ ids: some Sequence<SnapshotID>) -> String {
        ids.map(\.description).joined(separator: ", ")
    }
}
