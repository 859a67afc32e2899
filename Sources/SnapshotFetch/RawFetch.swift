import BacklinkClient

/// All backlinks of a target, page by page, each behind the cursor of the one before.
struct RawFetch {
    let context: FetchContext
    let index: Int

    /// Pages without a row that are borne in a row: a provider that goes on like this would never end.
    private static let emptyPageLimit = 3

    /// - Returns: false when the budget ended it.
    func run(_ state: inout TargetState) throws -> Bool {
        let target = context.plan.targets[index]
        let command = context.plan.command
        var cursors = Set(state.pages.compactMap(\.next))
        var isResumed = state.cursor != nil
        var beginsAnew = false
        var refusedRowCount = 0
        var emptyPageCount = 0
        while !state.isFinished {
            if let reason = context.stopReason { throw FetchStopped(reason: reason, isOthers: true) }
            guard let grant = context.budget.grant(command, rows: context.plan.pageSize) else { return false }
            if let reason = state.endReason {
                context.budget.cancel(grant)
                throw failure(reason)
            }
            let cursor = beginsAnew ? nil : state.cursor
            do {
                try context.bringPage(index, &state, grant, insteadOfAll: beginsAnew) { spool in
                    try context.source.rawBacklinks(
                        target.source, limit: grant.rowCount, cursor: cursor, into: spool)
                }
            } catch let error as ClientError where error.statusCode == 400 && isResumed {
                let rows = state.rowCount
                refusedRowCount = rows
                context.options.say(
                    "\(target.text): \(context.plan.provider.rawValue) no longer takes the cursor of the earlier run; this "
                        + "target starts anew, \(ReadableCount.of(rows, "row")) are bought again")
                isResumed = false
                // Until the first page has come anew, the old ones count.
                beginsAnew = true
                cursors = []
                continue
            }
            isResumed = false
            if beginsAnew { state.rebought = refusedRowCount }
            beginsAnew = false
            emptyPageCount = state.pages.last?.rowCount == 0 ? emptyPageCount + 1 : 0
            guard let next = state.cursor else { break }
            if !cursors.insert(next).inserted {
                throw try end(
                    &state,
                    "\(ReadableCount.of(state.pages.count, "page")) came, and the last one's cursor is one that was "
                        + "used already: going on would buy the same rows again")
            }
            if emptyPageCount >= Self.emptyPageLimit {
                throw try end(&state, "\(emptyPageCount) pages in a row were empty, and each said that more follow")
            }
        }
        return true
    }

    /// Written down, so that the next run doesn't buy another page to find out the same.
    private func end(_ state: inout TargetState, _ problem: String) throws -> TargetFailure {
        var entry = JournalEntry(.end, target: index)
        entry.note = problem
        try context.journal.append(entry)
        state.apply(entry)
        return failure(problem)
    }

    private func failure(_ problem: String) -> TargetFailure {
        let target = context.plan.targets[index]
        return TargetFailure(
            error: FetchError(
                .badData,
                "\(context.plan.provider.rawValue) \(context.plan.command) \(target.text): \(problem). The "
                    + "same command with --max-rows 0 makes the snapshot of what is there; --restart --method export "
                    + "throws that away and tries another way."))
    }
}

/// The whole fetch stops before this target is done.
struct FetchStopped: Error {
    let reason: FetchError
    /// Whether another target met the reason.
    var isOthers = false
}
