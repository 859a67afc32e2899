import ArgumentParser
import LinkEngine
import LinkModel

struct InlinkRank: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inlink-rank",
        abstract: "The rank of pages and of their domains, 0 to 100.",
        discussion: HelpText.discussion(
            "As get-inlink-rank: rounded scores; -1 means that the page or domain is not in the snapshot.",
            columns: [("", columns)],
            example: "strata inlink-rank https://www.braqua.net/ http://www.grako.net/"))

    @Argument(help: ArgumentHelp("Pages; @FILE reads them from a file.", valueName: "url"))
    var urls: [String]

    @OptionGroup var snapshot: SnapshotArgument

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let columns: [OutputColumn] = [
        .text("url"), .number("inlink_rank"), .number("domain_inlink_rank"),
    ]

    func run() throws {
        let progress = ProgressBar()
        let urls = try TargetList.expand(urls)
        let snapshot = try snapshot.open(in: global.openStore())
        let table = try global.openTable(Self.columns, progress: progress)
        for ranks in try global.engine(progress: progress).inlinkRanks(snapshot, urls: urls) {
            try table.append([.text(ranks.url), .count(ranks.inlinkRank), .count(ranks.domainInlinkRank)])
        }
        progress.end()
        try table.finish()
    }
}
