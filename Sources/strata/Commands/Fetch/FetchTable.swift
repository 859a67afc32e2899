import LinkModel
import SnapshotFetch

/// The tables of `strata fetch`.
enum FetchTable {
    static let outcomeColumns: [OutputColumn] = [
        .text("target"), .text("mode"), .text("method"), .text("outcome"), .number("rows"),
        .number("requests", .usually),
        .number("cost", .usually), .text("coverage"), .text("note"),
    ]

    static let estimateColumns: [OutputColumn] = [
        .text("target"), .text("mode"), .text("method"), .number("requests"), .number("rows"), .number("cost"),
        .text("basis"),
    ]

    static func append(_ outcome: TargetOutcome, method: FetchPlan.Method, to table: TableOutput) throws {
        try table.append([
            .text(outcome.target.text), .text(outcome.target.mode.rawValue), .text(method.rawValue),
            .text(outcome.result.rawValue), .count(outcome.rowCount), .count(outcome.requestCount),
            cost(outcome.cost), .text(outcome.covers.rawValue), .text(note(outcome)),
        ])
    }

    /// Figures cover nothing, and a request is shared by many targets.
    static func append(_ outcome: FigureReport.Outcome, to table: TableOutput) throws {
        try table.append([
            .text(outcome.target.text), .text(outcome.target.mode.rawValue), .text(outcome.kind.rawValue),
            .text(outcome.result.rawValue), .count(outcome.figureCount), .null, cost(outcome.cost), .null,
            .text(outcome.note),
        ])
    }

    static func append(_ line: FetchEstimate.Line, to table: TableOutput) throws {
        try table.append([
            .text(line.target), .text(line.mode), .text(line.method), line.requestCount.map { .count($0) } ?? .null,
            line.rowCount.map { .count($0) } ?? .null, cost(line.cost), .text(line.basis),
        ])
    }

    private static func cost(_ money: Money?) -> TableValue { money.map { .real($0.amount) } ?? .null }

    private static func note(_ outcome: TargetOutcome) -> String {
        guard outcome.savedRowCount > 0 else { return outcome.note }
        let saved = "\(Readable.count(outcome.savedRowCount, "row")) from an earlier run"
        return outcome.note.isEmpty ? saved : "\(outcome.note); \(saved)"
    }
}
