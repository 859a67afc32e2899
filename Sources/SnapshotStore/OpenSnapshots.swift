import LinkModel
import Synchronization

/// Snapshots that stay open between questions. One that was removed, imported anew or given derived results since is
/// opened again.
final class OpenSnapshots: Sendable {
    private struct Entry {
        let id: SnapshotID
        let stamp: ManifestStamp
        let snapshot: Snapshot
    }
    /// The one asked for last stands last.
    private let entries = Mutex<[Entry]>([])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func snapshot(_ id: SnapshotID, manifest: String, _ open: () throws -> Snapshot) throws -> Snapshot {
        let stamp = ManifestStamp(manifest)
        let known = entries.withLock { entries -> Snapshot? in
            guard let index = entries.firstIndex(where: { $0.id == id }) else { return nil }
            let entry = entries.remove(at: index)
            guard entry.stamp == stamp else { return nil }
            entries.append(entry)
            return entry.snapshot
        }
        if let known { return known }
        let snapshot = try open()
        if let stamp {
            entries.withLock { entries in
                entries.removeAll { $0.id == id }
                entries.append(Entry(id: id, stamp: stamp, snapshot: snapshot))
                if entries.count > limit { entries.removeFirst(entries.count - limit) }
            }
        }
        return snapshot
    }
}
