/// Sends a request and hands its answer on while it arrives. Blocking; safe to use from several threads.
package protocol HTTPTransport: Sendable {
    /// The head comes once, before the first piece of the body, and for an answer without one too. While a callback
    /// works, nothing more is read: a slow receiver slows the sender.
    /// - Throws: `TransportError`, or what a callback threw.
    func send(
        _ request: HTTPRequest, onHead: (HTTPHead) throws -> Void, onBody: ([UInt8]) throws -> Void) throws
}

/// Why no whole answer came. The message holds no address.
package struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// Nothing listens, no such host, no route.
        case unreachable
        /// The certificate or the handshake.
        case notTrusted
        case timedOut
        /// The answer began and stopped.
        case stalled
        /// The connection ended before the answer did.
        case cutShort
        /// Not HTTP, or encoded as nobody asked.
        case malformed
        /// The request can't be made at all.
        case invalid
    }
    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
    package var isRetryable: Bool { kind != .notTrusted && kind != .invalid }
}
