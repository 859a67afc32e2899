import LinkEngine
import LinkModel
import SnapshotStore

/// `strata history --compare`: stored figures of providers beside ours, one row for each number.
struct HistoryComparison {
    static let columns: [OutputColumn] = [
        .other("month"), .text("provider", .usually), .text("endpoint", .seldom), .text("metric"), .number("ours"),
        .number("theirs"), .number("difference"), .text("our_period", .usually), .text("their_period", .usually),
        .text("note", .seldom),
    ]

    let store: Store
    let target: Target
    /// As the question had it.
    let mode: TargetMode?
    let provider: String?
    let days: DayRangeOptions

    /// Throws .notFound, with the way to get some, when the store holds no figures to compare.
    func rows(_ engine: Engine) throws -> [FigureComparison] {
        let stored = try store.providerFigures()
        let figures = stored.filter { provider == nil || $0.provider == provider }
        // A snapshot that is removed meanwhile may as well never have been there.
        let rows = try store.answer(lookingAgain: true) { _ in
            try engine.compareFigures(store, target, figures, from: days.from, to: days.to)
        }
        if rows.isEmpty { throw try nothing(stored, figures) }
        return rows
    }

    private func nothing(_ stored: [ProviderFigure], _ figures: [ProviderFigure]) throws -> CommandFailure {
        let today = try store.snapshotIDs().last?.date.description ?? "YYYY-MM-DD"
        let whose = provider.map { "\($0)'s" } ?? "a provider's"
        let metrics =
            "strata fetch seo-powersuite \(target.text)\(mode.map { " --mode \($0.rawValue)" } ?? "") --date \(today) "
            + "--figures metrics"
        // The others take no --mode, and have no history of a page or a single host.
        let step =
            target.mode == .domain
            ? "Fetch some: strata fetch dataforseo \(target.text) --date \(today) (or aisa; for counts of SEO PowerSuite: "
                + "\(metrics))."
            : "Fetch some: \(metrics)."
        var found = ""
        if figures.contains(where: { $0.isOf(target) }) {
            found = " Those of other months, or of other questions, are there: leave out --from and --to."
        } else if provider != nil, stored.contains(where: { $0.isOf(target) }) {
            let providers = Set(stored.filter { $0.isOf(target) }.map(\.provider)).sorted()
            found = " There are those of \(providers.joined(separator: ", "))."
        } else if !figures.isEmpty {
            let targets = Set(
                figures.map { figure in figure.mode.map { "\(figure.target) (\($0))" } ?? figure.target }
            ).sorted()
            found =
                " There are figures of \(targets.prefix(5).joined(separator: ", "))"
                + (targets.count > 5 ? " and \(targets.count - 5) more." : ".")
        }
        return CommandFailure(
            .notFound, "the store holds no figures of \(whose) for \(target.text) to compare.\(found) \(step)")
    }
}

extension FigureComparison {
    /// In the order of the columns.
    var cells: [TableValue] {
        [
            .text(month), .text(provider), .text(endpoint), .text(metric), ours.map { .integer($0) } ?? .null,
            .integer(theirs), difference.map { .integer($0) } ?? .null, .text(orNull: ourPeriod), .text(theirPeriod),
            .text(note),
        ]
    }
}
