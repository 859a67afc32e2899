import BacklinkContracts
import Synchronization

/// What all requests of one source share: address, limits, deadline, and the loop of attempts.
final class ProviderSession: Sendable {
    let settings: ClientSettings
    let base: BaseURL
    private let transport: any HTTPTransport
    private let clock: any ClientClock
    private let limiter: RequestLimiter
    private let redactor: Redactor
    private let random: Mutex<SplitMix64>
    /// On the clock.
    private let deadline: Duration?

    /// Bodies of failed requests are read so far.
    private static let faultByteLimit = 64 << 10

    init(_ settings: ClientSettings, transport: any HTTPTransport, clock: any ClientClock) throws(ClientError) {
        self.settings = settings
        base = try ProviderSession.checkedBase(settings)
        self.transport = transport
        self.clock = clock
        limiter = RequestLimiter(
            requestsPerMinute: settings.requestsPerMinute, simultaneousRequests: settings.simultaneousRequests)
        redactor = Redactor(settings.credentials)
        random = Mutex(SplitMix64(seed: settings.retrySeed ?? UInt64.random(in: .min ... .max)))
        deadline = settings.deadline.map { clock.now + $0 }
    }

    private static func checkedBase(_ settings: ClientSettings) throws(ClientError) -> BaseURL {
        let provider = settings.provider
        func failure(_ message: String, _ nextStep: String) -> ClientError {
            ClientError(.usage, provider: provider, message: message, nextStep: nextStep)
        }
        let text = settings.baseURL ?? provider.vendorBaseURL
        guard let base = BaseURL(text), !base.pathAndQuery.contains("?"), !text.contains("#") else {
            throw failure(
                BaseURL.fault(of: text),
                "Give one without a name or a password; \(provider.vendorBaseURL) is the vendor's.")
        }
        guard base.scheme == "https" || base.isLoopback else {
            throw failure(
                "The base URL is http, which is only for this machine (loopback: 127.0.0.1, [::1], localhost).",
                "Use https.")
        }
        if settings.credentials.isEmpty && !base.isLoopback {
            let names = provider.environmentNames.joined(separator: " and ")
            throw ClientError(
                .unauthorised, provider: provider, message: "There is no key.",
                nextStep: "Set \(names), or name a key file.")
        }
        guard settings.requestsPerMinute > 0, settings.simultaneousRequests > 0, settings.attemptLimit > 0 else {
            throw failure("Requests per minute, at one time and attempts must be 1 or more.", "Check the options.")
        }
        return base
    }

    /// Sends until an answer is whole or there is no hope. makeReader is called before each attempt; what it throws is
    /// the caller's and comes back as it is.
    func answer<Reader: AnswerReader>(
        to call: ClientCall, _ request: HTTPRequest, _ makeReader: () throws -> Reader
    ) throws -> Reader.Answer {
        var call = call
        call.target = redactor.redactKey(call.target)
        var machine = RetryMachine(
            attemptLimit: settings.attemptLimit, baseDelay: settings.retryBaseDelay,
            delayLimit: settings.retryDelayLimit, deadline: deadline, seed: random.withLock { $0.next() })
        while true {
            let fault: AnswerFault
            do {
                try enter(call)
                defer { limiter.leave() }
                let reader = try makeReader()
                settings.events?(.sent(call, attempt: machine.attempt))
                return try attempt(call, request, reader)
            } catch let error as AnswerFault {
                fault = error
            } catch let error as CallerFailure {
                throw error.underlying
            }
            // The provider speaks to the customer, not to this thread; other statuses speak of this request.
            if let wait = fault.retryAfter, [429, 503].contains(fault.statusCode) {
                limiter.pause(until: clock.now + wait)
            }
            if !request.isIdempotent && fault.mayHaveBeenDone { throw unsure(fault, call) }
            let decision = machine.decide(
                RetryMachine.Failure(
                    isRetryable: fault.isRetryable, isRateLimit: fault.kind == .rateLimited,
                    retryAfter: fault.retryAfter), at: clock.now)
            guard case .retry(let wait) = decision else { throw error(fault, decision, machine.attempt, call) }
            if fault.kind == .rateLimited { limiter.pause(until: clock.now + wait) }
            settings.events?(.retrying(call, afterSeconds: seconds(wait), because: redactor.redact(fault.message)))
            clock.sleep(wait)
        }
    }

    /// For what the provider said and is told or written down elsewhere.
    func redact(_ text: String) -> String { redactor.redact(text) }

    /// See BacklinkSource.
    func withoutKey(_ bytes: [UInt8]) -> [UInt8]? { redactor.withoutKey(bytes) }

    /// An error of a whole answer that says no.
    func error(_ kind: ClientError.Kind, _ call: ClientCall, _ message: String, nextStep: String?) -> ClientError {
        ClientError(
            kind, provider: call.provider, command: call.command, target: redactor.redactKey(call.target),
            message: redactor.redact(message), nextStep: nextStep)
    }

    /// A request that must not be sent twice got no answer that says what became of it.
    private func unsure(_ fault: AnswerFault, _ call: ClientCall) -> ClientError {
        var error = ClientError(
            fault.kind, provider: call.provider, command: call.command, target: call.target,
            message: redactor.redact(fault.message)
                + " The order may have been taken all the same; it isn't sent again.",
            nextStep: "Look in the provider's account whether it runs: the same command orders anew.")
        error.mayHaveBeenDone = true
        return error
    }

