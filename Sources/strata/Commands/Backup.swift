import ArgumentParser
import SnapshotStore

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy snapshots into another folder, also while somebody writes.",
        discussion: HelpText.discussion(
            """
            The other folder becomes a store itself, which every command can read (--store). What is there already and the same is \
            checked, not copied again, so run it after each import. Every copy is verified before it takes its place, with stored \
            ranks and, unless ids are given, providers' figures. The folder is made when it isn't there. A backup keeps what the store has removed since; a snapshot of the same id that says other \
            things is never replaced. result is "copied", "unchanged", "updated" (the same in another form, or with further \
            ranks), "repaired" (the copy was damaged) or what is wrong. \
            "strata restore" goes the other way.
            """,
            columns: [("", SnapshotTransfer.columns)],
            example: "strata backup strata-backup"))

    @OptionGroup var arguments: TransferArguments

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let store = try global.openStore()
        try SnapshotTransfer.refuseSame(store.path, arguments.folder)
        // A wrong id is noticed before a folder is made.
        for id in arguments.ids { _ = try store.snapshotID(named: id) }
        try SnapshotTransfer(
            StoreCopy(from: store, to: Store.openOrCreate(arguments.folder)), ids: arguments.ids, global
        ).run()
    }
}
