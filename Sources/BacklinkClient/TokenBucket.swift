/// At most so many requests in any minute: a bucket of one second's share, refilled evenly, so that bucket and refill
/// together never pass the limit. Kept as one instant (the generic cell rate algorithm, ITU-T I.371): the bucket is full
/// when that lies in the past, and each request moves it on by one interval. Sans-I/O.
package struct TokenBucket: Sendable {
    /// Between two requests of an emptied bucket.
    private let interval: Duration
    /// How far ahead of now the full instant may be: (capacity − 1) intervals.
    private let tolerance: Duration
    private var fullAt: Duration = .zero

    /// - requestsPerMinute: 1 at least.
    package init(requestsPerMinute: Int) {
        let limit = Int64(max(1, requestsPerMinute))
        let capacity = max(1, limit / 60)
        // Rounded up: too slow by a nanosecond, not too fast.
        interval = .nanoseconds((60_000_000_000 + limit - capacity) / (limit - capacity + 1))
        tolerance = interval * Int(capacity - 1)
    }

    /// Takes a token and returns zero, or returns how long to wait before asking again.
    package mutating func take(at now: Duration) -> Duration {
        let wait = fullAt - tolerance - now
        guard wait <= .zero else { return wait }
        fullAt = max(fullAt, now) + interval
        return .zero
    }
}
