import BacklinkClient
import LinkEngine
import LinkModel
import SnapshotFetch
import SnapshotImport
import SnapshotStore

/// One `strata fetch`, its options read.
struct FetchRun {
    private let plan: FetchPlan?
    private let figurePlan: FigurePlan?
    private let provider: Provider
    private let budget: FetchBudgetOptions
    private let connection: FetchConnectionOptions
    private let global: GlobalOptions
    private let progress: ProgressBar
    private var options: FetchOptions

    init(
        provider: Provider, targets: [FetchTarget], what: FetchContentOptions, budget: FetchBudgetOptions,
        connection: FetchConnectionOptions, global: GlobalOptions, progress: ProgressBar
    ) throws {
        guard let id = SnapshotID(date: what.date, label: what.label) else {
            throw CommandFailure(.usage, "the label is not valid")
        }
        plan = try what.plan(provider, targets, baseURL: connection.baseURL)
        figurePlan = try what.figurePlan(provider, targets, baseURL: connection.baseURL)
        for line in plan?.sameTargets ?? figurePlan?.sameTargets ?? [] { Message.note(line) }
        if what.from != nil && figurePlan == nil {
            throw CommandFailure(.usage, "--from belongs to figures: say which with --figures.")
        }
        self.provider = provider
        self.budget = budget
        self.connection = connection
        self.global = global
        self.progress = progress
        var importing = ImportOptions(snapshotID: id)
        importing.badRowLimit = what.maxBad
        importing.memoryLimit = global.memoryLimit
        importing.threads = global.threadCount
        importing.softwareVersion = Version.software
        importing.progress = { phase, bytesDone, bytesTotal, rows in
            progress.update(
                phase, done: bytesDone, total: bytesTotal, rate: rows, rateUnit: " rows", amount: Readable.bytes)
        }
        options = FetchOptions(importing: importing)
        var commands = figurePlan?.kinds.map(\.endpoint) ?? []
        if let plan {
            commands.append(plan.command)
            if plan.method == .export, budget.maxCost != nil || budget.maxRows != nil { commands.append("get-metrics") }
        }
        options.prices = try budget.priceTable(provider, commands)
        options.maxCost = budget.maxCost.flatMap { Money($0) }
        options.maxRows = budget.maxRows
        options.restart = budget.restart
        options.connections = connection.connections
        options.deadlineSeconds = connection.deadline
        options.say = { Message.note($0) }
        options.progress = { rows, done, total in
            progress.update(
                "fetching", done: UInt64(done), total: UInt64(total), rate: UInt64(rows), rateUnit: " rows")
        }
    }

    /// Sends nothing and changes nothing.
    func estimate() throws {
        let table = try global.openTable(FetchTable.estimateColumns, progress: progress)
        let known = try KnownTargets(global, progress)
        var currency = ""
        if let prices = options.prices { currency = " in \(prices.currency)" }
        let estimates = [
            figurePlan.map { FetchEstimate.of($0, options) },
            try plan.map { try FetchEstimate.of($0, options, known: known.rows) },
        ].compactMap(\.self)
        let lines = estimates.flatMap(\.lines)
        for line in lines { try FetchTable.append(line, to: table) }
        let total = FetchEstimate.total(of: estimates, options)
        if lines.count > 1 || !total.basis.isEmpty { try FetchTable.append(total, to: table) }
        try table.finish()
        Message.note(
            options.prices == nil
                ? "nothing was sent; --prices FILE adds what it would cost"
                : "nothing was sent; costs are\(currency), by your price table")
        guard let plan else { return }
        if let store = try? global.openStore(), try store.snapshotIDs().contains(plan.snapshotID) {
            Message.note(
                "snapshot \(plan.snapshotID) is in the store already: the fetch would be refused until it is removed (`strata "
                    + "remove \(plan.snapshotID)`), or this one has a label (--label)")
        }
        if budget.restart {
            for summary in try FetchEstimate.unfinished(plan, storePath: global.storePath) {
                Message.note("--restart would throw away: \(summary)")
            }
        } else if let kept = try FetchEstimate.kept(of: plan, storePath: global.storePath) {
            Message.note("an unfinished fetch like this is in the store and needn't be bought again: \(kept)")
        }
    }

