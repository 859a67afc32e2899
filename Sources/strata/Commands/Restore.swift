import ArgumentParser
import SnapshotStore

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Copy snapshots back from a folder that \"strata backup\" made.",
        discussion: HelpText.discussion(
            """
            Any store will do. Snapshots that are missing come back, damaged ones are replaced, sound ones stay; one of the \
            same id that says other things is never replaced: remove it first. The store is made when it isn't there. result is as in \
            "strata backup".
            """,
            columns: [("", SnapshotTransfer.columns)],
            example: "strata restore strata-backup"))

    @OptionGroup var arguments: TransferArguments

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let backup: Store
        do {
            backup = try Store(opening: arguments.folder)
        } catch let error as StoreError where error.kind == .noStore {
            throw CommandFailure(
                .notFound,
                "\(arguments.folder) is no backup: name the folder that `strata backup` made, or another store.")
        }
        try SnapshotTransfer.refuseSame(global.storePath, arguments.folder)
        for id in arguments.ids { _ = try backup.snapshotID(named: id) }
        try SnapshotTransfer(
            StoreCopy(from: backup, to: Store.openOrCreate(global.storePath), updates: false), ids: arguments.ids,
            global
        ).run()
    }
}
