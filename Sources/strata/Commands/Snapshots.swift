import ArgumentParser
import LinkModel
import SnapshotStore

struct Snapshots: ParsableCommand {
    static let configuration = CommandConfiguration(
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
        for id in try store.snapshotIDs() {
            let manifest = try store.snapshot(id).manifest
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
