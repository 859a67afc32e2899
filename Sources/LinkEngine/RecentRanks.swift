import SnapshotStore
import Synchronization

/// The ranks that were asked for last, so that requests in a row don't read them again.
final class RecentRanks: Sendable {
    private struct Entry {
        let snapshot: Snapshot
        let result: RankResult
    }

    /// The latest last.
    private let entries = Mutex<[Entry]>([])

    func result(_ snapshot: Snapshot, _ parameters: RankParameters) -> RankResult? {
        entries.withLock { entries in
            guard
                let index = entries.lastIndex(where: {
                    $0.snapshot === snapshot && $0.result.parameters == parameters
                })
            else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.result
        }
    }

    /// Forgets the oldest ones while all take more than `byteLimit` bytes; at least the two latest stay.
    func keep(_ result: RankResult, of snapshot: Snapshot, byteLimit: Int) {
        entries.withLock { entries in
            entries.append(Entry(snapshot: snapshot, result: result))
            var byteCount = entries.reduce(0) { $0 + 8 * $1.result.pagerank.count }
            while entries.count > 2, byteCount > byteLimit {
                byteCount -= 8 * entries.removeFirst().result.pagerank.count
            }
        }
    }
}
