import Synchronization

/// Bucket and gate of one source, for all threads that use it.
final class RequestLimiter: Sendable {
    private struct State {
        var bucket: TokenBucket
        var gate: SimultaneityGate
        var pausedUntil: Duration = .zero
    }
    private let state: Mutex<State>

    /// How often a full gate is looked at again.
    private static let gateInterval = Duration.milliseconds(10)

    init(requestsPerMinute: Int, simultaneousRequests: Int) {
        state = Mutex(
            State(
                bucket: TokenBucket(requestsPerMinute: requestsPerMinute),
                gate: SimultaneityGate(limit: simultaneousRequests)))
    }

    /// Zero: go, and call `leave` in the end. Else: how long to wait before asking again.
    func enter(at now: Duration) -> Duration {
        state.withLock { state in
            if now < state.pausedUntil { return state.pausedUntil - now }
            guard state.gate.enter() else { return RequestLimiter.gateInterval }
            let wait = state.bucket.take(at: now)
            if wait > .zero { state.gate.leave() }
            return wait
        }
    }

    /// Nobody gets a turn before: one request was told to wait, which is meant for all.
    func pause(until time: Duration) {
        state.withLock { $0.pausedUntil = max($0.pausedUntil, time) }
    }

    func leave() {
        state.withLock { $0.gate.leave() }
    }
}
