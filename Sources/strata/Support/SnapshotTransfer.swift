import LinkModel
import SnapshotStore

/// What `strata backup` and `strata restore` do: snapshots and figures go from one store into another, a row for each.
struct SnapshotTransfer {
    static let columns: [OutputColumn] = [.text("id"), .number("bytes"), .text("result")]

    private let copy: StoreCopy
    /// As given; none for all.
    private let names: [String]
    private let global: GlobalOptions

    init(_ copy: StoreCopy, ids: [String], _ global: GlobalOptions) {
        self.copy = copy
        names = ids
        self.global = global
    }

    /// A store can't be its own backup, or hold it: whoever loses the one loses the other.
    static func refuseSame(_ store: String, _ other: String) throws {
        guard !FileSystem.lies(store, in: other), !FileSystem.lies(other, in: store) else {
            throw CommandFailure(
                .usage,
                "\(other) and the store \(store) are one folder, or lie in one another: name a folder elsewhere, best on another "
                    + "disk.")
        }
    }

    /// Goes on after a snapshot that can't be copied; fails in the end.
    func run() throws {
        let ids = try names.isEmpty ? copy.source.snapshotIDs() : names.map { try copy.source.snapshotID(named: $0) }
        let progress = ProgressBar()
        let table = try global.openTable(Self.columns, progress: progress)
        var failures: [StoreError] = []
        let order = copy.order(ids)
        for (done, id) in order.enumerated() {
            progress.update("copy \(id)", done: UInt64(done), total: UInt64(order.count))
            do {
                let (outcome, byteCount) = try copy.copy(id)
                try table.append([.text(id.description), .count(byteCount), .text(outcome.rawValue)])
            } catch let error as StoreError where error.kind == .noSnapshot {
                Message.note("snapshot \(id) was removed meanwhile: there is nothing to copy")
            } catch let error as StoreError where [.corrupt, .alreadyExists, .io].contains(error.kind) {
                try table.append([.text(id.description), .null, .text(error.description)])
                failures.append(error)
            }
        }
        if names.isEmpty {
            let (copied, byteCount) = try copy.copyFigures()
            if byteCount > 0 {
                try table.append([.text("figures"), .count(byteCount), .text(copied > 0 ? "copied" : "unchanged")])
            }
        }
        try table.finish()
        if let worst = failures.first(where: { $0.kind != .alreadyExists }) ?? failures.first {
            let others = failures.count > 1 ? " (\(failures.count) snapshots weren't copied)" : ""
            throw CommandFailure(worst.kind == .alreadyExists ? .cannotCreate : .io, worst.description + others)
        }
    }
}
