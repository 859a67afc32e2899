/// How a source is reached, and how fast.
package struct ClientSettings: Sendable {
    package var provider: Provider
    /// nil: the vendor's. "http" is allowed for loopback only.
    package var baseURL: String?
    package var credentials: Credentials
    package var requestsPerMinute = 2000
    package var simultaneousRequests = 30
    package var connectTimeout: Duration = .seconds(15)
    /// For one request, from connecting to the last byte. Downloads have only the stall timeout and the deadline.
    package var requestTimeout: Duration = .seconds(300)
    /// Without a byte for so long, an answer that has begun is given up.
    package var stallTimeout: Duration = .seconds(60)
    /// For everything that the source does, from its making; nil: none.
    package var deadline: Duration?
    /// How often one request is sent at most.
    package var attemptLimit = 6
    /// The first wait is 0 … this, and the range doubles with every attempt; four times that after a rate limit.
    package var retryBaseDelay: Duration = .seconds(1)
    package var retryDelayLimit: Duration = .seconds(60)
    /// SEO PowerSuite answers in XML, which is read whole before its first row comes.
    package var prefersXML = false
    /// nil: from the system's randomness.
    package var retrySeed: UInt64?
    /// Called on the requesting thread.
    package var events: (@Sendable (ClientEvent) -> Void)?

    package init(provider: Provider, baseURL: String? = nil, credentials: Credentials = Credentials()) {
        self.provider = provider
        self.baseURL = baseURL
        self.credentials = credentials
    }
}
