import BacklinkClient
import BacklinkContracts
import LinkModel
import SnapshotImport
import Synchronization

/// All backlinks of a target as one file that the provider makes: order it, wait for it, download it.
struct ExportFetch {
    let context: FetchContext
    let index: Int

    private static let firstWait = 1.0
    private static let longestWait = 60.0
    private static let waitGrowth = 1.6
    private static let downloadLimit = 3
    private static let metricsCommand = "get-metrics"
    private static let unknownStatus = "task id is unknown or deleted"

    private var target: FetchTarget { context.plan.targets[index] }

    /// - Returns: false when the budget doesn't allow it.
    func run(_ state: inout TargetState) throws -> Bool {
        if state.isFinished { return true }
        var grant: FetchBudget.Grant?
        defer { if let grant { context.budget.cancel(grant) } }
        if state.taskID == nil, context.budget.isLimited {
            let count = try linkCount(&state)
            guard let count, let whole = context.budget.grant(context.plan.command, rows: max(1, count)) else {
                return false
            }
            grant = whole
            // A part of an export can't be ordered.
            if whole.rowCount < count { return false }
        }
        var task: ExportTask?
        if state.taskID == nil { task = try order(&state, &grant, ownCount: 0) }
        context.openExportCount.wrappingAdd(1, ordering: .relaxed)
        defer { context.openExportCount.wrappingSubtract(1, ordering: .relaxed) }
        let file = try finishedFile(task, &state)
        try download(file, &state)
        return true
    }

    /// How many links the provider says there are, asked once; nil when the budget doesn't allow to ask.
    private func linkCount(_ state: inout TargetState) throws -> Int? {
        if let count = state.knownRowCount { return count }
        guard let grant = context.budget.grant(Self.metricsCommand, rows: 1) else { return nil }
        let rows: [MetricsRow]
        do {
            rows = try context.source.metrics([target.text], mode: target.mode.rawValue)
        } catch {
            context.budget.cancel(grant)
            throw error
        }
        guard let count = rows.first?.backlinks else {
            context.budget.cancel(grant)
            throw failure(Self.metricsCommand, "the answer names no number of backlinks, so no budget can be held")
        }
        guard let rowCount = Int(exactly: count), OutsideCount.range.contains(rowCount) else {
            context.budget.cancel(grant)
            throw failure(
                Self.metricsCommand,
                "the answer names \(count) backlinks where \(OutsideCount.expected) was expected, so no budget can be held"
            )
        }
        var entry = JournalEntry(.count, target: index)
        entry.rows = rowCount
        entry.cost = context.budget.settle(grant, rows: 1)?.billionths
        entry.requests = 1
        try context.journal.append(entry)
        state.apply(entry)
        return entry.rows
    }

    /// Waits until the export is made.
    /// - Parameter task: what the provider said to the order; nil when an earlier run gave it.
    private func finishedFile(_ task: ExportTask?, _ state: inout TargetState) throws -> String {
        var task = task
        var wait = Self.firstWait
        var waited = 0.0
        var wasForgotten = false
        while true {
            if let reason = context.stopReason { throw FetchStopped(reason: reason, isOthers: true) }
            let id = state.taskID ?? ""
            let current = try task ?? status(id)
            let shownID = context.source.redact(id)
            task = nil
            switch current.taskStatus {
            case "complete":
                guard let file = current.downloadFile, !file.isEmpty else {
                    throw failure(
                        context.plan.command + "-status", "task \(shownID) is complete and names no file")
                }
                return file
            case Self.unknownStatus where !wasForgotten:
                wasForgotten = true
                let chargedRowCount = state.orderedRowCount
                try context.startAnew(index, &state, keptPageCount: 0, because: "task \(shownID) is unknown")
                context.options.say(
                    "\(target.text): \(context.plan.provider.rawValue) no longer knows the export \(shownID); it is ordered anew"
                )
                var paid: FetchBudget.Grant?
                task = try order(&state, &paid, ownCount: 1, rows: chargedRowCount)
            case "queued_for_processing", "queued", "processing":
                if waited >= context.options.exportWaitSeconds {
                    throw FetchStopped(reason: notReady(id, waited))
                }
                guard context.wait(wait, for: "\(context.plan.command) \(target.text)") else {
                    throw FetchStopped(reason: context.stopReason ?? notReady(id, waited))
                }
                waited += wait
                wait = min(Self.longestWait, wait * Self.waitGrowth)
            default:
                throw failure(
                    context.plan.command + "-status",
                    context.source.redact("task \(id) has the status \"\(current.taskStatus ?? "")\""))
            }
        }
    }