    /// Waits for its turn.
    private func enter(_ call: ClientCall) throws(AnswerFault) {
        var isTold = false
        while true {
            let now = clock.now
            if let deadline, now >= deadline {
                throw AnswerFault(.deadline, isRetryable: false, "The deadline has passed.")
            }
            let wait = limiter.enter(at: now)
            if wait == .zero { return }
            if wait > RetryMachine.longestWait {
                throw AnswerFault(
                    .rateLimited, isRetryable: false,
                    "The provider has asked to wait \(Int(seconds(wait).rounded(.up))) s more.")
            }
            if let deadline, now + wait >= deadline {
                throw AnswerFault(
                    .deadline, isRetryable: false,
                    "The provider's limits leave no turn before the deadline.")
            }
            if !isTold { settings.events?(.waiting(call, seconds: seconds(wait))) }
            isTold = true
            clock.sleep(wait)
        }
    }

    private func attempt<Reader: AnswerReader>(
        _ call: ClientCall, _ request: HTTPRequest, _ reader: Reader
    ) throws -> Reader.Answer {
        var request = request
        request.isLoopback = base.isLoopback
        request.connectTimeout = settings.connectTimeout
        request.headTimeout = settings.requestTimeout
        request.stallTimeout = settings.stallTimeout
        if let deadline {
            let left = max(.milliseconds(1), deadline - clock.now)
            request.timeout = min(request.timeout ?? left, left)
        }
        var head = HTTPHead(statusCode: 0)
        var byteCount = 0
        var faultBody: [UInt8] = []
        do {
            try transport.send(request) { received in
                head = received
                if received.statusCode == 200 { try reader.check(received) }
            } onBody: { bytes in
                byteCount += bytes.count
                if head.statusCode == 200 {
                    try reader.receive(bytes)
                } else {
                    faultBody += bytes.prefix(ProviderSession.faultByteLimit - faultBody.count)
                    if faultBody.count == ProviderSession.faultByteLimit { throw EnoughRead() }
                }
            }
            // A status says more than what became of its body.
            if head.statusCode != 200 { throw EnoughRead() }
            let answer = try reader.finish()
            tell(call, head, byteCount, price: head.price ?? reader.price)
            return answer
        } catch let failure as CallerFailure {
            throw failure
        } catch {
            if head.statusCode != 0 { tell(call, head, byteCount, price: head.price) }
            if head.statusCode != 0 && head.statusCode != 200 {
                throw AnswerFault.status(
                    head, body: faultBody, secondsSince1970: clock.secondsSince1970,
                    hasKey: !settings.credentials.isEmpty)
            }
            throw fault(error, hasHead: head.statusCode != 0)
        }
    }

    private struct EnoughRead: Error {}

    private func fault(_ error: any Error, hasHead: Bool) -> AnswerFault {
        switch error {
        case let fault as AnswerFault: return fault
        case let wire as WireError: return AnswerFault(wire)
        case let transport as TransportError:
            var fault = AnswerFault(transport)
            if let deadline, transport.kind == .timedOut, clock.now >= deadline {
                fault = AnswerFault(.deadline, isRetryable: false, "The deadline passed before the answer was whole.")
                fault.mayHaveBeenDone = true
            } else if transport.kind == .timedOut {
                fault.message = "No connection to \(base.origin) came about within \(shown(settings.connectTimeout)) s."
            } else if transport.kind == .stalled {
                fault.message =
                    hasHead
                    ? "Nothing more of the answer came for \(shown(settings.stallTimeout)) s."
                    : "No answer began within \(shown(settings.requestTimeout)) s, the limit for one request."
            } else if transport.kind == .notTrusted {
                fault.message = "The certificate of \(base.origin) is not trusted: \(transport.message)"
            } else if transport.kind == .unreachable {
                let reason = fault.message.hasSuffix(".") ? String(fault.message.dropLast()) : fault.message
                fault.message = "\(reason), at \(base.origin)."
            }
            return fault
        default:
            var fault = AnswerFault(.badAnswer, isRetryable: false, "The answer can't be read.")
            fault.mayHaveBeenDone = true
            return fault
        }
    }

    private func tell(_ call: ClientCall, _ head: HTTPHead, _ byteCount: Int, price: String?) {
        func shown(_ text: String) -> String { redactor.redact(ProviderMessage.printable(text)) }
        settings.events?(
            .answered(
                call, statusCode: head.statusCode, byteCount: byteCount, requestID: head.requestID.map(shown),
                price: price.map(shown)))
    }

    private func error(
        _ fault: AnswerFault, _ decision: RetryMachine.Decision, _ attemptCount: Int, _ call: ClientCall
    ) -> ClientError {
        var kind = fault.kind
        var message = fault.message
        switch decision {
        case .retry, .final: break
        case .attemptsSpent:
            if attemptCount > 1 { message += " It was tried \(attemptCount) times." }
        case .waitTooLong(let wait):
            let rounded = Int(seconds(wait).rounded(.up))
            if wait <= RetryMachine.longestWait { kind = .deadline }
            message += " The next attempt would be due in \(rounded) s"
            message += kind == .deadline ? ", after the deadline." : "."
        }
        return ClientError(
            kind, provider: call.provider, command: call.command, target: call.target, statusCode: fault.statusCode,
            isRetryable: fault.isRetryable, message: redactor.redact(message),
            nextStep: kind == fault.kind ? fault.nextStep : nil)
    }

    /// "30", "0.5"
    private func shown(_ duration: Duration) -> String {
        let seconds = seconds(duration)
        return seconds == seconds.rounded() && seconds < 1e9 ? "\(Int(seconds))" : "\(seconds)"
    }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
