import LinkEngine
import LinkModel
import SnapshotStore

/// Days on which nobody looked: a zero there would be read as "nothing came or went".
enum UnknownDays {
    /// Says which of the days no two snapshots of the target lie around.
    static func notes(
        _ target: Target, _ days: (from: Day, to: Day), in store: Store, _ engine: Engine
    ) throws -> [String] {
        guard let (oldest, newest) = try engine.tellingRange(store, target, from: days.from) else {
            return [
                "no snapshot covers \(target.text): what came and went is unknown, not zero. \"strata show ID\" lists what a "
                    + "snapshot covers."
            ]
        }
        if oldest == newest, newest.date >= days.from {
            return [
                "only \(newest) tells of \(target.text), and changes show between two snapshots: they are unknown, not zero."
            ]
        }
        var notes: [String] = []
        if days.from <= oldest.date {
            notes.append(
                "changes up to \(min(days.to, oldest.date)) are unknown, not zero: the oldest snapshot of \(target.text) is \(oldest)."
            )
        }
        if days.to > newest.date {
            notes.append(
                "changes from \(max(days.from, newest.date.adding(days: 1))) on are unknown, not zero: the newest snapshot of "
                    + "\(target.text) is \(newest).")
        }
        return notes
    }
}
