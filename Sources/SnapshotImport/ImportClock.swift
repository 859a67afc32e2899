import Glibc

/// The time, for progress reports and manifests.
enum ImportClock {
    static var monotonicNanoseconds: UInt64 {
        var now = timespec()
        guard unsafe clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { return 0 }
        return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
    }

    /// Now, as RFC 3339 in UTC: "2026-11-21T09:40:00Z".
    static var timestamp: String {
        var now = time(nil)
        var parts = unsafe tm()
        let fields = unsafe gmtime_r(&now, &parts).map { parts in
            unsafe (
                parts.pointee.tm_year + 1900, parts.pointee.tm_mon + 1, parts.pointee.tm_mday, parts.pointee.tm_hour,
                parts.pointee.tm_min, parts.pointee.tm_sec
            )
        }
        guard let (year, month, day, hour, minute, second) = fields else { return "" }
        func digits(_ number: Int32, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
            + "T\(digits(hour, 2)):\(digits(minute, 2)):\(digits(second, 2))Z"
    }
}

/// Hands progress on at most ten times a second.
struct ProgressMeter {
    private let callback: (@Sendable (String, UInt64, UInt64, UInt64) -> Void)?
    private let byteCount: UInt64
    private var nextTime: UInt64 = 0

    /// - byteCount: bytes of all inputs, 0 when unknown.
    init(_ options: ImportOptions, byteCount: UInt64) {
        callback = options.progress
        self.byteCount = byteCount
    }

    mutating func report(_ phase: String, bytesDone: UInt64, rows: UInt64, isForced: Bool = false) {
        guard let callback else { return }
        let now = ImportClock.monotonicNanoseconds
        guard isForced || now >= nextTime else { return }
        nextTime = now &+ 100_000_000
        callback(phase, bytesDone, byteCount, rows)
    }
}
