/// What the client does, for logs and progress. Holds no address and no key.
package enum ClientEvent: Hashable, Sendable {
    /// attempt: 1 for the first.
    case sent(ClientCall, attempt: Int)
    /// requestID, price: as the provider's headers or its answer told them.
    case answered(ClientCall, statusCode: Int, byteCount: Int, requestID: String?, price: String?)
    case retrying(ClientCall, afterSeconds: Double, because: String)
    /// The limits of requests per minute or at one time hold it back.
    case waiting(ClientCall, seconds: Double)
}

/// One request in the words of its messages.
package struct ClientCall: Hashable, Sendable {
    package var provider: Provider
    package var command: String
    package var target: String

    package init(provider: Provider, command: String, target: String) {
        self.provider = provider
        self.command = command
        self.target = target
    }
}
