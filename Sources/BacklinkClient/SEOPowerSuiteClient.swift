import BacklinkContracts

/// SEO PowerSuite Backlinks API v1.0: ten commands, the key in every query, GET for what is short.
final class SEOPowerSuiteClient: BacklinkSource {
    private let session: ProviderSession

    /// Longer addresses go out as POST where the command allows it.
    private static let addressByteLimit = 2000

    init(_ session: ProviderSession) {
        self.session = session
    }

    var provider: Provider { .seoPowerSuite }

    func redact(_ text: String) -> String { session.redact(text) }

    func withoutKey(_ bytes: [UInt8]) -> [UInt8]? { session.withoutKey(bytes) }

    func rawBacklinks(
        _ target: SourceTarget, limit: Int, cursor: String?, into receiver: any PageReceiver
    ) throws -> String? {
        let request = SEOPowerSuiteRequest(
            command: .getRawBacklinks, targets: [target.text], mode: target.mode, limit: Int64(limit), next: cursor)
        try check(request, limit: limit, 1...100_000)
        return try page(request, receiver)
    }

    func topBacklinks(
        _ target: SourceTarget, limit: Int, orderBy: String, perDomain: Int?, into receiver: any PageReceiver
    ) throws {
        let request = SEOPowerSuiteRequest(
            command: .getBacklinks, targets: [target.text], mode: target.mode, limit: Int64(limit), orderBy: orderBy,
            perDomain: perDomain.map { Int64($0) })
        try check(request, limit: limit, 1...10_000)
        _ = try page(request, receiver)
    }

    func queueExport(_ target: SourceTarget) throws -> ExportTask {
        let request = SEOPowerSuiteRequest(
            command: .downloadAllBacklinks, targets: [target.text], mode: target.mode)
        let task = try exportTask(request)
        if task.taskID == nil {
            var error = session.error(.badAnswer, call(request), "The answer has no task_id.", nextStep: nil)
            error.mayHaveBeenDone = true
            throw error
        }
        return task
    }

    func exportStatus(taskID: String) throws -> ExportTask {
        try exportTask(SEOPowerSuiteRequest(command: .downloadAllBacklinksStatus, taskID: taskID))
    }

    func download(
        _ downloadFile: String, beginAttempt: () throws -> Void, receive: ([UInt8]) throws -> Void
    ) throws {
        // The address is not shown: it may hold a key.
        let call = ClientCall(provider: provider, command: "download", target: "")
        guard let file = BaseURL(downloadFile), file.origin == session.base.origin else {
            throw session.error(
                .badAnswer, call, "The export's file is not on \(session.base.origin); it isn't fetched.",
                nextStep: "Tell the provider.")
        }
        var request = HTTPRequest(.get, file.asGiven)
        request.acceptsGzip = false
        try withoutActuallyEscaping(receive) { receive in
            try session.answer(to: call, request) {
                try beginAttempt()
                return FileReader(receivePiece: receive)
            }
        }
    }

    func metrics(_ targets: [String], mode: String) throws -> [MetricsRow] {
        try batches(SEOPowerSuiteRequest(command: .getMetrics, targets: targets, mode: mode))
    }

    func inlinkRanks(_ urls: [String]) throws -> [InlinkRankRow] {
        try batches(SEOPowerSuiteRequest(command: .getInlinkRank, targets: urls))
    }

    func refdomains(_ request: SEOPowerSuiteRequest) throws -> [RefdomainRow] {
        try rows(request, .getRefdomains)
    }

    func newLostBacklinks(_ request: SEOPowerSuiteRequest) throws -> [NewLostBacklinkRow] {
        try rows(request, .getNewLostBacklinks)
    }

    func newLostRefdomains(_ request: SEOPowerSuiteRequest) throws -> [NewLostRefdomainRow] {
        try rows(request, .getNewLostRefdomains)
    }

    func newLostBacklinksCount(_ request: SEOPowerSuiteRequest) throws -> [DayCountRow] {
        try rows(request, .getNewLostBacklinksCount)
    }

    func newLostRefdomainsCount(_ request: SEOPowerSuiteRequest) throws -> [DayCountRow] {
        try rows(request, .getNewLostRefdomainsCount)
    }

    private func page(_ request: SEOPowerSuiteRequest, _ receiver: any PageReceiver) throws -> String? {
        try send(request, BacklinkRow.self, begin: receiver.beginAttempt, receive: receiver.receive)
    }

    private func batches<Row: WireConvertible>(_ request: SEOPowerSuiteRequest) throws -> [Row] {
        var rows: [Row] = []
        let limit = SEOPowerSuiteCommand.batchLimit
        for start in stride(from: 0, to: request.targets.count, by: limit) {
            var batch = request
            batch.targets = Array(request.targets[start..<min(start + limit, request.targets.count)])
            rows += try self.rows(batch, batch.command) as [Row]
        }
        return rows
    }

