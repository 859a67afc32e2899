import Glibc

/// The time, for progress reports.
enum ImportClock {
    /// Safety: the system writes into a local value during the call.
    static var monotonicNanoseconds: UInt64 {
        var now = timespec()
        guard unsafe clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { return 0 }
        return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
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