    /// Orders the export. The provider makes one at a time and rejects others meanwhile: those wait.
    /// - Parameters:
    ///   - grant: taken once the order is given: whatever becomes of the export, the budget is charged.
    ///   - ownCount: how many of the open exports this one is.
    ///   - rows: that the budget was charged with before.
    private func order(
        _ state: inout TargetState, _ grant: inout FetchBudget.Grant?, ownCount: Int, rows: Int = 0
    ) throws -> ExportTask {
        var chargedRowCount = rows
        var wait = Self.firstWait
        var waited = 0.0
        if state.isOrderUnsure {
            context.options.say(
                "\(target.text): an earlier run sent the order of this export and learned of no task: it may have been "
                    + "taken. It is ordered anew")
        }
        try note(.order, &state)
        while true {
            guard let task = try ordered(&state, &grant) else {
                if waited >= context.options.exportRejectedSeconds {
                    throw failure(
                        context.plan.command,
                        "the provider still makes an earlier export and rejected this one for \(Int(waited)) s. Run the "
                            + "command again later, or use --method raw")
                }
                if wait == Self.firstWait {
                    context.options.say("\(target.text): an earlier export is still being made; waiting for it")
                }
                guard context.wait(wait, for: "\(context.plan.command) \(target.text)"), context.stopReason == nil
                else {
                    throw FetchStopped(reason: context.stopReason ?? notReady("", waited))
                }
                // Those of our own end by themselves.
                if context.openExportCount.load(ordering: .relaxed) == ownCount { waited += wait }
                wait = min(Self.longestWait, wait * Self.waitGrowth)
                continue
            }
            if let taken = grant {
                context.budget.settle(taken, rows: taken.rowCount)
                chargedRowCount = taken.rowCount
                grant = nil
            }
            guard let id = task.taskID, !id.isEmpty else {
                throw failure(
                    context.plan.command,
                    "the export was ordered (\"\(context.source.redact(task.taskStatus ?? ""))\"), and the answer names no task id"
                )
            }
            // The journal keeps it as it is, and each request for the status shows it.
            guard context.source.redact(id) == id else {
                throw failure(
                    context.plan.command,
                    "the export was ordered, and its task id holds the key, so it is neither kept nor asked for",
                    advice: "Tell the provider; --method raw needs no task")
            }
            var entry = JournalEntry(.task, target: index)
            entry.taskID = id
            entry.rows = chargedRowCount > 0 ? chargedRowCount : nil
            entry.requests = 1
            entry.requestIDs = context.options.requestLog.take()
            try context.journal.append(entry)
            state.apply(entry)
            return task
        }
    }

    /// nil when the provider rejects the order.
    private func ordered(_ state: inout TargetState, _ grant: inout FetchBudget.Grant?) throws -> ExportTask? {
        do {
            let task = try context.source.queueExport(target.source)
            if task.taskStatus != "rejected" { return task }
        } catch let error as ClientError where error.mayHaveBeenDone {
            if let taken = grant { context.budget.settle(taken, rows: taken.rowCount) }
            grant = nil
            throw error
        } catch let error as ClientError where error.kind != .rejected {
            try note(.order, &state, "refused")
            throw error
        } catch is ClientError {}
        // Once is enough while it is asked again and again.
        return nil
    }

    private func note(_ kind: JournalEntry.Kind, _ state: inout TargetState, _ words: String? = nil) throws {
        var entry = JournalEntry(kind, target: index)
        entry.note = words
        try context.journal.append(entry)
        state.apply(entry)
    }

    private func status(_ id: String) throws -> ExportTask {
        do {
            return try context.source.exportStatus(taskID: id)
        } catch let error as ClientError where error.kind == .notFound {
            var task = ExportTask()
            task.taskStatus = Self.unknownStatus
            return task
        }
    }

    private func download(_ location: String, _ state: inout TargetState) throws {
        let name = context.fileName(index, state)
        let path = context.folder.file(name)
        let label = "the export of \(target.text)"
        var attempt = 1
        while true {
            let file = try DiskFile(creating: path)
            do {
                try context.source.download(
                    location, beginAttempt: { try file.clear() },
                    receive: { bytes in
                        guard file.byteCount + bytes.count <= context.options.downloadByteLimit else {
                            throw tooLarge(state)
                        }
                        try file.append(bytes[...])
                    })
                try file.close()
                let contents = try CSVImport.check(path, displayName: label)
                let kept = try KeylessFile.replacing(file, displayName: label, context.source.withoutKey)
                var entry = JournalEntry(.page, target: index)
                entry.file = name
                entry.byteCount = kept.byteCount
                entry.sha256 = kept.sha256
                entry.rows = Int(clamping: contents.rowCount + contents.brokenRowCount)
                let cost = context.budget.cost(of: context.plan.command, rows: entry.rows ?? 0)
                entry.cost = cost?.billionths
                entry.requests = 1
                // The order was charged with what was expected.
                let charged = state.orderedRowCount
                let chargedCost = charged > 0 ? context.budget.cost(of: context.plan.command, rows: charged) : nil
                context.budget.spend(
                    rows: (entry.rows ?? 0) - charged, cost: (cost ?? .zero) - (chargedCost ?? .zero))
                return try context.count(entry, &state)
            } catch let error as ImportError where error.kind == .badData || error.kind == .usage {
                // The file is made: to download it again costs nothing.
                guard attempt < Self.downloadLimit,
                    context.wait(Self.firstWait * Double(attempt), for: "download of \(label)")
                else {
                    try context.folder.removeFile(name)
                    throw failure(
                        context.plan.command,
                        "the file that came is no table of links: \(context.source.redact(error.description))",
                        advice: askAbout(state))
                }
                attempt += 1
            } catch {
                try context.folder.removeFile(name)
                throw error
            }
        }
    }

    private func tooLarge(_ state: TargetState) -> TargetFailure {
        failure(
            context.plan.command,
            "the file has more than \(context.options.downloadByteLimit) bytes, the most that is taken from a provider",
            advice: askAbout(state))
    }

    private func askAbout(_ state: TargetState) -> String {
        "Use --method raw, or ask the provider about its task \(context.source.redact(state.taskID ?? ""))"
    }

    private func notReady(_ id: String, _ waited: Double) -> FetchError {
        FetchError(
            .tryAgain,
            "\(context.plan.provider.rawValue) \(context.plan.command) \(target.text): the export \(context.source.redact(id)) "
                + "isn't ready after \(Int(waited)) s. It is ordered and kept in mind: run the same command again later to go on"
        )
    }

    private func failure(_ command: String, _ problem: String, advice: String? = nil) -> TargetFailure {
        TargetFailure(
            error: FetchError(
                .badData,
                "\(context.plan.provider.rawValue) \(command) \(target.text): \(problem). "
                    + (advice ?? "Run the command again, or use --method raw") + "."))
    }
}