    private func rows<Row: WireConvertible>(
        _ request: SEOPowerSuiteRequest, _ command: SEOPowerSuiteCommand
    ) throws -> [Row] {
        var request = request
        request.command = command
        if let limit = request.limit.map({ Int(clamping: $0) }) { try check(request, limit: limit, 1...10_000) }
        var rows: [Row] = []
        _ = try send(request, Row.self, begin: { rows = [] }, receive: { rows.append($0) })
        return rows
    }

    /// The next page's cursor.
    private func send<Row: WireConvertible>(
        _ request: SEOPowerSuiteRequest, _: Row.Type, begin: () throws -> Void, receive: (Row) throws -> Void
    ) throws -> String? {
        var request = request
        if request.output == nil, session.settings.prefersXML { request.output = "xml" }
        let command = request.command
        guard request.output == "xml" else {
            return try withoutActuallyEscaping(receive) { receive in
                try session.answer(to: call(request), http(request)) {
                    try begin()
                    return RowReader<Row>(listName: command.listName ?? "", receiveRow: receive)
                }
            }
        }
        // XML comes whole, so its rows come once it is known to be good.
        let answer = try session.answer(to: call(request), http(request)) {
            WholeAnswerReader<RowAnswer<Row>>(.xml) { wire in
                if let error = wire["error"], error != .null { throw SEOPowerSuiteFault.inSuccess(wire) }
                return (try RowAnswer(command: command, wire: wire), nil)
            }
        }
        try begin()
        for row in answer.rows { try receive(row) }
        return answer.next.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func exportTask(_ request: SEOPowerSuiteRequest) throws -> ExportTask {
        var request = request
        if session.settings.prefersXML { request.output = "xml" }
        let task = try session.answer(to: call(request), http(request)) {
            WholeAnswerReader<ExportTask>(request.output == "xml" ? .xml : .json) { wire in
                if let error = wire["error"], error != .null { throw SEOPowerSuiteFault.inSuccess(wire) }
                return (try ExportTask(wire: wire), nil)
            }
        }
        switch task.status {
        case .rejected:
            throw session.error(
                .rejected, call(request), "The provider doesn't start the export: another one still runs.",
                nextStep: nil)
        case .unknown:
            throw session.error(
                .notFound, call(request), "The provider doesn't know this export, or has deleted it.",
                nextStep: "Queue it again.")
        case .complete where task.downloadFile == nil:
            throw session.error(.badAnswer, call(request), "The export is complete without a file.", nextStep: nil)
        case nil where task.taskStatus == nil:
            throw session.error(.badAnswer, call(request), "The answer has no task_status.", nextStep: nil)
        default: return task
        }
    }

    private func http(_ request: SEOPowerSuiteRequest) -> HTTPRequest {
        let path = SEOPowerSuiteCommand.basePath + request.command.rawValue
        let key = session.settings.credentials.key.map { [("apikey", $0.text)] } ?? []
        var http = HTTPRequest(.get, session.base.url(path, query: key + request.queryItems))
        if request.command.allowsPOST,
            request.targets.count > 1 || http.url.utf8.count > SEOPowerSuiteClient.addressByteLimit
        {
            http = HTTPRequest(.post, session.base.url(path, query: key + request.postQueryItems))
            http.body = JSONWriter.bytes(request.postBody)
            http.headers.append(("Content-Type", "application/json"))
        }
        http.headers.append(("Accept", request.output == "xml" ? "application/xml" : "application/json"))
        switch request.command {
        case .getRawBacklinks, .getBacklinks, .downloadAllBacklinks:
            http.headers.append((ExtendedColumns.headerName, ExtendedColumns.preference))
        default: break
        }
        // Each order makes another export, which is paid for.
        http.isIdempotent = request.command != .downloadAllBacklinks
        http.timeout = session.settings.requestTimeout
        return http
    }

    private func call(_ request: SEOPowerSuiteRequest) -> ClientCall {
        let others = request.targets.count - 1
        var target = request.targets.first ?? request.taskID.map { "task \(session.redact($0))" } ?? ""
        if others > 0 { target += " and \(others) more" }
        return ClientCall(provider: provider, command: request.command.rawValue, target: target)
    }

    private func check(
        _ request: SEOPowerSuiteRequest, limit: Int, _ range: ClosedRange<Int>
    ) throws(ClientError) {
        guard range.contains(limit), request.next != "" else {
            throw session.error(
                .usage, call(request),
                request.next == "" ? "The cursor is empty." : "The limit is \(limit), not within \(range).",
                nextStep: "Check the options.")
        }
    }
}
