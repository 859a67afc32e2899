import Glibc

/// Seconds since it was made, by the clock that is never set.
/// Safety: the system fills one `timespec`, a variable that outlives the call.
struct Stopwatch: Sendable {
    private let began = Stopwatch.now

    var seconds: Double { Self.now - began }

    private static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
