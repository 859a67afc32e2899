import Glibc

/// Time as a fetch sees it; tests have their own.
/// Safety: the system reads and fills variables that outlive the calls, and `strftime` is told how long its array is;
/// the pointer in a `tm` is for these functions only.
package struct FetchClock: Sendable {
    /// Seconds by a clock that is never set.
    package var now: @Sendable () -> Double
    package var sleep: @Sendable (_ seconds: Double) -> Void

    package init(now: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (_ seconds: Double) -> Void) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = FetchClock(
        now: {
            var time = timespec()
            guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        },
        sleep: { seconds in
            guard seconds > 0 else { return }
            var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
            var left = timespec()
            while unsafe nanosleep(&rest, &left) != 0 && errno == EINTR { rest = left }
        })

    /// Now, as RFC 3339 in UTC: "2026-11-21T09:40:00Z".
    static var timestamp: String {
        var seconds = time(nil)
        var parts = unsafe tm()
        var text = [CChar](repeating: 0, count: 32)
        guard unsafe gmtime_r(&seconds, &parts) != nil,
            unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0
        else { return "1970-01-01T00:00:00Z" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
