import ArgumentParser
import SnapshotStore

struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Delete a snapshot and everything derived from it.",
        discussion: HelpText.discussion(
            "There is no way back but importing the data again.", example: "strata remove 2026-07-01"))

    @Argument(help: ArgumentHelp("The snapshot to delete.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let store = try global.openStore()
        Interruption.willAbandonSnapshots()
        let id = try store.snapshotID(named: id)
        // A damaged snapshot can't say how large it is, and can be removed all the same.
        let byteCount = try? store.manifest(of: id).storedByteCount
        try store.remove(id)
        Message.note("removed \(id)\(byteCount.map { " (\(Readable.bytes($0)))" } ?? "")")
    }
}
