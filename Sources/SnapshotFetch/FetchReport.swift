package import SnapshotImport

/// What a fetch did.
package struct FetchReport: Sendable {
    package let plan: FetchPlan
    /// One for each of the plan's targets, in their order; none when an earlier run had done everything.
    package var outcomes: [TargetOutcome] = []
    /// The snapshot; nil when none was made.
    package var imported: ImportReport?
    package var notes: [String] = []

    init(plan: FetchPlan) { self.plan = plan }

    /// What the fetch as a whole is to be judged by: the first target that stopped or failed; nil when all came, or were
    /// cut by the budget.
    package var error: FetchError? {
        if let failed = outcomes.first(where: { $0.error != nil }) { return failed.error }
        if imported == nil, outcomes.contains(where: { $0.result == .notFetched }) {
            return FetchError(
                .usage,
                outcomes.contains(where: \.isCounted)
                    ? "the budget allows nothing of what was counted: raise --max-cost or --max-rows; the counts are kept "
                        + "and not bought again"
                    : "the budget doesn't allow a single request: raise --max-cost or --max-rows")
        }
        return nil
    }
}
