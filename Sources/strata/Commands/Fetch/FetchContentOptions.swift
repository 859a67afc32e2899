import ArgumentParser
import BacklinkClient
import LinkModel
import SnapshotFetch
import SnapshotImport
import SnapshotStore

/// What a fetch is to bring.
struct FetchContentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The day that the data describes, YYYY-MM-DD: the day of the fetch.", valueName: "day"))
    var date: Day

    @Option(help: ArgumentHelp("Tells snapshots of one day apart; the id becomes date-label.", valueName: "label"))
    var label = ""

    @Option(
        help:
            "raw: all backlinks in pages; export: all as one file that the provider makes; top: the best ones. (default: raw)"
    )
    var method: FetchPlan.Method?

    @Option(
        help: ArgumentHelp(
            """
            Figures to keep, with commas between: history, new-lost-backlinks, new-lost-refdomains (dataforseo, aisa; \
            default all), metrics, inlink-rank (seo-powersuite; default none).
            """, valueName: "list"))
    var figures: String?

    @Option(help: ArgumentHelp("Where histories and counts of changes begin, YYYY-MM-DD.", valueName: "day"))
    var from: Day?

    @Option(help: ArgumentHelp("Rows of one page of raw, up to 100,000. (default: 10,000)", valueName: "n"))
    var pageSize: Int?

    @Option(help: ArgumentHelp("Rows of top, up to 10,000. (default: 10,000)", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "What top prefers: date_found, domain_inlink_rank or inlink_rank. (default: date_found)",
            valueName: "order"))
    var orderBy: String?

    @Option(help: ArgumentHelp("Rows of top from one referring host, up to 100. (default: all)", valueName: "n"))
    var perDomain: Int?

    @Option(
        help: ArgumentHelp(
            "How many bad rows to bear, a number or a percentage, before the snapshot isn't made.", valueName: "n|p%"))
    var maxBad = BadRowLimit.percent(1)

    func validate() throws {
        if SnapshotID(date: date, label: label) == nil {
            throw ValidationError(
                "--label \"\(label)\": a label has 1 to 64 letters, digits, \".\", \"_\" or \"-\", and starts with a letter or digit."
            )
        }
        if let orderBy, !["date_found", "domain_inlink_rank", "inlink_rank"].contains(orderBy) {
            throw ValidationError(
                "--order-by \(orderBy): the orders are date_found, domain_inlink_rank and inlink_rank.")
        }
        let isTop = method == .top
        for (name, isGiven) in [
            ("--limit", limit != nil), ("--order-by", orderBy != nil), ("--per-domain", perDomain != nil),
        ] where isGiven && !isTop {
            throw ValidationError("\(name) belongs to --method top.")
        }
        if pageSize != nil && method != nil && method != .raw {
            throw ValidationError("--page-size belongs to --method raw.")
        }
    }
}

extension FetchContentOptions {
    /// - Throws: CommandFailure for options that the provider has no use for.
    func plan(_ provider: Provider, _ targets: [FetchTarget], baseURL: String?) throws -> FetchPlan? {
        guard let id = SnapshotID(date: date, label: label) else {
            throw CommandFailure(.usage, "the label is not valid")
        }
        guard provider == .seoPowerSuite else {
            for (name, isGiven) in [
                ("--method", method != nil), ("--label", !label.isEmpty), ("--page-size", pageSize != nil),
            ] where isGiven {
                throw CommandFailure(.usage, "\(name): \(provider.rawValue) has figures, no links.")
            }
            return nil
        }
        var plan = try FetchPlan(provider: provider, snapshotID: id, targets: targets)
        plan.method = method ?? .raw
        plan.baseURL = baseURL
        plan.pageSize = pageSize ?? plan.pageSize
        plan.topLimit = limit ?? plan.topLimit
        plan.orderBy = orderBy ?? plan.orderBy
        plan.perDomain = perDomain
        try plan.check()
        return plan
    }

    /// nil when no figures are asked for.
    func figurePlan(_ provider: Provider, _ targets: [FetchTarget], baseURL: String?) throws -> FigurePlan? {
        var kinds = provider == .seoPowerSuite ? [] : FigurePlan.kinds(of: provider)
        if let figures {
            kinds = try figures.split(separator: ",", omittingEmptySubsequences: false).map { word in
                guard let kind = FigurePlan.Kind(rawValue: word.trimmed()) else {
                    throw CommandFailure(
                        .usage,
                        "--figures: there is no \"\(word)\"; there are "
                            + FigurePlan.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ".")
                }
                return kind
            }
        }
        if kinds.isEmpty { return nil }
        try checkFrom(kinds)
        var plan = try FigurePlan(provider: provider, date: date, targets: targets, kinds: kinds)
        plan.baseURL = baseURL
        plan.dateFrom = from
        return plan
    }

    /// Before anything is sent: the services refuse such days, and charge for it where they like.
    private func checkFrom(_ kinds: [FigurePlan.Kind]) throws {
        guard let from else { return }
        if from > date {
            throw CommandFailure(.usage, "--from \(from) is after --date \(date): give an earlier day.")
        }
        let counts = kinds.filter { $0 == .newLostBacklinks || $0 == .newLostRefdomains }
        let earliest = date.addingMonths(-12)
        guard !counts.isEmpty, from < earliest else { return }
        throw CommandFailure(
            .usage,
            """
            --from \(from): \(counts.map(\.rawValue).joined(separator: " and ")) go back one year at most, to \(earliest) \
            for --date \(date). Give a later day, or ask for histories alone: --figures history.
            """)
    }
}
