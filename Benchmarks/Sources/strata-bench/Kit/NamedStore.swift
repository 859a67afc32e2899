import LinkModel
import SnapshotStore

extension Store {
    /// A store that the command line names. What the module says of one that isn't there is about options of `strata`.
    static func named(_ path: String) throws -> Store {
        do {
            return try Store(opening: path)
        } catch let error as StoreError where error.kind == .noStore {
            throw BenchError("\(path): there is no strata store: expected a folder that `strata import` has made")
        }
    }

    /// The snapshot that the command line names; the newest for nil.
    func snapshotID(named text: String?) throws -> SnapshotID {
        guard let text else { return try newestSnapshot().id }
        let ids = try snapshotIDs()
        guard let id = SnapshotID(text), ids.contains(id) else {
            let found = ids.isEmpty ? "none" : ids.map(\.description).joined(separator: ", ")
            throw BenchError("--snapshot \(text): there is no such snapshot in \(path). It holds \(found).")
        }
        return id
    }
}
