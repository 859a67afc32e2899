import LinkModel
import SnapshotStore
import Synchronization

/// Which links a snapshot may hold.
struct SnapshotOutline: Sendable {
    var coverage: CoverageSet
    var nodeKind: NodeKind
}

/// What manifests say, so that each is read once and not for every request.
final class SnapshotOutlines: Sendable {
    private struct State {
        var entries: [SnapshotID: (stamp: ManifestStamp, outline: SnapshotOutline)] = [:]
        /// Of all entries' coverages.
        var rangeCount = 0
    }
    private let state = Mutex(State())
    private static let countLimit = 10_000
    private static let rangeCountLimit = 1_000_000

    func outline(_ id: SnapshotID, _ store: Store) throws -> SnapshotOutline {
        let stamp = store.manifestStamp(of: id)
        if let stamp, let known = state.withLock({ $0.entries[id] }), known.stamp == stamp { return known.outline }
        let manifest = try store.manifest(of: id)
        guard let coverage = try? CoverageSet(manifest.coverage) else {
            // Opening it tells what is wrong.
            let snapshot = try store.snapshot(id)
            return SnapshotOutline(coverage: snapshot.coverage, nodeKind: snapshot.nodeKind)
        }
        let outline = SnapshotOutline(coverage: coverage, nodeKind: manifest.nodeKind)
        if let stamp { keep(outline, id, stamp) }
        return outline
    }

    /// All go when there are too many: reading them again is quick.
    private func keep(_ outline: SnapshotOutline, _ id: SnapshotID, _ stamp: ManifestStamp) {
        state.withLock { state in
            let rangeCount = outline.coverage.ranges.count
            if state.entries.count >= Self.countLimit || state.rangeCount + rangeCount > Self.rangeCountLimit {
                state = State()
            }
            state.rangeCount += rangeCount - (state.entries[id]?.outline.coverage.ranges.count ?? 0)
            state.entries[id] = (stamp, outline)
        }
    }
}
