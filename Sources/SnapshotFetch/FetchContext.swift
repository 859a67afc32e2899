import BacklinkClient
import Synchronization

/// What the connections of a fetch share.
final class FetchContext: Sendable {
    let plan: FetchPlan
    let source: any BacklinkSource
    let options: FetchOptions
    let budget: FetchBudget
    let journal: FetchJournal
    let folder: FetchFolder
    private let deadline: Double?
    private let stop = Mutex<(reason: FetchError, summary: String)?>(nil)
    private let rowCount = Atomic<Int>(0)
    private let doneCount = Atomic<Int>(0)
    /// Exports that this fetch has ordered and not downloaded yet: while there are some, a provider that makes one at a time
    /// rejects others.
    let openExportCount = Atomic<Int>(0)

    init(
        plan: FetchPlan, source: any BacklinkSource, options: FetchOptions, budget: FetchBudget, journal: FetchJournal,
        folder: FetchFolder
    ) {
        self.plan = plan
        self.source = source
        self.options = options
        self.budget = budget
        self.journal = journal
        self.folder = folder
        deadline = options.deadlineSeconds.map { options.clock.now() + $0 }
    }

    /// Why no further request is to be sent; nil while all is well.
    var stopReason: FetchError? { stop.withLock { $0?.reason } }

    /// The reason in a few words that name no target.
    var stopSummary: String { stop.withLock { $0?.summary ?? "" } }

    /// The first reason stays.
    func stop(_ error: FetchError, _ summary: String) {
        stop.withLock { if $0 == nil { $0 = (error, summary) } }
    }

    /// - Returns: false when the fetch's time is over before the wait would be; then the fetch stops.
    func wait(_ seconds: Double, for what: String) -> Bool {
        if let deadline, options.clock.now() + seconds > deadline {
            stop(
                FetchError(.tryAgain, "\(plan.provider.rawValue) \(what): the fetch's --deadline is over"),
                "its --deadline is over")
            return false
        }
        options.clock.sleep(seconds)
        return stopReason == nil
    }

    /// Brings one page: spools what `body` receives, and counts it once it is on the disk and in the journal.
    /// - Parameters:
    ///   - wanted: rows that would be asked for without a budget, where no cursor tells that there are more.
    ///   - insteadOfAll: the pages before count no more once this one is there.
    ///   - body: asks for the page; returns the cursor behind it.
    func bringPage(
        _ index: Int, _ state: inout TargetState, _ grant: FetchBudget.Grant, wanted: Int? = nil,
        insteadOfAll: Bool = false,
        _ body: (PageSpool) throws -> String?
    ) throws {
        let name = fileName(index, state)
        var entry = JournalEntry(.page, target: index)
        do {
            let page = try PageSpool(path: folder.file(name), withoutKey: source.withoutKey)
            entry.next = try body(page)
            try page.close()
            entry.byteCount = page.byteCount
            entry.sha256 = page.sha256
            entry.rows = page.rowCount
            if let next = entry.next, source.redact(next) != next {
                // What came is paid for and stays; only what leads on can't be written down.
                entry.next = source.redact(next)
                entry.note = "the cursor that came with the last page holds the key, so it isn't kept"
            }
            if let wanted, grant.rowCount < wanted, page.rowCount >= grant.rowCount { entry.isCut = true }
        } catch {
            budget.cancel(grant)
            try folder.removeFile(name)
            throw error
        }
        entry.file = name
        entry.cost = budget.settle(grant, rows: entry.rows ?? 0)?.billionths
        entry.requests = 1
        // One line for both: between two, a kill would leave neither the old pages nor the new one.
        let dropped = insteadOfAll ? state.pages : []
        if insteadOfAll { entry.kind = .pageAnew }
        try count(entry, &state)
        for page in dropped { try folder.removeFile(page.file) }
    }

    /// A file of the folder becomes the target's next page: durable, then journaled.
    func count(_ entry: JournalEntry, _ state: inout TargetState) throws {
        var entry = entry
        entry.requestIDs = options.requestLog.take()
        try folder.sync()
        try journal.append(entry)
        state.apply(entry)
        let rows = rowCount.wrappingAdd(entry.rows ?? 0, ordering: .relaxed).newValue
        options.progress(rows, doneCount.load(ordering: .relaxed), plan.targets.count)
    }

    func fileName(_ index: Int, _ state: TargetState) -> String {
        "t\(Self.digits(index + 1))-\(Self.digits(state.fileCount + 1)).csv.gz"
    }

    /// The target's pages from `keptPageCount` on, and its task, count no more.
    func startAnew(_ index: Int, _ state: inout TargetState, keptPageCount: Int, because reason: String) throws {
        let dropped = state.pages[keptPageCount...]
        var entry = JournalEntry(.anew, target: index)
        entry.rows = keptPageCount
        entry.note = reason
        try journal.append(entry)
        state.apply(entry)
        for page in dropped { try folder.removeFile(page.file) }
    }

    func targetIsDone() {
        let done = doneCount.wrappingAdd(1, ordering: .relaxed).newValue
        options.progress(rowCount.load(ordering: .relaxed), done, plan.targets.count)
    }

    private static func digits(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 5 - "\(number)".count)) + "\(number)"
    }
}

/// Ids that a provider gave our requests, until they are written down. The client's events are received on any thread.
package final class RequestLog: Sendable {
    private let ids = Mutex<[String]>([])

    package init() {}

    package func add(_ id: String) { ids.withLock { $0.append(id) } }

    /// All since the last call; nil for none.
    func take() -> [String]? {
        ids.withLock { ids in
            defer { ids = [] }
            return ids.isEmpty ? nil : ids
        }
    }
}

/// What ends the fetch of one target, and of no other: the provider sent something that can't be used.
struct TargetFailure: Error {
    let error: FetchError
}
