import Glibc

/// Time as the client needs it; tests have their own.
package protocol ClientClock: Sendable {
    /// Since any fixed moment, never backwards.
    var now: Duration { get }
    /// Of the calendar, for dates in headers.
    var secondsSince1970: Int64 { get }
    func sleep(_ duration: Duration)
}

/// The machine's time.
/// Safety: the system reads and fills variables that outlive the calls.
package struct SystemClock: ClientClock {
    package init() {}

    package var now: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package var secondsSince1970: Int64 { Int64(time(nil)) }

    package func sleep(_ duration: Duration) {
        guard duration > .zero else { return }
        let (seconds, attoseconds) = duration.components
        var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var rest = timespec()
        // A signal interrupts; what is left is slept then.
        while unsafe nanosleep(&left, &rest) != 0 && errno == EINTR { left = rest }
    }
}
