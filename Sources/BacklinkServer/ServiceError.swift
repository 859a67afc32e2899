import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore

/// A request that is refused: with which status, and what the client is told.
struct ServiceError: Error {
    var status: Int
    var description: String
    var headers: [ServerRequest.Header] = []

    init(_ status: Int, _ description: String, headers: [ServerRequest.Header] = []) {
        self.status = status
        self.description = description
        self.headers = headers
    }

    static func missing(_ parameter: String) -> ServiceError {
        ServiceError(400, "Parameter \(parameter) is missing.")
    }

    static func invalid(_ parameter: String, _ why: String) -> ServiceError {
        ServiceError(400, "Parameter \(parameter) is invalid. \(why)")
    }

    static let unauthorised = ServiceError(
        401, "Authentication failed. Please make sure your API key is valid and active.",
        headers: [.init("WWW-Authenticate", "Basic realm=\"strata\", charset=\"UTF-8\"")])

    static let busy = ServiceError(
        503, "System is busy. Please try again later.", headers: [.init("Retry-After", "1")])

    static func rateLimited(retryAfter seconds: Int) -> ServiceError {
        ServiceError(429, "Call rate limit reached.", headers: [.init("Retry-After", "\(seconds)")])
    }

    static func notAllowed(_ methods: [String]) -> ServiceError {
        let names = methods.joined(separator: ", ")
        return ServiceError(
            405, "Method Not Allowed. Allowed: \(names).", headers: [.init("Allow", names)])
    }

    /// What an error of any module comes to. Of our own failures the client hears little; the log has the rest.
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let error as TargetError: self = .invalid("target", error.description)
        case let error as EngineError where error.kind == .usage:
            self = ServiceError(400, "Parameters are invalid. \(error.description)")
        case let error as StoreError where error.kind == .noSnapshot:
            self = ServiceError(503, "There is no snapshot to answer from.", headers: [.init("Retry-After", "60")])
        default: self = ServiceError(500, "Unexpected error. Please try again later.")
        }
    }
}

/// The two formats of the SEO PowerSuite API.
enum AnswerFormat: String, CaseIterable, Sendable {
    case json
    case xml

    var contentType: String {
        switch self {
        case .json: "application/json; charset=utf-8"
        case .xml: "application/xml; charset=utf-8"
        }
    }

    func bytes(_ value: WireValue) -> [UInt8] {
        switch self {
        case .json: JSONWriter.bytes(value)
        case .xml: XMLWriter.bytes(value)
        }
    }
}

/// Answers of refusal, in the shape of contract decision 33.
enum Refusal {
    static func answer(_ error: ServiceError, _ format: AnswerFormat = .json) -> ServerAnswer {
        let body = ErrorBody(
            code: Int64(error.status), message: HTTPAnswerHead.reason(error.status), explanation: error.description)
        var answer = ServerAnswer(status: error.status, type: format.contentType, format.bytes(body.wire))
        answer.headers += error.headers
        return answer
    }
}
