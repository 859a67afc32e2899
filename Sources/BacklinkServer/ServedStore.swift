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

    /// The newest snapshot that says something of the target, as `history` and the bulk comparisons choose: one that was fetched
    /// for others would answer "none" where it should say "not looked". The newest of all where none does. Otherwise as `today`.
    func today(for target: Target, showsRanks: Bool = false) throws -> Snapshot {
        try store.answer { ids in
            guard let id = try ids.last(where: { try outline($0).coverage.intersects(target.ranges) }) else {
                return try today(showsRanks: showsRanks)
            }
            return try ranks.prepared(store.snapshot(id), isNeeded: showsRanks)
        }
    }

    /// Asks each target's snapshot about the targets that it is the one of.
    /// - Returns: one result for each target, in their order.
    func answers<Question, Result>(
        _ questions: [Question], about targets: [Target?], showsRanks: Bool = false,
        _ body: (Snapshot, [Question]) throws -> [Result]
    ) throws -> [Result] {
        var groups: [(snapshot: Snapshot, indexes: [Int])] = []
        for (index, target) in targets.enumerated() {
            let snapshot =
                try target.map { try today(for: $0, showsRanks: showsRanks) } ?? today(showsRanks: showsRanks)
            if let group = groups.firstIndex(where: { $0.snapshot.id == snapshot.id }) {
                groups[group].indexes.append(index)
            } else {
                groups.append((snapshot, [index]))
            }
        }
        var results = [Result?](repeating: nil, count: questions.count)
        for (snapshot, indexes) in groups {
            for (index, result) in zip(indexes, try body(snapshot, indexes.map { questions[$0] })) {
                results[index] = result
            }
        }
        return results.compactMap { $0 }
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
