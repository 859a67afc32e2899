package import BacklinkClient
import LinkModel
import SnapshotImport
package import SnapshotStore
import Synchronization

/// Fetches a provider's figures into the store. An answer that came is in the journal: it is not bought again.
package struct FigureJob: Sendable {
    package let plan: FigurePlan
    package let source: any BacklinkSource
    package let options: FetchOptions

    package init(_ plan: FigurePlan, source: any BacklinkSource, options: FetchOptions) {
        self.plan = plan
        self.source = source
        self.options = options
    }

    /// - Throws: FetchError and StoreError for what ends it as a whole.
    package func run(into store: Store) throws -> FigureReport {
        let folder = try FetchFolder(
            store: store, id: plan.folderID, identity: plan.identity, restart: options.restart)
        for line in folder.discarded { options.say(line) }
        let journal = try FetchJournal(path: folder.journalPath)
        if let damage = journal.damage { options.say("the fetch's journal: \(damage)") }
        let budget = FetchBudget(prices: options.prices, maxRows: options.maxRows, maxCost: options.maxCost)
        let batches = plan.batches
        let known = try resumed(journal, budget, batches)
        let stored = options.restart ? StoredFigures() : try StoredFigures(store, plan)
        let results = Mutex([FigureBatchResult](repeating: FigureBatchResult(), count: batches.count))
        let doneCount = Atomic<Int>(0)
        try Connections.forEach(batches.count, limit: options.connections) { index in
            let batch = batches[index]
            var result = FigureBatchResult()
            if let entry = known[FigureBatchKey(batch)] {
                result.entry = entry
                result.isSaved = true
                let answered = Set(entry.figures?.map(\.target) ?? [])
                result.stored = stored.answers(batch, plan).filter { !answered.contains(plan.targets[$0.key].text) }
            } else if let reason = results.withLock({ $0.first { $0.stopsAll }?.error }) {
                result.error = reason
                result.stopsAll = true
            } else {
                result = try fetch(batch, stored.answers(batch, plan), journal, budget)
            }
            results.withLock { [result] in $0[index] = result }
            let done = doneCount.wrappingAdd(1, ordering: .relaxed).newValue
            options.progress(0, done, batches.count)
        }
        let all = results.withLock { $0 }
        var report = FigureReport(plan: plan, batches: batches, results: all, folder: folder)
        if all.contains(where: \.stopsAll) {
            report.notes.append("no figure is stored yet: run the same command again to go on where this stopped")
            report.keepsFolder = all.contains { $0.entry != nil }
        } else {
            let stored = Self.storedBatches(journal.entries)
            let answers = all.compactMap(\.entry).filter { !stored.contains(FigureBatchKey($0)) }
            if !answers.isEmpty {
                try keep(answers, store, isResumed: all.contains(where: \.isSaved))
                try journal.append(JournalEntry(.stored))
            }
            if report.isIncomplete {
                report.notes.append("some figures are missing: the same command asks for those only")
            }
        }
        return report
    }

    /// A line that says "stored" speaks of the answers before it.
    private static func storedBatches(_ entries: [JournalEntry]) -> Set<FigureBatchKey> {
        guard let last = entries.lastIndex(where: { $0.kind == .stored }) else { return [] }
        return Set(entries[..<last].filter { $0.kind == .figures }.map { FigureBatchKey($0) })
    }

    private func resumed(
        _ journal: FetchJournal, _ budget: FetchBudget, _ batches: [FigurePlan.Batch]
    ) throws -> [FigureBatchKey: JournalEntry] {
        if journal.entries.isEmpty {
            var begin = JournalEntry(.begin)
            begin.note = "\(plan.provider.rawValue) figures of \(ReadableCount.of(plan.targets.count, "target"))"
            try journal.append(begin)
        }
        var known: [FigureBatchKey: JournalEntry] = [:]
        for entry in journal.entries where entry.kind == .figures {
            known[FigureBatchKey(entry)] = entry
            budget.spend(rows: entry.rows ?? 0, cost: Money(billionths: entry.cost ?? 0))
        }
        if !known.isEmpty { options.say("resumed: \(ReadableCount.of(known.count, "answer")), not bought again") }
        return known
    }

    private func fetch(
        _ whole: FigurePlan.Batch, _ stored: [Int: StoredFigures.Answer], _ journal: FetchJournal, _ budget: FetchBudget
    ) throws -> FigureBatchResult {
        var result = FigureBatchResult()
        result.stored = stored
        let batch = FigurePlan.Batch(
            kind: whole.kind, targetIndexes: whole.targetIndexes.filter { stored[$0] == nil })
        if batch.targetIndexes.isEmpty {
            result.isStored = true
            return result
        }
        let count = batch.targetIndexes.count
        guard let grant = budget.grant(batch.kind.endpoint, rows: count) else { return result }
        guard grant.rowCount == count else {
            budget.cancel(grant)
            return result
        }
        do {
            let found = try FigureRequest(plan: plan, source: source, batch: batch).figures()
            var entry = JournalEntry(.figures, target: whole.targetIndexes.first)
            entry.endpoint = batch.kind.endpoint
            entry.rows = count
            entry.requests = 1
            entry.fetchedAt = FetchClock.timestamp
            entry.figures = batch.targetIndexes.flatMap { found[plan.targets[$0].text] ?? [] }
            entry.cost = budget.settle(grant, rows: count)?.billionths
            entry.requestIDs = options.requestLog.take()
            try journal.append(entry)
            result.entry = entry
        } catch let error as ClientError {
            budget.cancel(grant)
            result.error = FetchError(error)
            result.stopsAll = TargetRun.endsEverything(error.kind)
        }
        return result
    }

    private func keep(_ answers: [JournalEntry], _ store: Store, isResumed: Bool) throws {
        var figures = answers.flatMap(stored)
        if isResumed {
            // A run that was killed between its file and its line "stored" has left the same figures, to the byte.
            let kept = try store.providerFigureFiles().filter {
                $0.source.parameters[FetchBuild.planParameter] == plan.identity
            }
            let known = Set(kept.flatMap(\.figures))
            figures.removeAll { known.contains($0) }
        }
        guard !figures.isEmpty else { return }
        var provenance = Manifest.Provenance()
        provenance.source = plan.provider.rawValue
        provenance.endpoint = plan.kinds.map(\.endpoint).joined(separator: ", ")
        provenance.parameters = [
            FetchBuild.planParameter: plan.identity, "base_url": plan.sourceAddress,
            "targets": "\(plan.targets.count)", "date": "\(plan.date)",
        ]
        provenance.parameters["date_from"] = plan.dateFrom.map { "\($0)" }
        provenance.softwareVersion = options.importing.softwareVersion
        try store.addProviderFigures(figures, source: provenance)
    }

    /// An answer's figures as the store has them.
    private func stored(_ answer: JournalEntry) -> [ProviderFigure] {
        let fetchedAt = answer.fetchedAt ?? FetchClock.timestamp
        return (answer.figures ?? []).map { figure in
            ProviderFigure(
                provider: plan.provider.rawValue, endpoint: figure.endpoint, target: figure.target, mode: figure.mode,
                date: figure.date, dateFrom: figure.dateFrom, fetchedAt: fetchedAt, values: figure.values)
        }
    }
}

/// Names a request of a plan.
struct FigureBatchKey: Hashable {
    let endpoint: String
    let firstTarget: Int

    init(_ batch: FigurePlan.Batch) {
        endpoint = batch.kind.endpoint
        firstTarget = batch.targetIndexes.first ?? 0
    }

    init(_ entry: JournalEntry) {
        endpoint = entry.endpoint ?? ""
        firstTarget = entry.target ?? 0
    }
}

/// How one request ended; neither answered, stored nor failed: the budget didn't allow it.
struct FigureBatchResult: Sendable {
    var entry: JournalEntry?
    var isSaved = false
    /// The store had every answer: nothing was asked for.
    var isStored = false
    /// What needn't be asked for, by target.
    var stored: [Int: StoredFigures.Answer] = [:]
    var error: FetchError?
    var stopsAll = false
}
