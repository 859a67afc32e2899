import ArgumentParser
import SnapshotStore

struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete a snapshot and everything derived from it.",
        discussion: HelpText.discussion(
            "There is no way back but importing the data again.", example: "strata remove 2026-07-01"))

    @Argument(help: ArgumentHelp("The snapshot to delete.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let store = try global.openStore()
        let snapshot = try store.snapshot(named: id)
        let byteCount = snapshot.manifest.storedByteCount
        try store.remove(snapshot.id)
        Message.note("removed \(snapshot.id) (\(Readable.bytes(byteCount)))")
    }
}
