package import LinkModel
package import SnapshotStore

/// One number of a provider beside ours.
package struct FigureComparison: Hashable, Sendable {
    /// yyyy-mm, the month of the provider's date.
    package var month: String
    package var provider: String
    package var endpoint: String
    /// The provider's name of the number.
    package var metric: String
    /// nil where we can't say: the note says why.
    package var ours: Int64?
    package var theirs: Int64
    /// ours − theirs; nil without ours, and where the two can't be compared.
    package var difference: Int64?
    /// The snapshot that ours is of, or the two that were compared: "2026-09-28", "2026-08-30..2026-09-28".
    package var ourPeriod: String?
    /// The day or days that the provider speaks of.
    package var theirPeriod: String
    /// What differs in periods and rules, separated by "; ".
    package var note: String
}

extension Engine {
    /// Sets stored figures of a target beside what the store's snapshots say, ascending by month, provider, endpoint and date.
    /// Figures of other targets, of endpoints that have no counterpart here, and out of the months of from … to are left out.
    ///
    /// - history: our point of the same month, whatever day the provider's has; new and lost against the point before.
    /// - get-metrics: the newest snapshot not after the figure's day.
    /// - bulk_new_lost_…: the newest snapshots not after the period's first and last day, compared.
    ///
    /// Only snapshots that say something of the target are looked at, as in `history`.
    package func compareFigures(
        _ store: Store, _ target: Target, _ figures: [ProviderFigure], from: Day? = nil, to: Day? = nil
    ) throws -> [FigureComparison] {
        let chosen = figures.filter { figure in
            guard figure.isOf(target), let day = Day(figure.date) else { return false }
            return (from.map { day.firstOfMonth >= $0.firstOfMonth } ?? true)
                && (to.map { day.firstOfMonth <= $0 } ?? true)
        }
        var comparer = try FigureComparer(self, store, target, chosen)
        return
            try chosen
            .sorted { left, right in
                (left.date.prefix(7), left.provider, left.endpoint, left.date, left.dateFrom ?? "")
                    < (right.date.prefix(7), right.provider, right.endpoint, right.date, right.dateFrom ?? "")
            }
            .flatMap { try comparer.rows(of: $0) }
    }
}

extension ProviderFigure {
    /// Whether it speaks of the same pages. Targets of get-metrics are hosts unless their mode says otherwise; all others are
    /// told apart by their form: a name with its subdomains, or a page.
    package func isOf(_ target: Target) -> Bool {
        let mode =
            mode.flatMap { TargetMode(rawValue: $0) } ?? (endpoint == FigureEndpoint.metrics.rawValue ? .host : nil)
        guard let theirs = try? Target(self.target, mode: mode) else { return false }
        return theirs.ranges == target.ranges
    }
}

/// The questions whose answers have a counterpart here, by the providers' names.
enum FigureEndpoint: String {
    case history
    case metrics = "get-metrics"
    case newLostBacklinks = "bulk_new_lost_backlinks"
    case newLostReferringDomains = "bulk_new_lost_referring_domains"
}
