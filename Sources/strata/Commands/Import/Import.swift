import ArgumentParser

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring links in as a new, dated snapshot.",
        discussion: HelpText.discussion(
            "The store is made when there is none. A snapshot never changes once it is there.",
            example: "strata import csv data/sample/links-2026-11-01.csv.gz --date 2026-11-01"),
        subcommands: [ImportCSV.self, ImportEdges.self])

    func run() throws {
        throw CommandFailure(.usage, "import what? Say \"strata import csv\" or \"strata import edges\".")
    }
}
