import LinkEngine
import LinkModel
import SnapshotStore
import Synchronization

/// The snapshots that answers come from. Read anew from the folder for each request: snapshots may come and go.
final class ServedStore: Sendable {
    /// Without the snapshots after the one that is "today".
    let store: Store
    let engine: Engine
    /// Held while ranks are computed, so that a hundred requests don't compute them a hundred times.
    private let ranking = Mutex<SnapshotID?>(nil)

    init(_ store: Store, upTo today: SnapshotID?, _ engine: Engine) {
        self.store = store.view(upTo: today, keepingOpen: 16)
        self.engine = engine
    }

    /// The newest snapshot that is seen, with its ranks at hand.
    func today() throws -> Snapshot { try ranked(store.newestSnapshot()) }

    /// nil when there is none of that id.
    func snapshot(_ id: SnapshotID) throws -> Snapshot? {
        do {
            return try ranked(store.snapshot(id))
        } catch let error as StoreError where error.kind == .noSnapshot {
            return nil
        }
    }

    private func ranked(_ snapshot: Snapshot) throws -> Snapshot {
        guard snapshot.nodeKind != .number else { return snapshot }
        let isNew = ranking.withLock { ranked in
            // Whoever comes second waits here, and finds them computed.
            guard ranked != snapshot.id else { return false }
            do {
                try engine.prepareRanks(snapshot)
                ranked = snapshot.id
            } catch {
                // The question itself meets the error again, where it can be told.
            }
            return true
        }
        // Ranks that were stored just now belong to another manifest.
        return isNew ? try store.snapshot(snapshot.id) : snapshot
    }
}
