import ArgumentParser
import LinkModel
import SnapshotStore

struct Snapshots: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshots",
        abstract: "List the snapshots of a store, oldest first.",
        discussion: HelpText.discussion(
            "bytes are the files' sizes, derived ranks included.",
            columns: [("", columns)],
            example: "strata snapshots"))

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let columns: [OutputColumn] = [
        .text("id"), .other("date", .seldom), .text("label", .seldom), .text("node_kind", .usually), .number("pages"),
        .number("hosts", .usually), .number("domains"), .number("links"), .number("bytes"), .text("source", .usually),
        .text("coverage", .usually),
    ]

    func run() throws {
        let store = try global.openStore()
        let table = try global.openTable(Self.columns)
        var damagedIDs: [String] = []
        var kinds: Set<StoreError.Kind> = []
        for id in try store.snapshotIDs() {
            var manifest: Manifest?
            do {
                manifest = try store.manifest(of: id)
                _ = try store.snapshot(id)
            } catch let fault as StoreError where fault.kind == .noSnapshot {
                // Removed since the ids were read.
                continue
            } catch let fault as StoreError {
                damagedIDs.append(id.description)
                kinds.insert(fault.kind)
                Message.error(fault)
            }
            guard let manifest else {
                try table.append(
                    [.text(id.description), .text(id.date.description), .text(id.label)]
                        + Array(repeating: .null, count: Self.columns.count - 3))
                continue
            }
            let counts = manifest.counts
            try table.append([
                .text(manifest.id), .text(manifest.date), .text(manifest.label), .text(manifest.nodeKind.rawValue),
                .count(counts.pages), .count(counts.hosts), .count(counts.domains), .count(counts.links),
                .count(manifest.storedByteCount), .text(manifest.provenance.source),
                .text(manifest.coverage.summary),
            ])
        }
        try table.finish()
        if table.rowCount == 0 {
            Message.note("the store \(store.path) is empty: bring data in with \"strata import csv FILE --date DAY\".")
        }
        if !damagedIDs.isEmpty {
            throw CommandFailure(
                kinds == [.readOnly] ? .notPermitted : .io,
                "can't be read: \(damagedIDs.joined(separator: ", ")). "
                    + (kinds.contains(.corrupt)
                        ? "\"strata verify\" says more of damage, \"strata remove\" removes a snapshot."
                        : "What is said above keeps them from it; they may well be sound."))
        }
    }
}

extension Coverage {
    /// "everything", "3 targets", "2 of 3 targets".
    var summary: String {
        switch self {
        case .everything: return "everything"
        case .targets(let targets):
            let complete = targets.count { $0.complete }
            return complete == targets.count
                ? Readable.count(complete, "target") : "\(complete) of \(Readable.count(targets.count, "target"))"
        }
    }
}
