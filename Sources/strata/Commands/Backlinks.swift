import ArgumentParser
import LinkEngine
import LinkModel

extension BacklinkOrder: ExpressibleByArgument {}

struct Backlinks: ParsableCommand, StandardRowLimit {
    static let configuration = CommandConfiguration(
        commandName: "backlinks",
        abstract: "The links to a target, newest or strongest first.",
        discussion: HelpText.discussion(
            """
            As get-backlinks. inlink_rank is that of the linking page, domain_inlink_rank that of its registrable domain. \
            Anchors and titles are what strangers wrote: --csv-safe for a file that goes into a spreadsheet.
            """,
            columns: [("", columns)],
            example: "strata backlinks braqua.net --order-by inlink_rank --limit 5 --per-domain 1 --csv-safe"))

    @OptionGroup var target: TargetArgument

    @Option(help: ArgumentHelp("What comes first: the newest first_seen, or the highest rank.", valueName: "order"))
    var orderBy: BacklinkOrder = .dateFound

    @Option(help: ArgumentHelp("At most so many links from one host.", valueName: "n"))
    var perDomain: Int?

    @OptionGroup var rows: RowLimit<Self>

    @OptionGroup var snapshot: SnapshotArgument

    @OptionGroup var internalLinks: InternalLinks

    @OptionGroup(title: "Global options") var global: GlobalOptions

    static var rowCount: Int { 100 }

    private static let columns: [OutputColumn] = [
        .text("url_from"), .text("url_to"), .text("title", .seldom), .text("anchor"), .text("alt", .never),
        .other("nofollow", .usually), .other("image", .seldom), .text("image_source", .seldom),
        .number("inlink_rank", .usually), .number("domain_inlink_rank", .usually), .other("first_seen"),
        .other("last_visited", .seldom),
    ]

    func validate() throws {
        if let perDomain, perDomain < 1 {
            throw ValidationError("--per-domain \(perDomain): give a number from 1, or leave it out.")
        }
    }

    func run() throws {
        let progress = ProgressBar()
        let target = try target.target()
        let snapshot = try snapshot.open(in: global.openStore())
        let table = try global.openTable(Self.columns, progress: progress)
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        try engine.backlinks(
            snapshot, target, order: orderBy, limit: rows.count, perDomain: perDomain
        ) { try table.append(Self.row($0)) }
        progress.end()
        try table.finish()
        UnknownTargets.noteCoverage([target], in: [snapshot])
        if table.rowCount == 0 { UnknownTargets.note([target], in: [snapshot]) }
    }

    private static func row(_ backlink: Backlink) -> [TableValue] {
        let link = backlink.link
        return [
            .text(link.urlFrom), .text(link.urlTo), .text(orNull: link.title), .text(orNull: link.anchor), .null,
            .flag(link.flags.contains(.nofollow)), .flag(link.flags.contains(.image)),
            .text(orNull: link.imageSource), .count(backlink.inlinkRank), .count(backlink.domainInlinkRank),
            .day(orNull: link.firstSeen), .day(orNull: link.lastVisited),
        ]
    }
}
