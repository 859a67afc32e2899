import LinkEngine
import LinkModel
import SnapshotStore

/// Days on which nobody looked: a zero there would be read as "nothing came or went".
enum UnknownDays {
    /// Notes which of the days no two snapshots of the target lie around.
    static func note(_ target: Target, _ days: (from: Day, to: Day), in store: Store, _ engine: Engine) throws {
        let telling = try store.answer { try engine.tellingSnapshots($0, store, target) }
        guard let first = telling.first, let last = telling.last else {
            return Message.note(
                "no snapshot covers \(target.text): what came and went is unknown, not zero. \"strata show ID\" lists what a "
                    + "snapshot covers.")
        }
        if first == last {
            return Message.note(
                "only \(first) tells of \(target.text), and changes show between two snapshots: they are unknown, not zero."
            )
        }
        var unknown: [String] = []
        if days.from <= first.date { unknown.append("up to \(min(days.to, first.date))") }
        if days.to > last.date { unknown.append("from \(max(days.from, last.date.adding(days: 1))) on") }
        guard !unknown.isEmpty else { return }
        Message.note(
            "changes \(unknown.joined(separator: " and ")) are unknown, not zero: the snapshots of \(target.text) are from "
                + "\(first) to \(last).")
    }
}
