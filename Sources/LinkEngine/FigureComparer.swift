import LinkModel
import SnapshotStore

/// Finds our numbers for a provider's figures of one target; snapshots and answers are looked up once.
struct FigureComparer {
    private let engine: Engine
    private let store: Store
    private let target: Target
    /// Ascending; what says something of the target.
    private let telling: [SnapshotID]
    /// Ours by the first day of the month.
    private var points: [Day: HistoryPoint] = [:]
    private var metrics: [SnapshotID: TargetMetrics] = [:]
    private var changes: [[SnapshotID]: FigureChanges] = [:]

    init(_ engine: Engine, _ store: Store, _ target: Target, _ figures: [ProviderFigure]) throws {
        self.engine = engine
        self.store = store
        self.target = target
        telling = try engine.tellingSnapshots(store.snapshotIDs(), store, target)
        let months = figures.filter { $0.endpoint == FigureEndpoint.history.rawValue }
            .compactMap { Day($0.date)?.firstOfMonth }
        guard let first = months.min(), let last = months.max(), target.mode != .url else { return }
        // One month more, for the changes of the first one.
        for point in try engine.history(store, target, from: first.addingMonths(-1), to: last) {
            points[point.date] = point
        }
    }

    /// A row for each number of the figure that we have too.
    mutating func rows(of figure: ProviderFigure) throws -> [FigureComparison] {
        guard let day = Day(figure.date), let endpoint = FigureEndpoint(rawValue: figure.endpoint) else { return [] }
        switch endpoint {
        case .history: return try historyRows(figure, day)
        case .metrics: return try metricsRows(figure, day)
        case .newLostBacklinks, .newLostReferringDomains: return try changeRows(figure, day, endpoint)
        }
    }

    // MARK: - the three kinds of figures

    private func historyRows(_ figure: ProviderFigure, _ day: Day) throws -> [FigureComparison] {
        let month = day.firstOfMonth
        let point = points[month]
        let previous = points[month.addingMonths(-1)]
        return try FigureMetric<HistoryPoint>.all.compactMap { metric in
            let isChange = metric.kind == .change
            var row = Row(figure, metric.name)
            let previousMonth = month.addingMonths(-1).description.prefix(7)
            if isChange { row.theirPeriod = "\(previousMonth)..\(figure.date.prefix(7))" }
            guard let point else { return row.without("none of our snapshots is as old as \(month)") }
            guard isChange else {
                row.ourPeriod = "\(point.snapshot)"
                if point.snapshot.date != day {
                    row.notes.append("theirs is of \(day), ours of \(point.snapshot.date)")
                }
                try addNotes(metric, [point.snapshot], to: &row)
                return row.with(metric.ours(point), isComparable: metric.kind != .rank)
            }
            guard let previous else { return row.without("none of our snapshots is as old as \(previousMonth)-01") }
            row.ourPeriod = "\(previous.snapshot)..\(point.snapshot)"
            guard previous.snapshot != point.snapshot else {
                return row.without("we have no snapshot between \(previousMonth)-01 and \(month)")
            }
            row.notes.append(
                "theirs is against the month before, ours of \(point.snapshot.date) against \(previous.snapshot.date)")
            try addNotes(metric, [previous.snapshot, point.snapshot], to: &row)
            return row.with(metric.ours(point))
        }
    }

    private mutating func metricsRows(_ figure: ProviderFigure, _ day: Day) throws -> [FigureComparison] {
        let id = telling.last { $0.date <= day }
        var ours: TargetMetrics?
        if let id {
            if metrics[id] == nil { metrics[id] = try engine.metrics(store.snapshot(id), [target]).first }
            ours = metrics[id]
        }
        return try FigureMetric<TargetMetrics>.all.compactMap { metric in
            var row = Row(figure, metric.name)
            if metric.kind == .unknown { return row.without("a link table has no addresses") }
            guard let id, let ours else { return row.without("none of our snapshots is as old as \(day)") }
            row.ourPeriod = "\(id)"
            if id.date != day { row.notes.append("theirs is of \(day), ours of \(id.date)") }
            try addNotes(metric, [id], to: &row)
            return row.with(metric.ours(ours))
        }
    }

    private mutating func changeRows(
        _ figure: ProviderFigure, _ day: Day, _ endpoint: FigureEndpoint
    ) throws -> [FigureComparison] {
        let first = figure.dateFrom.flatMap { Day($0) }
        let baseline = first.flatMap { first in telling.last { $0.date <= first } }
        let current = telling.last { $0.date <= day }
        var ours: FigureChanges?
        if let baseline, let current, baseline != current {
            if changes[[baseline, current]] == nil {
                changes[[baseline, current]] = FigureChanges(
                    totals: try engine.diffTotals(store.snapshot(baseline), store.snapshot(current), [target]))
            }
            ours = changes[[baseline, current]]
        }
        return try FigureMetric<FigureChanges>.all(of: endpoint).compactMap { metric in
            var row = Row(figure, metric.name)
            guard let first else { return row.without("the figure has no first day") }
            row.theirPeriod = "\(first)..\(day)"
            guard let baseline, let current else { return row.without("none of our snapshots is as old as \(first)") }
            row.ourPeriod = "\(baseline)..\(current)"
            guard let ours else { return row.without("we have no snapshot after \(first) and not after \(day)") }
            if baseline.date != first || current.date != day {
                row.notes.append(
                    "theirs is of \(first) to \(day), ours of \(baseline.date) to \(current.date)")
            }
            row.notes.append("what came and went in between is in neither of ours")
            let unknown = ours.total(metric.name.hasSuffix("_backlinks") ? .backlinks : .referringDomains).unknown
            if unknown > 0 { row.notes.append("\(unknown) more are unknown: not covered by both snapshots") }
            try addNotes(metric, [baseline, current], to: &row)
            return row.with(metric.ours(ours))
        }
    }

    // MARK: - what is said beside the numbers

    private func addNotes<Source>(_ metric: FigureMetric<Source>, _ ids: [SnapshotID], to row: inout Row) throws {
        if metric.kind == .rank {
            row.notes.append("by our own formula: not comparable")
        } else {
            row.notes.append(
                engine.options.includeInternal
                    ? "ours counts links inside a registrable domain"
                    : "ours leaves out links inside a registrable domain")
        }
        if let rule = metric.rule { row.notes.append(rule) }
        for id in ids where try !store.snapshot(id).coverage.covers(target.ranges) {
            row.notes.append("\(id) does not cover all of the target")
        }
    }

    /// A row in the making; nil where the provider has no such number.
    private struct Row {
        let figure: ProviderFigure
        let metric: String
        var ourPeriod: String?
        var theirPeriod: String
        var notes: [String] = []

        init(_ figure: ProviderFigure, _ metric: String) {
            self.figure = figure
            self.metric = metric
            theirPeriod = figure.date
        }

        func with(_ ours: Int64?, isComparable: Bool = true) -> FigureComparison? {
            guard let theirs = figure.values[metric] else { return nil }
            return FigureComparison(
                month: String(figure.date.prefix(7)), provider: figure.provider, endpoint: figure.endpoint,
                metric: metric, ours: ours, theirs: theirs,
                difference: ours.flatMap { isComparable ? $0.subtractingReportingOverflow(theirs).partialValue : nil },
                ourPeriod: ourPeriod, theirPeriod: theirPeriod, note: notes.joined(separator: "; "))
        }

        func without(_ reason: String) -> FigureComparison? {
            var row = self
            row.notes = [reason]
            return row.with(nil)
        }
    }
}
