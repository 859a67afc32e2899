import ArgumentParser
import LinkModel
import SnapshotStore

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "What a snapshot holds, where it came from, and how large each column is.",
        discussion: HelpText.discussion(
            "--format json prints the manifest as it is stored. Only tables write numbers with commas.",
            columns: [("", columns)],
            example: "strata show 2026-11-01"))

    @Argument(help: ArgumentHelp("The snapshot to describe.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let columns: [OutputColumn] = [.text("property"), .text("value")]

    func run() throws {
        let snapshot = try global.openStore().snapshot(named: id)
        if global.format == .json {
            let file = try OutputFile(path: global.output)
            try file.write(snapshot.manifest.jsonText())
            return try file.commit()
        }
        let table = try global.openTable(Self.columns, fitsTerminal: false)
        for (property, value) in ManifestFacts(forPeople: table.isForPeople).of(snapshot.manifest) {
            try table.append([.text(property), .text(value)])
        }
        try table.finish()
    }
}
