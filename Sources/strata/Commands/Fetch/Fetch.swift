import ArgumentParser
import BacklinkClient
import LinkModel
import SnapshotFetch
import SnapshotImport
import SnapshotStore

struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch backlinks, or a provider's figures, into the store.",
        discussion: HelpText.discussion(
            """
            SOURCE is seo-powersuite, which has links, or dataforseo or aisa, which have figures: histories and counts of new \
            and lost links, kept beside our own. The links become a new snapshot that covers the targets. Keys come from \
            STRATA_SEO_POWERSUITE_KEY, STRATA_DATAFORSEO_LOGIN and STRATA_DATAFORSEO_PASSWORD, STRATA_AISA_KEY, or a file. \
            What was paid for is kept: the same command goes on after an interruption. --dry-run sends nothing and says \
            what it would come to.
            """,
            columns: [("", FetchTable.outcomeColumns), (" of --dry-run", FetchTable.estimateColumns)],
            example: "strata fetch seo-powersuite braqua.net grako.net --date 2026-12-01 --dry-run"))

    @Argument(help: ArgumentHelp("seo-powersuite, dataforseo or aisa.", valueName: "source"))
    var source: Provider

    @Argument(help: ArgumentHelp("Domains or pages; @FILE reads them from a file.", valueName: "target"))
    var targets: [String] = []

    @Option(
        name: .customLong("targets"),
        help: ArgumentHelp("A file with a target a line, as @FILE.", valueName: "file"), completion: .file())
    var targetFile: String?

    @OptionGroup var mode: ModeOption

    @OptionGroup var what: FetchContentOptions

    @OptionGroup var budget: FetchBudgetOptions

    @OptionGroup var connection: FetchConnectionOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        var texts = targets
        if let targetFile { texts.append("@\(targetFile)") }
        let targets = try TargetList.placed(texts).map { target in
            try target.read { text throws(TargetError) in
                try Target.refuseUserInfo(text)
                return try FetchTarget(text, mode: mode.mode)
            }
        }
        if targets.isEmpty {
            throw CommandFailure(.usage, "fetch what? Name targets: domains (example.com), pages, or @FILE.")
        }
        let progress = ProgressBar()
        let run = try FetchRun(
            provider: source, targets: targets, what: what, budget: budget, connection: connection, global: global,
            progress: progress)
        if source != .seoPowerSuite && mode.mode != nil {
            throw CommandFailure(
                .usage,
                "--mode: \(source.rawValue) tells domains and pages by their form: write example.com or https://example.com/."
            )
        }
        noteSuffixes(targets)
        try budget.dryRun ? run.estimate() : run.fetch()
    }
}

extension Fetch {
    /// All of "com" is rarely meant, and always dear.
    private func noteSuffixes(_ targets: [FetchTarget]) {
        for target in targets where target.mode == .domain {
            let name = target.text.trimmed().lowercased()
            if PublicSuffixList.bundled.isPublicSuffix(name) {
                Message.note("note: \(name) is a public suffix: this asks for every domain below it.")
            }
        }
    }
}

extension Provider: ExpressibleByArgument {}
extension FetchPlan.Method: ExpressibleByArgument {}
