/// One request's way back: header lines and body pieces in, the caller's callbacks out. Does no I/O itself; the transport
/// asks after each step whether to go on.
final class HTTPExchange {
    typealias HeadReceiver = (HTTPHead) throws -> Void
    typealias BodyReceiver = ([UInt8]) throws -> Void

    /// What a callback threw; the transport ends then, and throws it.
    private(set) var failure: (any Error)?
    private(set) var hasHead = false
    private let onHead: HeadReceiver
    private let onBody: BodyReceiver
    private let headTimeout: Duration
    private let stallTimeout: Duration
    private var statusCode = 0
    private var headers: [String: String] = [:]
    private var headerByteCount = 0
    private var lastArrival = ContinuousClock.now

    private static let headerByteLimit = 64 << 10

    init(
        headTimeout: Duration, stallTimeout: Duration, onHead: @escaping HeadReceiver, onBody: @escaping BodyReceiver
    ) {
        self.headTimeout = headTimeout
        self.stallTimeout = stallTimeout
        self.onHead = onHead
        self.onBody = onBody
    }

    /// One line with its end. False: give up.
    func receive(headerLine line: [UInt8]) -> Bool {
        guard !hasHead else { return true }  // Trailers after the body.
        headerByteCount += line.count
        guard headerByteCount <= HTTPExchange.headerByteLimit else {
            failure = TransportError(
                .malformed, "The answer's headers have more than \(HTTPExchange.headerByteLimit) bytes.")
            return false
        }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // A new status line: what came before was an interim answer (RFC 9110 §15.2).
            headers = [:]
            let words = text.split(whereSeparator: \.isWhitespace)
            statusCode = words.count > 1 ? Int(words[1]) ?? 0 : 0
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...]
            headers[text[..<colon].lowercased()] = String(value.trimmingSpace())
        }
        return true
    }

    /// False: give up.
    func receive(body bytes: [UInt8]) -> Bool {
        do {
            try deliverHead()
            try onBody(bytes)
        } catch {
            failure = error
            return false
        }
        // Not before: the time that the receiver takes is not the sender's.
        lastArrival = ContinuousClock.now
        return true
    }

    /// The answer is whole; it may have had no body.
    func finish() throws {
        try deliverHead()
    }

    var isStalled: Bool {
        ContinuousClock.now - lastArrival > (hasHead ? stallTimeout : headTimeout)
    }

    private func deliverHead() throws {
        if hasHead { return }
        hasHead = true
        guard statusCode >= 200 else { throw TransportError(.malformed, "The answer is not HTTP.") }
        try onHead(HTTPHead(statusCode: statusCode, headers: headers))
        lastArrival = ContinuousClock.now
    }
}

extension StringProtocol {
    /// Without spaces, tabs and line ends at both ends.
    func trimmingSpace() -> SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}
