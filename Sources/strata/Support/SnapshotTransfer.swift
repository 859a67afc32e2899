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
        // Both are there now.
        for store in [copy.source, copy.destination] {
            if let fault = OutputPlace.fault(global.output, option: "--output", store: store.path) {
                throw CommandFailure(.usage, fault)
            }
        }
        let ids = try names.isEmpty ? copy.source.snapshotIDs() : names.map { try copy.source.snapshotID(named: $0) }
        Interruption.willAbandonSnapshots()
        let progress = ProgressBar()
        let table = try global.openTable(Self.columns, progress: progress)
        var failures: [StoreError] = []
        let order = copy.order(ids)
        for (done, id) in order.enumerated() {
            progress.update("copy \(id)", done: UInt64(done), total: UInt64(order.count))
            do {
                let (outcome, byteCount) = try copy.copy(id)
                try table.append([.text(id.description), .count(byteCount), .text(outcome.rawValue)])
            } catch let error as StoreError where error.kind == .noSnapshot && names.isEmpty {
                Message.note("snapshot \(id) was removed meanwhile: there is nothing to copy")
            } catch let error as StoreError {
                try table.append([.text(id.description), .null, .text(error.description)])
                failures.append(error)
                // Neither will the next one be.
                if error.kind == .locked { break }
            }
        }
        if names.isEmpty, failures.last?.kind != .locked {
            do {
                let (copied, byteCount) = try copy.copyFigures()
                if byteCount > 0 {
                    try table.append([.text("figures"), .count(byteCount), .text(copied > 0 ? "copied" : "unchanged")])
                }
            } catch let error as StoreError {
                try table.append([.text("figures"), .null, .text(error.description)])
                failures.append(error)
            }
        }
        do { try copy.settle() } catch let error as StoreError { failures.append(error) }
        try table.finish()
        // What is damaged comes before what is only in the way.
        guard let worst = failures.first(where: { $0.kind == .corrupt || $0.kind == .io }) ?? failures.first else {
            return
        }
        let others = failures.count > 1 ? " (\(failures.count) in all weren't copied: see result.)" : ""
        throw CommandFailure(ExitStatus(worst), worst.description + others)
    }
}
