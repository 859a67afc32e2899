import LinkEngine
import LinkModel
import SnapshotStore

/// The snapshots that answers come from. Read anew from the folder for each request: snapshots may come and go.
final class ServedStore: Sendable {
    /// Without the snapshots after the one that is "today".
    let store: Store
    let engine: Engine
    private let ranks: PreparedRanks
    private let outlines = SnapshotOutlines()
    private static let openCount = 16

    /// - Parameter prepareRanks: nil for the engine's way.
    init(
        _ store: Store, upTo today: SnapshotID?, _ engine: Engine,
        prepareRanks: (@Sendable (Snapshot) throws -> Void)? = nil
    ) {
        let view = store.view(upTo: today, keepingOpen: Self.openCount)
        self.store = view
        self.engine = engine
        ranks = PreparedRanks(view, countLimit: Self.openCount, prepareRanks ?? { try engine.prepareRanks($0) })
    }

    /// The newest snapshot that is seen, with its ranks at hand.
    /// - Parameter showsRanks: the answer holds ranks: where they can't be computed, throws why, without trying again.
    func today(showsRanks: Bool = false) throws -> Snapshot {
        try ranks.prepared(store.newestSnapshot(), isNeeded: showsRanks)
    }

    /// nil when there is none of that id. Otherwise as `today`.
    func snapshot(_ id: SnapshotID, showsRanks: Bool = false) throws -> Snapshot? {
        do {
            return try ranks.prepared(store.snapshot(id), isNeeded: showsRanks)
        } catch let error as StoreError where error.kind == .noSnapshot {
            return nil
        }
    }

    /// What a snapshot says of itself, without its columns being opened: of many only the few that matter are.
    func outline(_ id: SnapshotID) throws -> SnapshotOutline { try outlines.outline(id, store) }
}
