/// Reads HTTP/1.1 requests (RFC 9112) out of bytes that arrive in pieces; no I/O. Any cut of the input gives the same
/// events.
///
///     machine.feed(bytes)
///     loop: while true { switch machine.next() { case .needsBytes: break loop; case .request(let request): … } }
///
/// Strict where leniency lets requests be smuggled: one Content-Length, no Transfer-Encoding beside it, no folded lines,
/// no blank before a colon, no line that ends with a line feed alone. After a failure nothing follows: the connection is to be closed.
package struct HTTPRequestMachine: Sendable {
    package enum Event: Sendable {
        case needsBytes
        /// The client waits for "100 Continue" before it sends the body. Once a request.
        case wantsContinue
        case request(ServerRequest, keepsAlive: Bool)
        case failure(status: Int, String)
    }

    package struct Limits: Sendable {
        /// Of the request line; 414 beyond.
        package var requestLineByteCount = 64 << 10
        /// Of all header lines; 431 beyond.
        package var headerByteCount = 32 << 10
        package var headerCount = 100
        /// 413 beyond.
        package var bodyByteCount = 4 << 20
        package init() {}

        /// The header lines with the line ends around them.
        var headByteCountBesidesLine: Int { headerByteCount + 4 }
    }

    private enum Phase {
        case head
        case body(HTTPRequestHead, length: Int)
        case chunks(HTTPRequestHead, HTTPChunkReader)
        case failed(status: Int, String)
    }

    private let limits: Limits
    private var phase = Phase.head
    /// Bytes that no event has used yet begin at `start`.
    private var buffer: [UInt8] = []
    private var start = 0
    /// For the line ends of the head that begins at `start`.
    private(set) var lineSearch = LineFeedSearch()
    /// The bytes of the request line with its end but for the line feed; nil until that has come.
    private var requestLineByteCount: Int?
    private var promisedContinue = false

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether a request's head has arrived, and not all of its body.
    package var isInsideBody: Bool {
        switch phase {
        case .body, .chunks: true
        case .head, .failed: false
        }
    }

    /// Whether part of a request has arrived.
    package var isInsideRequest: Bool {
        if case .head = phase { return start < buffer.count }
        return true
    }

    /// What is kept of requests that haven't been handed out.
    package var heldByteCount: Int {
        if case .chunks(_, let reader) = phase { return buffer.count + reader.body.count }
        return buffer.count
    }

    package mutating func feed(_ bytes: [UInt8]) {
        if start > 0, start == buffer.count || start > 64 << 10 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += bytes
    }

    package mutating func next() -> Event {
        do {
            while true {
                switch phase {
                case .failed(let status, let reason):
                    return .failure(status: status, reason)
                case .head:
                    guard let head = try readHead() else { return .needsBytes }
                    try begin(head)
                case .body(let head, let length):
                    guard buffer.count - start >= length else { return waiting(head) }
                    let body = Array(buffer[start..<start + length])
                    start += length
                    return finish(head, body)
                case .chunks(let head, var reader):
                    // Else the phase holds the body too, and each piece would copy it whole.
                    phase = .head
                    start += try reader.read(buffer[start...], limit: limits.bodyByteCount)
                    guard reader.isComplete else {
                        phase = .chunks(head, reader)
                        return waiting(head)
                    }
                    return finish(head, reader.body)
                }
            }
        } catch {
            phase = .failed(status: error.status, error.reason)
            return .failure(status: error.status, error.reason)
        }
    }

    private mutating func waiting(_ head: HTTPRequestHead) -> Event {
        if head.expectsContinue, !promisedContinue {
            promisedContinue = true
            if start == buffer.count { return .wantsContinue }
        }
        return .needsBytes
    }

    private mutating func finish(_ head: HTTPRequestHead, _ body: [UInt8]) -> Event {
        phase = .head
        // The memory of a large body isn't kept while the connection idles.
        if start > 64 << 10 || start == buffer.count {
            buffer = Array(buffer[start...])
            start = 0
        }
        promisedContinue = false
        var request = head.request
        request.body = body
        return .request(request, keepsAlive: head.keepsAlive)
    }

    private mutating func begin(_ head: HTTPRequestHead) throws(HTTPFailure) {
        switch head.framing {
        case .length(let length):
            guard length <= limits.bodyByteCount else { throw .bodyTooLarge(limits.bodyByteCount) }
            phase = .body(head, length: length)
        case .chunked:
            phase = .chunks(head, HTTPChunkReader())
        }
    }

    /// nil until the empty line that ends a head has come.
    private mutating func readHead() throws(HTTPFailure) -> HTTPRequestHead? {
        // An empty line before a request is passed over (RFC 9112, 2.2).
        while start + 1 < buffer.count, buffer[start] == 13, buffer[start + 1] == 10 {
            start += 2
            lineSearch.restart()
        }
        while let offset = lineSearch.next(buffer[start...]) {
            let end = start + offset
            // RFC 9112 lets us take it for a line's end. A proxy before us that doesn't would see other headers.
            guard end > start, buffer[end - 1] == 13 else { throw .malformed("a line ends with a line feed alone") }
            if requestLineByteCount == nil { requestLineByteCount = offset }
            guard endsHead(at: end) else { continue }
            let lines = buffer[start..<end]
            start = end + 1
            lineSearch.restart()
            requestLineByteCount = nil
            return try HTTPRequestHead(lines, limits)
        }
        // Counted as in a whole head, so that no cut refuses what another one takes: the line's end doesn't belong to it.
        var lineByteCount = requestLineByteCount ?? buffer.count - start
        if lineByteCount > 0, buffer[start + lineByteCount - 1] == 13 { lineByteCount -= 1 }
        if lineByteCount > limits.requestLineByteCount { throw .requestLineTooLong(limits.requestLineByteCount) }
        if buffer.count - start - lineByteCount > limits.headByteCountBesidesLine {
            throw .headersTooLarge(limits.headerByteCount)
        }
        return nil
    }

    /// Whether the line feed, which a carriage return precedes, ends an empty line.
    private func endsHead(at index: Int) -> Bool {
        index - 2 >= start && buffer[index - 2] == 10
    }
}
