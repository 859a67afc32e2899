import SnapshotStore
import Synchronization

/// Scratch memory of scans that go on later: a page of rows that is read in pieces finds the block that its last piece
/// decoded. Shared by threads; each takes one out and gives it back.
final class ScratchPool: Sendable {
    private struct Entry {
        /// Held, so that no other snapshot can take its address: that is what `LinkRows` knows it by.
        let snapshot: Snapshot
        let rows: LinkRows
    }

    /// A scratch of all columns takes about 4 MB.
    private static let capacity = 8

    /// The one given back last is the last.
    private let entries = Mutex<[Entry]>([])

    /// A scratch for that block: the one that holds it decoded where there is one, else the one that wasn't used for
    /// longest, once there are enough of them.
    func take(_ scan: LinkScan, block: Int) -> LinkRows {
        entries.withLock { entries in
            if let index = entries.lastIndex(where: { $0.rows.holds(block, of: scan) }) {
                return entries.remove(at: index).rows
            }
            guard entries.count >= Self.capacity else { return LinkRows() }
            // Its snapshot may be gone before this comes back, and another one be at its address.
            var rows = entries.removeFirst().rows
            rows.forget()
            return rows
        }
    }

    func giveBack(_ rows: LinkRows, of snapshot: Snapshot) {
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeFirst() }
            entries.append(Entry(snapshot: snapshot, rows: rows))
        }
    }
}
