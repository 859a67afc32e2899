import BacklinkClient

/// The best backlinks of a target, in one request: never said to be all of them.
struct TopFetch {
    let context: FetchContext
    let index: Int

    /// - Returns: false when the budget allows nothing, or less than was wanted.
    func run(_ state: inout TargetState) throws -> Bool {
        if state.isFinished { return !state.wasCut }
        if let reason = context.stopReason { throw FetchStopped(reason: reason, isOthers: true) }
        let plan = context.plan
        guard let grant = context.budget.grant(plan.command, rows: plan.topLimit) else { return false }
        try context.bringPage(index, &state, grant, wanted: plan.topLimit) { spool in
            try context.source.topBacklinks(
                plan.targets[index].source, limit: grant.rowCount, orderBy: plan.orderBy, perDomain: plan.perDomain,
                into: spool)
            return nil
        }
        return !state.wasCut
    }
}
