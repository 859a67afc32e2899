import ArgumentParser
import LinkEngine
import LinkModel
import SnapshotStore

extension GroupLevel: ExpressibleByArgument {}

struct RefDomains: ParsableCommand, StandardRowLimit {
    static let configuration = CommandConfiguration(
        commandName: "refdomains",
        abstract: "The hosts that link to a target, or counts for every target.",
        discussion: HelpText.discussion(
            """
            As get-refdomains; refdomain is the linking host, www. kept. With --every there is one row for every domain or \
            host that has backlinks, in name order: referring_domains are distinct hosts, referring_main_domains distinct \
            registrable domains.
            """,
            columns: [("", columns), (" with --every", countColumns)],
            example: "strata refdomains braqua.net --order-by domain_inlink_rank --limit 5"))

    @Argument(help: ArgumentHelp("A domain (example.com) or a page (https://example.com/a).", valueName: "target"))
    var target: String?

    @Option(help: ArgumentHelp("Counts for every domain or host instead.", valueName: "level"))
    var every: GroupLevel?

    @OptionGroup var mode: ModeOption

    @Option(
        help: ArgumentHelp(
            "What comes first: the newest first_seen, or the highest rank. (default: date_found)", valueName: "order"))
    var orderBy: BacklinkOrder?

    @OptionGroup var rows: RowLimit<Self>

    @OptionGroup var snapshot: SnapshotArgument

    @OptionGroup var internalLinks: InternalLinks

    @OptionGroup(title: "Global options") var global: GlobalOptions

    static var rowCount: Int { 100 }

    private static let columns: [OutputColumn] = [
        .text("refdomain"), .number("backlinks"), .number("dofollow_backlinks"), .other("first_seen"),
        .number("domain_inlink_rank"),
    ]

    private static let countColumns: [OutputColumn] = [
        .text("target"), .number("backlinks"), .number("referring_pages"), .number("referring_domains"),
        .number("referring_main_domains"), .number("dofollow_backlinks"), .number("nofollow_backlinks"),
    ]

    func validate() throws {
        guard (target == nil) != (every == nil) else {
            throw ValidationError("give one target, or --every domain|host.")
        }
        if every != nil, orderBy != nil || mode.mode != nil {
            throw ValidationError("--every prints all in name order: --order-by and --mode are for one target.")
        }
    }

    func run() throws {
        let progress = ProgressBar()
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        if let every {
            let snapshot = try snapshot.open(in: global.openStore())
            let table = try global.openTable(Self.countColumns, progress: progress)
            let all = try engine.referringCounts(snapshot, every: every)
            let shown = rows.limit.map { Array(all.prefix($0)) } ?? all
            try table.append(contentsOf: shown, threads: global.threadCount, Self.row)
            progress.end()
            try table.finish()
        } else if let target {
            let target = try TargetArgument.one(target, mode: mode.mode)
            let snapshot = try snapshot.open(in: global.openStore())
            let table = try global.openTable(Self.columns, progress: progress)
            let domains = try engine.referringDomains(
                snapshot, target, order: orderBy ?? .dateFound, limit: rows.count)
            for domain in domains { try table.append(Self.row(domain)) }
            progress.end()
            try table.finish()
            UnknownTargets.noteCoverage([target], in: [snapshot])
            if table.rowCount == 0 { UnknownTargets.note([target], in: [snapshot]) }
        }
    }

    private static func row(_ domain: ReferringDomain) -> [TableValue] {
        [
            .text(domain.refdomain), .count(domain.backlinks), .count(domain.dofollowBacklinks),
            .day(orNull: domain.firstSeen), .count(domain.domainInlinkRank),
        ]
    }

    private static func row(_ counts: ReferringCounts) -> [TableValue] {
        [
            .text(counts.target), .count(counts.backlinks), .count(counts.referringPages),
            .count(counts.referringDomains), .count(counts.referringMainDomains),
            .count(counts.dofollowBacklinks), .count(counts.nofollowBacklinks),
        ]
    }
}
