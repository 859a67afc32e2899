import ArgumentParser
import LinkEngine
import LinkModel

struct Metrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Counts of backlinks and referring domains for targets.",
        discussion: HelpText.discussion(
            """
            As get-metrics: refdomains are distinct hosts; backlinks = dofollow_backlinks + nofollow_backlinks; subnets and \
            ips are -1, unknown, because a link table has no addresses.
            """,
            columns: [("", columns)],
            example: "strata metrics braqua.net grako.net https://www.braqua.net/"))

    @Argument(help: ArgumentHelp("Domains or pages; @FILE reads them from a file.", valueName: "target"))
    var targets: [String]

    @OptionGroup var mode: ModeOption

    @OptionGroup var snapshot: SnapshotArgument

    @OptionGroup var internalLinks: InternalLinks

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private static let columns: [OutputColumn] = [
        .text("target"), .number("backlinks"), .number("refdomains"), .number("subnets", .seldom),
        .number("ips", .seldom), .number("nofollow_backlinks"), .number("dofollow_backlinks"),
        .number("edu_backlinks", .usually), .number("gov_backlinks", .usually),
    ]

    func run() throws {
        let progress = ProgressBar()
        let targets = try TargetList.targets(targets, mode: mode.mode)
        let snapshot = try snapshot.open(in: global.openStore())
        let table = try global.openTable(Self.columns, progress: progress)
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        for metrics in try engine.metrics(snapshot, targets) {
            try table.append([
                .text(metrics.target), .count(metrics.backlinks), .count(metrics.refdomains),
                .count(metrics.subnets), .count(metrics.ips), .count(metrics.nofollowBacklinks),
                .count(metrics.dofollowBacklinks), .count(metrics.eduBacklinks), .count(metrics.govBacklinks),
            ])
        }
        progress.end()
        try table.finish()
        UnknownTargets.noteCoverage(targets, in: [snapshot])
        UnknownTargets.note(targets, in: [snapshot])
    }
}
