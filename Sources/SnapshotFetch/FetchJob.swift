package import BacklinkClient
import LinkModel
import SnapshotImport
package import SnapshotStore
import Synchronization

/// Fetches backlinks into a new snapshot. What was paid for outlives this process: the same job goes on where a killed one
/// stopped.
package struct FetchJob: Sendable {
    package let plan: FetchPlan
    package let source: any BacklinkSource
    package let options: FetchOptions

    package init(_ plan: FetchPlan, source: any BacklinkSource, options: FetchOptions) {
        self.plan = plan
        self.source = source
        self.options = options
    }

    /// - Throws: FetchError, StoreError, ImportError for what ends the fetch as a whole. What became of single targets is
    ///   in the report.
    package func run(into store: Store) throws -> FetchReport {
        try plan.check()
        if let report = try finishedEarlier(store) { return report }
        if !options.restart, let sibling = try FetchFolder.sibling(of: plan, in: store) {
            throw FetchError(
                .cannotCreate,
                "the same was begun under another label and is unfinished: \(sibling). Run that command again to go on with "
                    + "it, or fetch it anew beside that one with --restart.")
        }
        let folder = try FetchFolder(
            store: store, id: plan.snapshotID.description, identity: plan.identity, restart: options.restart)
        for line in folder.discarded { options.say(line) }
        let journal = try FetchJournal(path: folder.journalPath)
        if let damage = journal.damage { options.say("the fetch's journal: \(damage)") }
        let budget = FetchBudget(prices: options.prices, maxRows: options.maxRows, maxCost: options.maxCost)
        let context = FetchContext(
            plan: plan, source: source, options: options, budget: budget, journal: journal, folder: folder)
        let states = Mutex(try resumedStates(context))
        var report = FetchReport(plan: plan)
        report.outcomes = try fetchAll(context, states)
        let final = states.withLock { $0 }
        let isPaid = final.contains {
            !$0.pages.isEmpty || $0.taskID != nil || $0.knownRowCount != nil || $0.isOrderUnsure
        }
        if report.outcomes.contains(where: { $0.result == .stopped }) {
            if isPaid { report.notes.append("no snapshot yet: run the same command again to go on where this stopped") }
        } else if report.outcomes.contains(where: { [.complete, .empty, .cut].contains($0.result) }) {
            var build = FetchBuild(context: context, states: final, outcomes: report.outcomes)
            report.imported = try build.run(store)
            report.outcomes = build.outcomes
            try folder.remove()
            return report
        } else {
            report.notes.append(
                isPaid
                    ? "no snapshot was made; what came is kept: run the same command again to go on"
                    : "no snapshot was made: nothing was fetched")
        }
        if !isPaid { try folder.remove() }
        return report
    }

    /// What earlier runs have, checked against the disk and charged to the budget.
    private func resumedStates(_ context: FetchContext) throws -> [TargetState] {
        let journal = context.journal
        if journal.entries.isEmpty {
            var begin = JournalEntry(.begin)
            begin.note = plan.summary
            begin.subject = plan.subject
            try journal.append(begin)
        }
        var states = TargetState.states(of: journal.entries, count: plan.targets.count)
        for index in states.indices {
            let sound = try states[index].pages.prefix { try isSound($0, context.folder) }
            if sound.count < states[index].pages.count {
                options.say(
                    "\(plan.targets[index].text): the file of page \(sound.count + 1) is damaged; going on from there")
                try context.startAnew(index, &states[index], keptPageCount: sound.count, because: "page file damaged")
            }
            // An export that was ordered is spent, though it hasn't come.
            let ordered = states[index].orderedRowCount
            let orderedCost = ordered > 0 ? context.budget.cost(of: plan.command, rows: ordered) : nil
            context.budget.spend(
                rows: [states[index].rowCount, states[index].otherRowCount, ordered].sum { $0 },
                cost: states[index].cost + (orderedCost ?? .zero))
        }
        let pages = states.sum(\.pages.count)
        let rows = states.sum(\.rowCount)
        let tasks = states.count { $0.taskID != nil }
        var saved: [String] = []
        if pages > 0 { saved += [ReadableCount.of(pages, "page"), ReadableCount.of(rows, "row")] }
        if tasks > 0 { saved.append(ReadableCount.of(tasks, "ordered export")) }
        if !saved.isEmpty { options.say("resumed: \(saved.joined(separator: ", ")), not bought again") }
        return states
    }

    /// Whether a page's file is what was written.
    private func isSound(_ page: TargetState.Page, _ folder: FetchFolder) throws -> Bool {
        let path = folder.file(page.file)
        guard DiskFile.byteCount(ofFile: path) == page.byteCount else { return false }
        return try page.sha256 == nil || page.sha256 == DiskFile.sha256(ofFile: path)
    }

    private func fetchAll(_ context: FetchContext, _ states: borrowing Mutex<[TargetState]>) throws -> [TargetOutcome] {
        let shared = TargetStates(states.withLock { $0 }, plan.targets)
        try Connections.forEach(plan.targets.count, limit: options.connections) { index in
            var state = shared.state(index)
            do {
                let outcome = try TargetRun(context: context, index: index).run(&state)
                shared.set(index, state, outcome)
            } catch {
                // Nothing is gained by waiting for the others.
                context.stop(FetchError(.io, "another target met: \(error)"), "another target met an error")
                throw error
            }
        }
        states.withLock { $0 = shared.states }
        return shared.outcomes
    }

    /// Whether there is room for the snapshot; asks before anything is sent.
    /// - Throws: StoreError .alreadyExists.
    package func checkFree(_ store: Store) throws { _ = try leftByFinishedRun(store) }

    /// The manifest of our snapshot when a run was killed between it and its tidying up; nil when there is no snapshot.
    private func leftByFinishedRun(_ store: Store) throws -> Manifest? {
        guard try store.snapshotIDs().contains(plan.snapshotID) else { return nil }
        let manifest = try store.manifest(of: plan.snapshotID)
        guard manifest.provenance.parameters[FetchBuild.planParameter] == plan.identity,
            try !FetchFolder.journal(in: store.path, id: plan.snapshotID.description, identity: plan.identity).isEmpty
        else {
            if let kept = try FetchEstimate.kept(of: plan, storePath: store.path) {
                if options.restart { try discard(store) }
                throw FetchError(.cannotCreate, Self.taken(plan, store, options.restart ? nil : kept))
            }
            throw StoreError(
                .alreadyExists,
                "snapshot \(plan.snapshotID) is in the store \(store.path) already: remove it first (`strata remove "
                    + "\(plan.snapshotID)`), or give this one a label (--label).")
        }
        try store.syncSnapshots()
        return manifest
    }

    private func discard(_ store: Store) throws {
        let folder = try FetchFolder(
            store: store, id: plan.snapshotID.description, identity: plan.identity, restart: true)
        for line in folder.discarded { options.say(line) }
        try folder.remove()
    }

    /// - Parameter kept: what was paid for and waits in staging; nil: nothing any more.
    static func taken(_ plan: FetchPlan, _ store: Store, _ kept: String?) -> String {
        let id = plan.snapshotID
        guard let kept else {
            return
                "snapshot \(id) is in the store \(store.path) already: remove it (`strata remove \(id)`), or give this one "
                + "a label (--label)."
        }
        return
            "another command made the snapshot \(id) in the store \(store.path) meanwhile; \(kept), paid for, wait in "
            + "staging. `strata remove \(id)` and then the same command make the snapshot of them; --restart throws them away."
    }

    /// A run that was killed between its snapshot and its tidying up left only the tidying.
    private func finishedEarlier(_ store: Store) throws -> FetchReport? {
        guard let manifest = try leftByFinishedRun(store) else { return nil }
        let folder = try FetchFolder(
            store: store, id: plan.snapshotID.description, identity: plan.identity, restart: false)
        try folder.remove()
        var report = FetchReport(plan: plan)
        report.imported = ImportReport(manifest: manifest)
        report.notes.append("the snapshot \(plan.snapshotID) was complete already")
        return report
    }
}

/// The targets of a running fetch, changed by its connections one target at a time.
private final class TargetStates: Sendable {
    private let content: Mutex<(states: [TargetState], outcomes: [TargetOutcome])>

    init(_ states: [TargetState], _ targets: [FetchTarget]) {
        content = Mutex((states, targets.map { TargetOutcome(target: $0) }))
    }

    var states: [TargetState] { content.withLock { $0.states } }
    var outcomes: [TargetOutcome] { content.withLock { $0.outcomes } }

    func state(_ index: Int) -> TargetState { content.withLock { $0.states[index] } }

    func set(_ index: Int, _ state: TargetState, _ outcome: TargetOutcome) {
        content.withLock { content in
            content.states[index] = state
            content.outcomes[index] = outcome
        }
    }
}
