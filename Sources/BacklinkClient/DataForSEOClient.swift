import BacklinkContracts

/// The three endpoints of the DataForSEO Backlinks API, from DataForSEO itself or through AIsa's gateway: one task a call,
/// its outcome in the answer at two levels.
final class DataForSEOClient: BacklinkSource {
    private let session: ProviderSession

    init(_ session: ProviderSession) {
        self.session = session
    }

    var provider: Provider { session.settings.provider }

    func redact(_ text: String) -> String { session.redact(text) }

    func withoutKey(_ bytes: [UInt8]) -> [UInt8]? { session.withoutKey(bytes) }

    func newLostBacklinks(bulk targets: [String], dateFrom: String?) throws -> [NewLostBacklinksItem] {
        try bulk(.bulkNewLostBacklinks, targets, dateFrom)
    }

    func newLostReferringDomains(
        bulk targets: [String], dateFrom: String?
    ) throws -> [NewLostReferringDomainsItem] {
        try bulk(.bulkNewLostReferringDomains, targets, dateFrom)
    }

    func history(_ request: HistoryRequest) throws -> HistoryResult? {
        let results: [HistoryResult] = try results(.history, request.body, target: request.target ?? "")
        return results.first
    }

    private func bulk<Item: WireConvertible>(
        _ endpoint: DataForSEOEndpoint, _ targets: [String], _ dateFrom: String?
    ) throws -> [Item] {
        var items: [Item] = []
        for start in stride(from: 0, to: targets.count, by: BulkRequest.targetLimit) {
            let batch = Array(targets[start..<min(start + BulkRequest.targetLimit, targets.count)])
            let target = batch.count == 1 ? batch[0] : "\(batch[0]) and \(batch.count - 1) more"
            let results: [BulkResult<Item>] = try results(
                endpoint, BulkRequest(targets: batch, dateFrom: dateFrom).body, target: target)
            items += results.flatMap { $0.items ?? [] }
        }
        return items
    }

    private func results<Result: WireConvertible>(
        _ endpoint: DataForSEOEndpoint, _ body: WireValue, target: String
    ) throws -> [Result] {
        let call = ClientCall(provider: provider, command: endpoint.pathComponent, target: target)
        return try session.answer(to: call, http(endpoint, body)) {
            WholeAnswerReader<[Result]>(.json) { wire in
                let envelope = try DataForSEOEnvelope(wire: wire)
                let price = envelope.cost.map { "\($0)" }
                guard let task = try DataForSEOStatus.task(of: envelope, wire) else { return ([], price) }
                return (try task.results(Result.self), price)
            }
        }
    }

    private func http(_ endpoint: DataForSEOEndpoint, _ body: WireValue) -> HTTPRequest {
        let folder = provider == .aisa ? "/apis/v1/dataforseo/backlinks/" : "/v3/backlinks/"
        var request = HTTPRequest(.post, session.base.url(folder + endpoint.pathComponent + "/live"))
        request.body = JSONWriter.bytes(body)
        request.headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        let credentials = session.settings.credentials
        if let key = credentials.key?.text {
            let value =
                provider == .aisa
                ? "Bearer \(key)" : "Basic \(Base64.text("\(credentials.login?.text ?? ""):\(key)"))"
            request.headers.append(("Authorization", value))
        }
        request.timeout = session.settings.requestTimeout
        return request
    }
}

/// DataForSEO's own status codes, in answers whose HTTP status is 200.
enum DataForSEOStatus {
    /// The only task; nil when it has found nothing. Throws what call or task failed of.
    static func task(of envelope: DataForSEOEnvelope, _ wire: WireValue) throws(AnswerFault) -> DataForSEOTask? {
        guard let code = envelope.statusCode else {
            if let error = wire["error"], error != .null { throw SEOPowerSuiteFault.inSuccess(wire) }
            let said = ProviderMessage.sentence(wire).flatMap(ProviderMessage.quoted)
            throw AnswerFault(
                .badAnswer, isRetryable: said == nil,
                "The answer has no status_code\(said.map { "; it says \($0)" } ?? ".")")
        }
        guard code == 20000 else { throw fault(code, envelope.statusMessage, "The call failed") }
        guard let task = envelope.tasks?.first else {
            throw AnswerFault(.badAnswer, isRetryable: true, "The answer has no task.")
        }
        guard let taskCode = task.statusCode else {
            throw AnswerFault(.badAnswer, isRetryable: true, "The answer's task has no status_code.")
        }
        if taskCode == 20000 { return task }
        let message = task.statusMessage ?? ""
        // Reported under other codes too.
        if taskCode == 40102 || message.lowercased().hasPrefix("no search results") { return nil }
        throw fault(taskCode, message, "The task failed")
    }

    static func fault(_ code: Int64, _ message: String?, _ what: String) -> AnswerFault {
        let said = message.flatMap(ProviderMessage.quoted)
        return AnswerFault(
            kind(code), statusCode: Int(clamping: code), isRetryable: isRetryable(code),
            "\(what) (\(code))\(said.map { ": \($0)" } ?? ".")")
    }

    /// Limits, and what the vendor asks to send again. Never 405xx: the request itself is wrong.
    static func isRetryable(_ code: Int64) -> Bool {
        [40202, 40209, 40103].contains(code) || (50000...50999).contains(code)
    }

    private static func kind(_ code: Int64) -> ClientError.Kind {
        switch code {
        case 40100: .unauthorised
        case 40101, 40103, 50000...50999: .unavailable
        case 40104, 40201, 40204, 40207: .forbidden
        case 40200, 40203, 40210: .paymentRequired
        case 40202, 40205, 40206, 40209: .rateLimited
        case 40400...40499: .notFound
        case 40000...40999: .badRequest
        default: .badAnswer
        }
    }
}
