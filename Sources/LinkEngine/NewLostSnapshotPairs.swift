package import LinkModel
package import SnapshotStore

/// Neighbouring snapshots of a store.
struct SnapshotPair: Sendable {
    var old: Snapshot
    var new: Snapshot
}

/// The neighbours in a store whose changes may be dated in a range of days, newest first; opened one by one. Changes
/// between two snapshots are dated after the old one and not after the new one.
///
/// Only snapshots of the newest one's node kind are looked at, and only those whose coverage touches the target: one
/// that was fetched for other targets says nothing about this one, and must not part two that do.
struct SnapshotPairs {
    private let store: Store
    private let days: ClosedRange<Day>
    private let target: Target
    /// Ascending; those that weren't opened yet.
    private var ids: [SnapshotID]
    private var later: Snapshot?

    /// - Throws: `EngineError.usage` when from is after to.
    init(_ store: Store, _ target: Target, from: Day, to: Day) throws {
        guard from <= to else {
            throw EngineError(.usage, "the first day \(from) is after the last day \(to). Swap --from and --to.")
        }
        self.store = store
        days = from...to
        self.target = target
        ids = try store.snapshotIDs()
    }

    mutating func next() throws -> SnapshotPair? {
        while let id = ids.popLast() {
            // Older ones only have older changes.
            if let later, later.id.date < days.lowerBound { return nil }
            let snapshot: Snapshot
            do {
                snapshot = try store.snapshot(id)
            } catch let error as StoreError where error.kind == .noSnapshot {
                // Removed since the ids were read.
                continue
            }
            guard snapshot.coverage.intersects(target.ranges) else { continue }
            guard let new = later else {
                later = snapshot
                continue
            }
            if snapshot.nodeKind != new.nodeKind { continue }
            later = snapshot
            if id.date < days.upperBound || new.id.date <= days.upperBound {
                return SnapshotPair(old: snapshot, new: new)
            }
        }
        return nil
    }
}

extension Engine {
    /// The oldest and the newest snapshot that say something of the target, as `SnapshotPairs` sees it; nil when none does. No
    /// older ones are looked at than those that tell of changes from that day on.
    package func tellingRange(
        _ store: Store, _ target: Target, from: Day
    ) throws -> (oldest: SnapshotID, newest: SnapshotID)? {
        try store.answer { ids in
            var newest: Snapshot?
            var oldest: SnapshotID?
            for id in ids.reversed() {
                if let oldest, oldest.date < from { break }
                let snapshot = try store.snapshot(id)
                guard snapshot.coverage.intersects(target.ranges),
                    snapshot.nodeKind == newest?.nodeKind ?? snapshot.nodeKind
                else { continue }
                if newest == nil { newest = snapshot }
                oldest = id
            }
            guard let oldest, let newest else { return nil }
            return (oldest, newest.id)
        }
    }
}
