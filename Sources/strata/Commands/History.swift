import ArgumentParser
import BacklinkClient
import LinkEngine
import LinkModel
import SnapshotStore

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "A target month by month: rank, backlinks, referring domains, new and lost.",
        discussion: HelpText.discussion(
            """
            As backlinks/history: each month is answered by the newest snapshot not after its first day; new and lost compare \
            with the month before. Fields that a link table can't know (addresses, countries, crawled pages …) are null, and \
            are left out of tables. The referring_links_ fields are JSON objects, also in CSV.

            --compare prints a row for each number that a provider's stored figures (strata fetch) and the snapshots both \
            have: histories by month, get-metrics by day, counts of new and lost by period. A note says which days and rules \
            differ.
            """,
            columns: [("", fields.map(\.column)), (" of --compare", HistoryComparison.columns)],
            example: "strata history braqua.net --from 2026-08-01"))

    @OptionGroup var target: TargetArgument

    @OptionGroup var days: DayRangeOptions

    @Flag(help: "Set a provider's figures beside ours.")
    var compare = false

    @Option(
        help: ArgumentHelp(
            "Whose figures: seo-powersuite, dataforseo or aisa; with --compare. (default: all)", valueName: "name"))
    var provider: String?

    @Flag(help: "Only numbers that both have; with --compare.")
    var comparable = false

    @OptionGroup var internalLinks: InternalLinks

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if provider != nil && !compare {
            throw ValidationError("--provider goes with --compare: give both or neither.")
        }
        if comparable && !compare {
            throw ValidationError("--comparable goes with --compare: give both or neither.")
        }
        if let provider, Provider(rawValue: provider) == nil {
            let names = Provider.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--provider \(provider): the providers are \(names).")
        }
    }

    func run() throws {
        let progress = ProgressBar()
        let target = try target.target()
        let store = try global.openStore()
        if compare { return try printComparison(store, target, progress) }
        _ = try store.newestSnapshot()  // an empty store says so, as for every other question
        let table = try global.openTable(Self.fields.map(\.column), progress: progress)
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        for point in try engine.history(store, target, from: days.from, to: days.to) {
            try table.append(Self.fields.map { $0.value(point) })
        }
        progress.end()
        try table.finish()
        UnknownTargets.note([target], in: [try store.newestSnapshot()])
    }
}

extension History {
    private func printComparison(_ store: Store, _ target: Target, _ progress: ProgressBar) throws {
        let table = try global.openTable(HistoryComparison.columns, progress: progress)
        let engine = global.engine(includeInternal: internalLinks.includeInternal, progress: progress)
        let comparison = HistoryComparison(
            store: store, target: target, mode: self.target.mode.mode, provider: provider, days: days)
        for row in try comparison.rows(engine) where !comparable || row.ours != nil { try table.append(row.cells) }
        progress.end()
        try table.finish()
    }

    fileprivate struct Field: Sendable {
        let column: OutputColumn
        let value: @Sendable (HistoryPoint) -> TableValue

        static func count(
            _ name: String, _ need: OutputColumn.Need = .always, _ value: @escaping @Sendable (HistoryPoint) -> Int64
        ) -> Field {
            Field(column: .number(name, need)) { .integer(value($0)) }
        }

        static func unknown(_ name: String) -> Field {
            Field(column: .text(name, .never)) { _ in .null }
        }

        static func dictionary(
            _ name: String, _ value: @escaping @Sendable (HistoryPoint) -> [String: Int64]
        ) -> Field {
            Field(column: .text(name, .never)) { point in
                .object(value(point).sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
            }
        }
    }

    /// The API's fields in the API's order.
    fileprivate static let fields: [Field] = [
        Field(column: .other("date")) { .midnight($0.date) },
        .count("rank") { Int64($0.rank) },
        .count("backlinks") { $0.backlinks },
        .count("new_backlinks") { $0.newBacklinks },
        .count("lost_backlinks") { $0.lostBacklinks },
        .count("new_referring_domains", .usually) { $0.newReferringDomains },
        .count("lost_referring_domains", .usually) { $0.lostReferringDomains },
        .unknown("crawled_pages"),
        .unknown("info"),
        .unknown("internal_links_count"),
        .unknown("external_links_count"),
        .unknown("broken_backlinks"),
        .unknown("broken_pages"),
        .count("referring_domains") { $0.referringDomains },
        .count("referring_domains_nofollow", .seldom) { $0.referringDomainsNofollow },
        .count("referring_main_domains") { $0.referringMainDomains },
        .count("referring_main_domains_nofollow", .seldom) { $0.referringMainDomainsNofollow },
        .unknown("referring_ips"),
        .unknown("referring_subnets"),
        .count("referring_pages", .usually) { $0.referringPages },
        .dictionary("referring_links_tld") { $0.linksByTLD },
        .dictionary("referring_links_types") { $0.linksByType },
        .dictionary("referring_links_attributes") { $0.linksByAttribute },
        .unknown("referring_links_platform_types"),
        .unknown("referring_links_semantic_locations"),
        .unknown("referring_links_countries"),
        .count("referring_pages_nofollow", .seldom) { $0.referringPagesNofollow },
    ]
}
