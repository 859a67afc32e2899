import LinkModel
import SnapshotStore
import Synchronization

/// Which snapshots have their ranks at hand, so that a hundred requests don't compute them a hundred times.
final class PreparedRanks: Sendable {
    private struct Entry {
        let id: SnapshotID
        let stamp: ManifestStamp
        /// Why there are none.
        let failure: (any Error)?
    }
    /// The latest last.
    private let entries = Mutex<[Entry]>([])
    /// Held while ranks are computed. Requests for snapshots that have theirs don't wait for it.
    private let computing = Mutex(())
    private let store: Store
    private let countLimit: Int
    private let prepare: @Sendable (Snapshot) throws -> Void

    init(_ store: Store, countLimit: Int, _ prepare: @escaping @Sendable (Snapshot) throws -> Void) {
        self.store = store
        self.countLimit = countLimit
        self.prepare = prepare
    }

    /// The snapshot as it is when its ranks are prepared: those that were stored just now belong to another manifest.
    /// - Parameter isNeeded: throws why there are no ranks. A failure is tried again when the manifest has changed: what
    ///   failed over the same columns fails again, after the same time.
    func prepared(_ snapshot: Snapshot, isNeeded: Bool) throws -> Snapshot {
        guard snapshot.nodeKind != .number else { return snapshot }
        if let entry = known(snapshot.id) {
            if isNeeded, let failure = entry.failure { throw failure }
            return snapshot
        }
        let failure = computing.withLock { _ -> (any Error)? in
            // Whoever comes second has waited here, and finds them computed.
            if let entry = known(snapshot.id) { return entry.failure }
            let stamp = store.manifestStamp(of: snapshot.id)
            do {
                // As it is by now: a failure must not be another snapshot's of the same id.
                try prepare(store.snapshot(snapshot.id))
                remember(snapshot.id, store.manifestStamp(of: snapshot.id), nil)
                return nil
            } catch {
                remember(snapshot.id, stamp, error)
                return error
            }
        }
        if isNeeded, let failure { throw failure }
        return try store.snapshot(snapshot.id)
    }

    private func known(_ id: SnapshotID) -> Entry? {
        let stamp = store.manifestStamp(of: id)
        return entries.withLock { entries in entries.first { $0.id == id && $0.stamp == stamp } }
    }

    /// - Parameter stamp: nil when the snapshot was removed meanwhile: there is nothing to remember.
    private func remember(_ id: SnapshotID, _ stamp: ManifestStamp?, _ failure: (any Error)?) {
        guard let stamp else { return }
        entries.withLock { entries in
            entries.removeAll { $0.id == id }
            entries.append(Entry(id: id, stamp: stamp, failure: failure))
            if entries.count > countLimit { entries.removeFirst(entries.count - countLimit) }
        }
    }
}
