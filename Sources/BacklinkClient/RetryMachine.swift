/// Whether and when a failed request is sent again. Sans-I/O.
///
/// The wait before attempt n + 1 is what Retry-After says, or random in 0 … min(limit, base · 2ⁿ⁻¹) (full jitter). After a
/// rate limit the base counts four times: providers count by the minute.
package struct RetryMachine: Sendable {
    package struct Failure: Hashable, Sendable {
        package var isRetryable: Bool
        package var isRateLimit = false
        package var retryAfter: Duration?

        package init(isRetryable: Bool, isRateLimit: Bool = false, retryAfter: Duration? = nil) {
            self.isRetryable = isRetryable
            self.isRateLimit = isRateLimit
            self.retryAfter = retryAfter
        }
    }

    package enum Decision: Hashable, Sendable {
        case retry(after: Duration)
        /// A new request would bring the same.
        case final
        case attemptsSpent
        /// The wait would end after the deadline, or is longer than anyone should wait unasked.
        case waitTooLong(Duration)
    }

    /// Nobody waits longer than this for a Retry-After, deadline or not.
    package static let longestWait = Duration.seconds(3600)

    /// The number of the attempt that runs, from 1.
    package private(set) var attempt = 1
    private let attemptLimit: Int
    private let baseDelay: Duration
    private let delayLimit: Duration
    private let deadline: Duration?
    private var random: SplitMix64

    /// - deadline: on the clock of `decide`.
    package init(attemptLimit: Int, baseDelay: Duration, delayLimit: Duration, deadline: Duration?, seed: UInt64) {
        self.attemptLimit = attemptLimit
        self.baseDelay = baseDelay
        self.delayLimit = delayLimit
        self.deadline = deadline
        random = SplitMix64(seed: seed)
    }

    /// The running attempt has failed. After `retry` the next one runs.
    package mutating func decide(_ failure: Failure, at now: Duration) -> Decision {
        guard failure.isRetryable else { return .final }
        guard attempt < attemptLimit else { return .attemptsSpent }
        let wait = failure.retryAfter ?? jitter(failure)
        if wait > RetryMachine.longestWait { return .waitTooLong(wait) }
        if let deadline, now + wait >= deadline { return .waitTooLong(wait) }
        attempt += 1
        return .retry(after: wait)
    }

    private mutating func jitter(_ failure: Failure) -> Duration {
        let range = min(delayLimit, baseDelay * (failure.isRateLimit ? 4 : 1) * (1 << min(attempt - 1, 20)))
        let (seconds, attoseconds) = range.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        return .nanoseconds(Int64.random(in: 0...max(0, nanoseconds), using: &random))
    }
}

/// Steele, Lea, Flood 2014: small and seeded; jitter needs no more.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