    func fetch() throws {
        let settings = try settings()
        let source = try BacklinkSources.make(settings)
        let table = try global.openTable(FetchTable.outcomeColumns, progress: progress)
        let store = try Store.openOrCreate(global.storePath)
        let watch = Stopwatch()
        if let plan { try FetchJob(plan, source: source, options: options).checkFree(store) }
        Interruption.willSay("interrupted; what came is kept: run the same command again to go on")
        defer { Interruption.willSay(nil) }
        Interruption.willAbandonSnapshots()
        var options = options
        var failure: FetchError?
        var figures: FigureReport?
        if let figurePlan {
            var ownOptions = options
            // Rows are backlinks where there are any.
            if plan != nil { ownOptions.maxRows = nil }
            let report = try FigureJob(figurePlan, source: source, options: ownOptions).run(into: store)
            options.maxCost = options.maxCost.map { max(.zero, $0 - report.cost) }
            failure = report.error
            figures = report
        }
        var report: FetchReport?
        if let plan { report = try FetchJob(plan, source: source, options: options).run(into: store) }
        progress.end()
        for note in (figures?.notes ?? []) + (report?.notes ?? []) { Message.note(note) }
        if let imported = report?.imported {
            for line in ImportSummary.lines(imported, seconds: watch.seconds) { Message.line(line) }
        }
        for outcome in figures?.outcomes ?? [] { try FetchTable.append(outcome, to: table) }
        if let report {
            for outcome in report.outcomes { try FetchTable.append(outcome, method: report.plan.method, to: table) }
        }
        try table.finish()
        // A snapshot that is there keeps the command from being run again.
        if report == nil || report?.imported != nil { try figures?.tidy(isRepeatable: report == nil) }
        failure = report?.error ?? failure
        if let failure { throw failure }
    }

    private func settings() throws -> ClientSettings {
        var settings = try connection.settings(provider)
        let log = options.requestLog
        settings.events = { event in
            switch event {
            case .sent: break
            case .answered(_, _, _, let requestID, _): if let requestID { log.add(requestID) }
            case .retrying(let call, let seconds, let reason):
                let reason = reason.hasSuffix(".") ? String(reason.dropLast()) : reason
                Message.note(
                    "\(Self.name(call)): \(reason); trying again in \(Readable.decimals(seconds, 1)) s")
            case .waiting(let call, let seconds):
                if seconds >= Self.toldWait {
                    Message.note(
                        "\(Self.name(call)): waiting \(Readable.decimals(seconds, 1)) s, by the limit of requests")
                }
            }
        }
        return settings
    }

    /// Shorter waits aren't worth a line.
    private static let toldWait = 2.0

    private static func name(_ call: ClientCall) -> String {
        [call.provider.rawValue, call.command, call.target].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// What the store knows of targets' numbers of backlinks.
private struct KnownTargets {
    private let snapshots: [Snapshot]
    private let engine: Engine

    init(_ global: GlobalOptions, _ progress: ProgressBar) throws {
        engine = global.engine(progress: progress)
        guard let store = try? global.openStore() else {
            snapshots = []
            return
        }
        // A damaged one only makes the estimate worse.
        snapshots = try store.snapshotIDs().reversed().compactMap { try? store.snapshot($0) }.filter {
            $0.nodeKind == .page
        }
    }

    /// By the newest snapshot that covers the target.
    func rows(_ fetched: FetchTarget) throws -> FetchEstimate.Known? {
        let target = try Target(fetched.text, mode: fetched.mode)
        guard let snapshot = snapshots.first(where: { $0.coverage.covers(target.ranges) }),
            let metrics = try engine.metrics(snapshot, [target]).first
        else { return nil }
        return (Int(metrics.backlinks), "snapshot \(snapshot.id)")
    }
}
