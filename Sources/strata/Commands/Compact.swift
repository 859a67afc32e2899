import ArgumentParser
import LinkModel
import SnapshotStore

struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Store snapshots in fewer bytes, or as differences from an older one.",
        discussion: HelpText.discussion(
            """
            Every command answers as before; ids and computed ranks stay. A snapshot that is stored as differences (--delta, \
            --against) needs the older one: "strata remove" won't remove that until --whole has turned this one back. Up to \
            \(Store.longestDeltaChain) snapshots may be stored one against the other; each step costs time when the newest is \
            read, so keep one whole now and then. --delta goes through the ids in order, so a year of months is one command.
            """,
            columns: [("", columns)],
            example: "strata compact --delta 2026-11-01"))

    @Argument(help: ArgumentHelp("The snapshots to rewrite.", valueName: "id"))
    var ids: [String]

    @Flag(help: "Store each against the newest one that is older.")
    var delta = false

    @Option(
        help: ArgumentHelp("Store each against this older snapshot.", valueName: "id"),
        completion: .shellCommand("strata snapshots --format csv 2>/dev/null | tail -n +2 | cut -d, -f1"))
    var against: String?

    @Flag(help: "Store each without need of another one.")
    var whole = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let columns: [OutputColumn] = [
        .text("id"), .text("against"), .number("links"), .number("bytes_before"), .number("bytes"),
        .number("bytes_per_link"),
    ]

    func validate() throws {
        if [delta, against != nil, whole].count(where: { $0 }) > 1 {
            throw ValidationError("--delta, --against and --whole exclude each other: give one of them, or none.")
        }
    }

    func run() throws {
        let store = try global.openStore()
        Interruption.willAbandonSnapshots()
        let ids = Set(try self.ids.map { try store.snapshotID(named: $0) }).sorted()
        let against = try against.map { try store.snapshotID(named: $0) }
        let progress = ProgressBar()
        let table = try global.openTable(Self.columns, progress: progress)
        for id in ids {
            let before = try store.manifest(of: id).storedByteCount
            try store.compact(id, as: form(id, against, in: store), threads: global.threadCount) { done, total in
                progress.update("compact \(id)", done: UInt64(done), total: UInt64(total))
            }
            let manifest = try store.manifest(of: id)
            let links = manifest.counts.links
            try table.append([
                .text(id.description), manifest.base.map { .text($0.id) } ?? .null, .count(links), .count(before),
                .count(manifest.storedByteCount),
                links == 0 ? .null : .real(Double(manifest.storedByteCount) / Double(links)),
            ])
        }
        try table.finish()
    }

    private func form(_ id: SnapshotID, _ against: SnapshotID?, in store: Store) throws -> Store.StoredForm {
        if whole { return .whole }
        if let against { return .delta(against: against) }
        guard delta else { return .unchanged }
        guard let older = try store.snapshotIDs().last(where: { $0 < id }) else {
            if ids.count > 1 {
                Message.note("no snapshot is older than \(id): it stays whole")
                return .unchanged
            }
            throw CommandFailure(
                .usage,
                "no snapshot of \(store.path) is older than \(id): the oldest one is stored whole (without --delta).")
        }
        return .delta(against: older)
    }
}
