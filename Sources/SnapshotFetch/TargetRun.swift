import BacklinkClient
import SnapshotImport
import Synchronization

/// The fetch of one target, from what an earlier run left to its outcome.
struct TargetRun {
    let context: FetchContext
    let index: Int

    /// - Throws: only what ends the whole fetch, such as a full disk.
    func run(_ state: inout TargetState) throws -> TargetOutcome {
        var outcome = TargetOutcome(target: context.plan.targets[index])
        let earlierRequestCount = state.requestCount
        outcome.savedPageCount = state.pages.count
        outcome.savedRowCount = state.rowCount
        var wasCut = false
        var isOthers = false
        do {
            if let reason = context.stopReason, !state.isFinished { throw FetchStopped(reason: reason, isOthers: true) }
            wasCut =
                switch context.plan.method {
                case .raw: try !RawFetch(context: context, index: index).run(&state)
                case .export: try !ExportFetch(context: context, index: index).run(&state)
                case .top: try !TopFetch(context: context, index: index).run(&state)
                }
        } catch let stopped as FetchStopped {
            outcome.result = .stopped
            outcome.error = stopped.reason
            isOthers = stopped.isOthers
        } catch let failure as TargetFailure {
            outcome.result = .failed
            outcome.error = failure.error
        } catch let error as ClientError {
            outcome.error = FetchError(error)
            outcome.result = .failed
            if Self.endsEverything(error.kind) {
                outcome.result = .stopped
                context.stop(FetchError(error), Self.summary(error.kind))
            } else if error.isRetryable, context.options.maxRows != 0, state.taskID != nil || state.cursor != nil {
                // What was paid for ends with the folder, so there is no snapshot before this went on or was given up.
                outcome.result = .stopped
                outcome.error = Self.held(FetchError(error))
            }
        }
        outcome.rowCount = state.rowCount
        outcome.isCounted = state.knownRowCount != nil
        outcome.requestCount = state.requestCount - earlierRequestCount
        outcome.cost = state.hasCost ? state.cost : nil
        if outcome.error != nil {
            outcome.note =
                isOthers ? "the fetch stopped: \(context.stopSummary)." : outcome.error?.description ?? ""
            if outcome.savedPageCount < state.pages.count, outcome.result == .stopped {
                outcome.note += " What came so far is kept."
            }
        } else if wasCut {
            outcome.result = state.pages.isEmpty ? .notFetched : .cut
            outcome.note = cutNote(state)
        } else {
            outcome.result = state.rowCount == 0 ? .empty : .complete
        }
        let isWhole = [.complete, .empty].contains(outcome.result) && context.plan.method != .top
        outcome.covers = isWhole ? .complete : state.pages.isEmpty || outcome.result == .stopped ? .none : .partial
        if let rows = state.rebought {
            outcome.savedPageCount = 0
            outcome.savedRowCount = 0
            outcome.addNote(
                "the cursor was refused: \(ReadableCount.of(rows, "row")) of an earlier run were bought again")
        }
        context.targetIsDone()
        return outcome
    }

    private func cutNote(_ state: TargetState) -> String {
        guard context.plan.method == .export, let count = state.knownRowCount else { return "the budget is used up" }
        return
            "an export has about \(ReadableCount.of(count, "row")), more than the budget; --method raw can take a part"
    }

    private static func summary(_ kind: ClientError.Kind) -> String {
        switch kind {
        case .unauthorised, .forbidden: "the key was refused"
        case .paymentRequired: "the account is empty"
        case .rateLimited: "the limit of requests is reached"
        default: "its time is over"
        }
    }

    private static func held(_ error: FetchError) -> FetchError {
        FetchError(
            error.kind == .badData ? .unavailable : error.kind,
            error.description
                + " What this target has is kept: run the same command again to go on, or with --max-rows 0 "
                + "for a snapshot of what is there.")
    }

    /// What would meet every other target too, or the fetch's own limits.
    static func endsEverything(_ kind: ClientError.Kind) -> Bool {
        switch kind {
        case .unauthorised, .paymentRequired, .forbidden, .rateLimited, .deadline: true
        default: false
        }
    }
}
