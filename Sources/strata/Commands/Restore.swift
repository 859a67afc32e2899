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

    @Argument(help: ArgumentHelp("The folder to copy from.", valueName: "dir"), completion: .directory)
    var folder: String

    @Argument(
        help: ArgumentHelp("The snapshots to copy, with those they are stored against. (default: all)", valueName: "id")
    )
    var ids: [String] = []

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let backup = try Store(opening: folder)
        try SnapshotTransfer.refuseSame(folder, global.storePath)
        for id in ids { _ = try backup.snapshotID(named: id) }
        try SnapshotTransfer(
            StoreCopy(from: backup, to: Store.openOrCreate(global.storePath), updates: false), ids: ids, global
        ).run()
    }
}
