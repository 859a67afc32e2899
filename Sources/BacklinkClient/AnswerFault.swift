import BacklinkContracts

/// One attempt's failure, before it is known whether there will be another.
struct AnswerFault: Error {
    var kind: ClientError.Kind
    var statusCode: Int?
    var isRetryable: Bool
    var retryAfter: Duration?
    var message: String
    /// No status says what became of the request: the provider may have done what it asked.
    var mayHaveBeenDone = false
    /// nil: what the kind advises.
    var nextStep: String?

    /// Some web server answered, not the service.
    static let webPageStep = "Check the base URL: a web page answers there, not the service."

    init(
        _ kind: ClientError.Kind, statusCode: Int? = nil, isRetryable: Bool, retryAfter: Duration? = nil,
        _ message: String
    ) {
        self.kind = kind
        self.statusCode = statusCode
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.message = message
    }

    init(_ error: TransportError) {
        let kind: ClientError.Kind = error.kind == .malformed ? .badAnswer : .network
        self.init(kind, isRetryable: error.isRetryable, error.message)
        mayHaveBeenDone = ![.unreachable, .notTrusted, .invalid].contains(error.kind)
    }

    init(_ error: WireError) {
        // Too long stays too long; anything else may have been broken on the way.
        self.init(.badAnswer, isRetryable: error.kind != .tooLarge, "The answer can't be read: \(error).")
        mayHaveBeenDone = true
    }

    /// Any status but 200.
    static func status(_ head: HTTPHead, body: [UInt8], secondsSince1970: Int64, hasKey: Bool = true) -> AnswerFault {
        let code = head.statusCode
        let said = ProviderMessage.text(body, mediaType: head.mediaType)
        let meaning =
            code == 401 && !hasKey ? "No key was given, and the server asks for one" : meaning(ofStatus: code)
        let isPage = ProviderMessage.isHTML(body, mediaType: head.mediaType)
        var fault = AnswerFault(
            kind(ofStatus: code), statusCode: code, isRetryable: code == 429 || (500...599).contains(code),
            retryAfter: head.headers["retry-after"].flatMap { RetryAfter.wait($0, secondsSince1970: secondsSince1970) },
            "\(meaning) (HTTP \(code))\(said.map { ": \($0)" } ?? ".")")
        if isPage { fault.nextStep = AnswerFault.webPageStep }
        return fault
    }

    static func kind(ofStatus code: Int) -> ClientError.Kind {
        switch code {
        case 244: .tooLarge
        case 401: .unauthorised
        case 402: .paymentRequired
        case 403: .forbidden
        case 404: .notFound
        case 429: .rateLimited
        case 400...499: .badRequest
        case 500...599: .unavailable
        default: .badAnswer
        }
    }

    private static func meaning(ofStatus code: Int) -> String {
        switch kind(ofStatus: code) {
        case .tooLarge: "The target is too large for this command"
        case .unauthorised: "The key was not accepted"
        case .paymentRequired: "Payment is required"
        case .forbidden: "The key may not do this"
        case .notFound: "There is nothing at this address"
        case .rateLimited: "Too many requests"
        case .badRequest: "The request was refused"
        case .unavailable: "The provider failed"
        default: (300...399).contains(code) ? "The provider redirects, which isn't followed" : "Not a success"
        }
    }
}

/// What the caller's own code threw while it took an answer: no fault of the provider's, so nothing is sent again.
struct CallerFailure: Error {
    var underlying: any Error

    /// Runs the caller's code.
    static func guarding<Value>(_ body: () throws -> Value) throws(CallerFailure) -> Value {
        do { return try body() } catch { throw CallerFailure(underlying: error) }
    }
}
