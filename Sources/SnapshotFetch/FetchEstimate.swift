import LinkModel

/// What a fetch would ask for and cost, before anything is sent.
package struct FetchEstimate: Sendable {
    /// Rows that a target has, and who says so: "snapshot 2026-10-01".
    package typealias Known = (rowCount: Int, basis: String)

    package struct Line: Sendable {
        package let target: String
        package let mode: String
        package let method: String
        /// nil: not known; then it is known only what the limits allow.
        package var requestCount: Int?
        package var rowCount: Int?
        /// nil without a price, or without a number of rows.
        package var cost: Money?
        package var basis = ""
    }

    package let lines: [Line]
    /// Sums; nil where a part isn't known. Held to the limits.
    package let total: Line

    /// - Parameter known: what is known of a target's number of backlinks.
    package static func of(
        _ plan: FetchPlan, _ options: FetchOptions, known: (FetchTarget) throws -> Known?
    ) rethrows -> FetchEstimate {
        let price = options.prices?.commands[plan.command]
        let lines = try plan.targets.map { target -> Line in
            var line = Line(target: target.text, mode: target.mode.rawValue, method: plan.method.rawValue)
            let found = try known(target)
            line.rowCount = found?.rowCount
            line.basis = found?.basis ?? "not known before it is fetched"
            switch plan.method {
            case .raw:
                line.requestCount = line.rowCount.map { max(1, ($0 + plan.pageSize - 1) / plan.pageSize) }
            case .export:
                // The order, one look at it, the download; a budget needs the count first.
                line.requestCount = 3 + (options.maxRows != nil || options.maxCost != nil ? 1 : 0)
            case .top:
                line.requestCount = 1
                line.rowCount = min(line.rowCount ?? plan.topLimit, plan.topLimit)
                if found == nil { line.basis = "at most" }
            }
            if let price, let rows = line.rowCount {
                line.cost = price.cost(requests: plan.method == .raw ? line.requestCount ?? 1 : 1, rows: rows)
            }
            return line
        }
        return FetchEstimate(lines: lines, options)
    }

    /// What an unfinished fetch with this plan has in the store already, in words; nil for nothing.
    package static func kept(of plan: FetchPlan, storePath: String) throws -> String? {
        let entries = try FetchFolder.journal(
            in: storePath, id: plan.snapshotID.description, identity: plan.identity)
        let states = TargetState.states(of: entries, count: plan.targets.count)
        let pages = states.sum(\.pages.count)
        let rows = states.sum(\.rowCount)
        let tasks = states.count { $0.taskID != nil }
        guard pages + tasks > 0 else { return nil }
        return [ReadableCount.of(pages, "page"), ReadableCount.of(rows, "row")].joined(separator: ", ")
            + (tasks > 0 ? ", " + ReadableCount.of(tasks, "ordered export") : "")
    }

    /// Of a fetch of figures: a line for each request.
    package static func of(_ plan: FigurePlan, _ options: FetchOptions) -> FetchEstimate {
        let lines = plan.batches.map { batch -> Line in
            let targets = batch.targetIndexes.map { plan.targets[$0] }
            let more = targets.count > 1 ? " and \(targets.count - 1) more" : ""
            var line = Line(
                target: (targets.first?.text ?? "") + more, mode: targets.first?.mode.rawValue ?? "",
                method: batch.kind.rawValue)
            line.requestCount = 1
            line.rowCount = targets.count
            line.cost = options.prices?.commands[batch.kind.endpoint]?.cost(rows: targets.count)
            line.basis = "a row is a target"
            return line
        }
        return FetchEstimate(lines: lines, options)
    }

    private init(lines: [Line], _ options: FetchOptions) {
        self.lines = lines
        var total = Line(target: "total", mode: "", method: "")
        total.requestCount = Self.sum(lines.map(\.requestCount)) { $0 + $1 }
        total.rowCount = Self.sum(lines.map(\.rowCount)) { $0 + $1 }
        total.cost = Self.sum(lines.map(\.cost)) { $0 + $1 }
        var limits: [String] = []
        if let maxRows = options.maxRows, total.rowCount.map({ $0 > maxRows }) ?? true {
            total.rowCount = maxRows
            total.cost = nil
            limits.append("at most, by --max-rows")
        }
        if let maxCost = options.maxCost, total.cost.map({ $0 > maxCost }) ?? true {
            total.cost = maxCost
            limits.append("at most, by --max-cost")
        }
        total.basis = limits.joined(separator: "; ")
        self.total = total
    }

    /// Of links and figures together, held to the limit of money; `estimates` isn't empty.
    package static func total(of estimates: [FetchEstimate], _ options: FetchOptions) -> Line {
        if estimates.count == 1 { return estimates[0].total }
        var total = Line(target: "total", mode: "", method: "")
        total.requestCount = sum(estimates.map(\.total.requestCount)) { $0 + $1 }
        total.rowCount = sum(estimates.map(\.total.rowCount)) { $0 + $1 }
        total.cost = sum(estimates.map(\.total.cost)) { $0 + $1 }
        total.basis = estimates.map(\.total.basis).first { !$0.isEmpty } ?? ""
        if let maxCost = options.maxCost, total.cost.map({ $0 > maxCost }) ?? true {
            total.cost = maxCost
            total.basis = "at most, by --max-cost"
        }
        return total
    }

    /// What --restart would throw away, each in words.
    package static func unfinished(_ plan: FetchPlan, storePath: String) throws -> [String] {
        try FetchFolder.unfinished(in: storePath, id: plan.snapshotID.description)
    }

    private static func sum<Value>(_ values: [Value?], _ add: (Value, Value) -> Value) -> Value? {
        var sum: Value?
        for value in values {
            guard let value else { return nil }
            sum = sum.map { add($0, value) } ?? value
        }
        return sum
    }
}
