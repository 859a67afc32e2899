import LinkModel

/// What a fetch of figures did.
package struct FigureReport: Sendable {
    package let plan: FigurePlan
    package var notes: [String] = []
    let batches: [FigurePlan.Batch]
    let results: [FigureBatchResult]
    let folder: FetchFolder
    var keepsFolder = false

    init(plan: FigurePlan, batches: [FigurePlan.Batch], results: [FigureBatchResult], folder: FetchFolder) {
        self.plan = plan
        self.batches = batches
        self.results = results
        self.folder = folder
    }

    /// One target's answer of one kind.
    package struct Outcome: Sendable {
        package let target: FetchTarget
        package let kind: FigurePlan.Kind
        package let result: TargetOutcome.Result
        package var figureCount = 0
        package var cost: Money?
        package var note = ""
    }

    var figures: [FetchedFigure] { results.flatMap { $0.entry?.figures ?? [] } }

    /// By target, then kind.
    package var outcomes: [Outcome] {
        var answered: [String: Int] = [:]
        for figure in figures { answered["\(figure.endpoint) \(figure.mode ?? "") \(figure.target)", default: 0] += 1 }
        var byTarget: [[Outcome]] = plan.targets.map { _ in [] }
        for (batch, result) in zip(batches, results) {
            for index in batch.targetIndexes {
                let target = plan.targets[index]
                if let stored = result.stored[index] {
                    var outcome = Outcome(target: target, kind: batch.kind, result: .complete)
                    outcome.figureCount = stored.count
                    outcome.note = "already there, fetched \(stored.fetchedAt); --restart buys anew"
                    byTarget[index].append(outcome)
                    continue
                }
                let mode = batch.kind == .metrics ? target.mode.rawValue : ""
                let count = answered["\(batch.kind.endpoint) \(mode) \(target.text)"] ?? 0
                var outcome = Outcome(
                    target: target, kind: batch.kind, result: Self.result(result, figureCount: count))
                outcome.figureCount = count
                // A request's cost is shared evenly by its targets.
                outcome.cost = result.entry?.cost.map {
                    Money(billionths: $0 / Int64(max(1, batch.targetIndexes.count - result.stored.count)))
                }
                outcome.note = result.error?.description ?? ""
                if result.isSaved { outcome.note = "answered in an earlier run" }
                if outcome.result == .notFetched { outcome.note = "the budget is used up" }
                byTarget[index].append(outcome)
            }
        }
        for (index, target) in plan.targets.enumerated() {
            for kind in plan.kinds where !FigurePlan.can(kind, target) {
                var outcome = Outcome(target: target, kind: kind, result: .notFetched)
                outcome.note = "histories are of domains"
                byTarget[index].append(outcome)
            }
        }
        return byTarget.flatMap(\.self)
    }

    private static func result(_ result: FigureBatchResult, figureCount: Int) -> TargetOutcome.Result {
        if result.entry != nil { return figureCount > 0 ? .complete : .empty }
        if result.stopsAll { return .stopped }
        return result.error == nil ? .notFetched : .failed
    }

    /// Requests that were sent by this run.
    package var requestCount: Int { results.count { ($0.entry != nil && !$0.isSaved) || $0.error != nil } }

    package var cost: Money { results.reduce(.zero) { $0 + Money(billionths: $1.entry?.cost ?? 0) } }

    /// The first failure; nil when all came, or were cut by the budget.
    package var error: FetchError? { results.lazy.compactMap(\.error).first }

    /// Some answers were paid for and others are missing.
    var isIncomplete: Bool {
        results.contains { $0.entry != nil } && results.contains { $0.entry == nil && !$0.isStored }
    }

    /// Call when all that belongs to the fetch is done: what is kept for going on isn't needed any more.
    /// - Parameter isRepeatable: the same command can be run again; then what is incomplete stays.
    package func tidy(isRepeatable: Bool = true) throws {
        if !keepsFolder && !(isRepeatable && isIncomplete) { try folder.remove() }
        folder.release()
    }
}
