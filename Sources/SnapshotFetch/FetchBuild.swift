import BacklinkClient
import LinkModel
import SnapshotImport
import SnapshotStore

/// Makes the snapshot out of what a fetch has.
struct FetchBuild {
    let context: FetchContext
    let states: [TargetState]
    let outcomes: [TargetOutcome]

    /// The manifest's parameter that names the plan.
    static let planParameter = "fetch_plan"
    private static let lockPatience = 60.0
    private static let lockWait = 0.5
    private static let keptRequestIDCount = 1000

    /// - Throws: ImportError and StoreError; the fetch's folder stays.
    func run(_ store: Store) throws -> ImportReport {
        let plan = context.plan
        var origin = ImportOrigin(source: plan.provider.rawValue, endpoint: plan.command)
        var job = CSVImport(files: [])
        for (target, state) in zip(plan.targets, states) {
            for (number, page) in state.pages.enumerated() {
                let path = context.folder.file(page.file)
                job.files.append(path)
                origin.fileNames[path] =
                    "\(plan.provider.rawValue) \(plan.command) \(target.text) (\(target.mode.rawValue)), page \(number + 1)"
            }
        }
        origin.parameters = parameters
        origin.requestIDs = Array(states.flatMap(\.requestIDs).prefix(Self.keptRequestIDCount))
        job.origin = origin
        var options = context.options.importing
        options.snapshotID = plan.snapshotID
        options.coverage = .targets(
            outcomes.filter { $0.covers != .none }.map {
                CoveredTarget(target: $0.target.text, mode: $0.target.mode, complete: $0.covers == .complete)
            })
        var report = try withPatience { try job.run(into: store, options) }
        report.recognised = []
        let merged = report.manifest.counts.rowsMerged
        if merged > 0 {
            report.notes.append(
                "\(ReadableCount.of(Int(clamping: merged), "row")) came more than once (pages or targets that overlap) and "
                    + "were merged")
        }
        return report
    }

    private var parameters: [String: String] {
        let plan = context.plan
        var parameters = [
            Self.planParameter: plan.identity, "method": plan.method.rawValue,
            "base_url": plan.baseURL ?? "the vendor's", "targets": "\(plan.targets.count)",
            "requests": "\(states.reduce(0) { $0 + $1.requestCount })",
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
    private func withPatience(_ body: () throws -> ImportReport) throws -> ImportReport {
        var waited = 0.0
        while true {
            do {
                return try body()
            } catch let error as StoreError where error.kind == .locked && waited < Self.lockPatience {
                context.options.clock.sleep(Self.lockWait)
                waited += Self.lockWait
            }
        }
    }
}
