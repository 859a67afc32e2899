import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore

/// Answers the three endpoints of DataForSEO, at its own mount and at AIsa's.
struct DataForSEOHandler: Sendable {
    let served: ServedStore

    /// The paths in front of "history/live" (contract decision 60).
    static let mounts = ["/v3/backlinks/", "/apis/v1/dataforseo/backlinks/", "/apis/v1/dataforseo/v3/backlinks/"]

    /// Whether an answer to this path is an envelope, found or not.
    static func owns(_ path: String) -> Bool { path.hasPrefix("/v3/") || path.hasPrefix("/apis/v1/dataforseo/") }

    /// nil when there is no such endpoint.
    static func endpoint(of path: String) -> DataForSEOEndpoint? {
        for mount in mounts where path.hasPrefix(mount) {
            if let endpoint = DataForSEOEndpoint.allCases.first(where: { Self.path(mount, $0) == path }) {
                return endpoint
            }
        }
        return nil
    }

    static func path(_ mount: String, _ endpoint: DataForSEOEndpoint) -> String {
        "\(mount)\(endpoint.pathComponent)/live"
    }

    /// Never throws: outcomes are codes in the envelope, and HTTP says 200 (contract §1.1).
    func answer(_ request: ServerRequest, path: String) -> ServerAnswer {
        let start = steadyMicroseconds()
        guard let endpoint = Self.endpoint(of: path), request.method == "POST" else {
            return refusal(.notFound, status: 404)
        }
        let readers: [DataForSEOTaskReader?]
        do {
            readers = try DataForSEOTaskReader.tasks(request.body)
        } catch {
            return refusal(error)
        }
        guard readers.count <= 100 else { return refusal(.tooManyTasks) }
        let tasks = readers.enumerated().map { index, reader in
            // Only one task a call is worked on (decision 52).
            task(endpoint, reader, refusal: index > 0 ? .oneTaskOnly : nil)
        }
        let failures = tasks.filter { $0.statusCode != 20_000 }
        var envelope = envelope(20_000, "Ok.", microseconds: steadyMicroseconds() - start)
        envelope.tasksCount = Int64(tasks.count)
        envelope.tasksError = Int64(failures.count)
        envelope.tasks = tasks
        var answer = ServerAnswer(type: "application/json; charset=utf-8", JSONWriter.bytes(envelope.wire))
        answer.note = failures.first.map { "\($0.statusCode ?? 0) \($0.statusMessage ?? "")" }
        return answer
    }

    /// An answer without tasks.
    func refusal(_ error: DataForSEOError, status: Int = 200, headers: [ServerRequest.Header] = []) -> ServerAnswer {
        var envelope = envelope(error.code, error.message, microseconds: 0)
        envelope.tasksCount = 0
        envelope.tasksError = 0
        var answer = ServerAnswer(
            status: status, type: "application/json; charset=utf-8", JSONWriter.bytes(envelope.wire))
        answer.headers += headers
        answer.note = "\(error.code) \(error.message)"
        return answer
    }

    private func task(
        _ endpoint: DataForSEOEndpoint, _ reader: DataForSEOTaskReader?, refusal: DataForSEOError?
    ) -> DataForSEOTask {
        let start = steadyMicroseconds()
        var task = DataForSEOTask(
            id: Self.newTaskID(endpoint), cost: 0, resultCount: 0, path: endpoint.path,
            data: .object(
                [
                    WireMember("api", .text("backlinks")), WireMember("function", .text(endpoint.pathComponent)),
                ] + (reader?.fields ?? [])))
        do {
            if let refusal { throw refusal }
            guard let reader else { throw DataForSEOError.invalidData }
            let result = try result(endpoint, reader)
            task.statusCode = 20_000
            task.statusMessage = "Ok."
            task.result = [result]
            task.resultCount = 1
        } catch {
            let outcome = Self.outcome(error)
            task.statusCode = outcome.code
            task.statusMessage = outcome.message
        }
        task.time = Self.seconds(steadyMicroseconds() - start)
        return task
    }

    private func result(_ endpoint: DataForSEOEndpoint, _ reader: DataForSEOTaskReader) throws -> WireValue {
        switch endpoint {
        case .bulkNewLostBacklinks, .bulkNewLostReferringDomains:
            let question = try BulkQuestion(reader, today: served.today())
            let changes = try BulkComparison(served).changes(question)
            return endpoint == .bulkNewLostBacklinks
                ? BulkResult(items: changes.map(NewLostBacklinksItem.init)).wire
                : BulkResult(items: changes.map(NewLostReferringDomainsItem.init)).wire
        case .history:
            let question = try HistoryQuestion(reader, today: served.today())
            let points = try served.engine.history(
                served.store, question.target, from: question.from, to: question.effectiveTo)
            return HistoryResult(question, points).wire
        }
    }

    /// What an error of any module comes to.
    private static func outcome(_ error: any Error) -> DataForSEOError {
        switch error {
        case let error as DataForSEOError: error
        case let error as StoreError where error.kind == .noSnapshot: .unavailable
        default: .internalError
        }
    }

    private func envelope(_ code: Int64, _ message: String, microseconds: Int64) -> DataForSEOEnvelope {
        DataForSEOEnvelope(
            version: version, statusCode: code, statusMessage: message, time: Self.seconds(microseconds), cost: 0)
    }

    /// "0.1.20261101": the served snapshot's date stands where the vendor has its release's (decision 58).
    private var version: String {
        let date = (try? served.store.snapshotIDs().last?.date.description) ?? "1970-01-01"
        return "0.1.\(date.filter { $0 != "-" })"
    }

    /// "0.0123 sec."
    static func seconds(_ microseconds: Int64) -> String {
        let units = max(0, microseconds) / 100
        return "\(units / 10_000).\(padded(Int(units % 10_000), 4)) sec."
    }

    /// "11211244-1535-0350-0000-ceb4be23b495": month, day, time, account, function, and 48 random bits.
    private static func newTaskID(_ endpoint: DataForSEOEndpoint) -> String {
        let now = UTCTime.now()
        let time = [now.month, now.day, now.hour, now.minute].map { padded($0) }.joined()
        let digits = String(UInt64.random(in: 0..<1 << 48), radix: 16)
        return "\(time)-0000-\(endpoint.functionCode)-0000-\(String(repeating: "0", count: 12 - digits.count))\(digits)"
    }
}
