import BacklinkClient
import LinkModel
import SnapshotImport
import SnapshotStore

/// Makes the snapshot out of what a fetch has.
struct FetchBuild {
    let context: FetchContext
    let states: [TargetState]
    /// Changed by what reading the rows brings to light.
    private(set) var outcomes: [TargetOutcome]

    init(context: FetchContext, states: [TargetState], outcomes: [TargetOutcome]) {
        self.context = context
        self.states = states
        self.outcomes = outcomes
    }

    /// The manifest's parameter that names the plan.
    static let planParameter = "fetch_plan"
    private static let lockPatience = 60.0
    private static let lockWait = 0.5
    private static let keptRequestIDCount = 1000

    /// - Throws: ImportError and StoreError; the fetch's folder stays.
    mutating func run(_ store: Store) throws -> ImportReport {
        let plan = context.plan
        var origin = ImportOrigin(source: plan.provider.rawValue, endpoint: plan.command)
        var job = CSVImport(files: [])
        for (target, state) in zip(plan.targets, states) {
            // As the provider is asked: a domain without its "www.".
            let ranges = target.ranges
            for (number, page) in state.pages.enumerated() {
                let path = context.folder.file(page.file)
                job.files.append(path)
                origin.fileRanges[path] = ranges
                origin.fileNames[path] =
                    "\(plan.provider.rawValue) \(plan.command) \(target.text) (\(target.mode.rawValue)), page \(number + 1)"
            }
        }
        origin.parameters = parameters
        origin.requestIDs = Array(states.flatMap(\.requestIDs).prefix(Self.keptRequestIDCount))
        job.origin = origin
        var options = context.options.importing
        options.snapshotID = plan.snapshotID
        options.badRowAdvice =
            "The paid pages are kept: the same command with --max-bad N or --max-bad P% goes on from them, and buys "
            + "nothing again."
        let (finished, paths) = (outcomes, states.map { $0.pages.map { context.folder.file($0.file) } })
        job.origin?.coverage = { rows in Self.coverage(Self.judged(finished, paths, rows)) }
        let whole = job
        let source = context.source
        var report: ImportReport
        do {
            report = try withPatience(store) { try whole.run(into: store, options) }
        } catch let error as ImportError {
            // It quotes rows, and those are the provider's words.
            throw ImportError(error.kind, source.redact(error.description))
        }
        report.notes = report.notes.map(source.redact)
        report.firstRejections = report.firstRejections.map(source.redact)
        report.rejections = report.rejections.map { (source.redact($0.reason), $0.count) }
        outcomes = Self.judged(finished, paths, report.fileRows)
        report.recognised = []
        let merged = report.manifest.counts.rowsMerged
        if merged > 0 {
            report.notes.append(
                "\(ReadableCount.of(Int(clamping: merged), "row")) came more than once (pages or targets that overlap) and "
                    + "were merged")
        }
        return report
    }

    private static func coverage(_ outcomes: [TargetOutcome]) -> Coverage {
        .targets(
            outcomes.filter { $0.covers != .none }.map {
                CoveredTarget(target: $0.target.text, mode: $0.target.mode, complete: $0.covers == .complete)
            })
    }

    /// A link whose row couldn't be read is unknown, not absent: its target isn't covered completely. Neither is one whose
    /// rows lead elsewhere for the most part: something else was answered than was asked.
    /// - Parameter paths: the files of each target.
    private static func judged(
        _ outcomes: [TargetOutcome], _ paths: [[String]], _ rows: [String: FileRowCounts]
    ) -> [TargetOutcome] {
        zip(outcomes, paths).map { outcome, paths in
            let files = paths.compactMap { rows[$0] }
            let rejected = files.reduce(0) { $0 + $1.rejectedCount }
            let inside = files.reduce(0) { $0 + $1.insideCount }
            let outside = files.reduce(0) { $0 + $1.outsideCount }
            var outcome = outcome
            if rejected > 0 { outcome.addNote("\(ReadableCount.of(Int(clamping: rejected), "row")) couldn't be read") }
            if outside > 0 {
                outcome.addNote(
                    "\(ReadableCount.of(Int(clamping: outside), "row")) \(outside == 1 ? "leads" : "lead") elsewhere")
            }
            if (rejected > 0 || outside > inside) && outcome.covers == .complete { outcome.covers = .partial }
            return outcome
        }
    }

    private var parameters: [String: String] {
        let plan = context.plan
        var parameters = [
            Self.planParameter: plan.identity, "method": plan.method.rawValue,
            "base_url": plan.baseURL ?? "the vendor's", "targets": "\(plan.targets.count)",
            "requests": "\(states.sum(\.requestCount))",
        ]
        switch plan.method {
        case .raw: parameters["page_size"] = "\(plan.pageSize)"
        case .export: break
        case .top:
            parameters["limit"] = "\(plan.topLimit)"
            parameters["order_by"] = plan.orderBy
            parameters["per_domain"] = plan.perDomain.map { "\($0)" }
        }
        if let prices = context.options.prices, states.contains(where: \.hasCost) {
            let cost = states.reduce(Money.zero) { $0 + $1.cost }
            parameters["cost"] = "\(cost) \(prices.currency)"
        }
        parameters["max_rows"] = context.options.maxRows.map { "\($0)" }
        parameters["max_cost"] = context.options.maxCost?.description
        return parameters
    }

    /// The store has one writer: another import may be at work for a while.
    private func withPatience(_ store: Store, _ body: () throws -> ImportReport) throws -> ImportReport {
        var waited = 0.0
        while true {
            do {
                return try body()
            } catch let error as StoreError where error.kind == .locked && waited < Self.lockPatience {
                context.options.clock.sleep(Self.lockWait)
                waited += Self.lockWait
            } catch let error as StoreError where error.kind == .alreadyExists {
                let kept = try FetchEstimate.kept(of: context.plan, storePath: store.path)
                throw FetchError(.cannotCreate, FetchJob.taken(context.plan, store, kept))
            }
        }
    }
}
