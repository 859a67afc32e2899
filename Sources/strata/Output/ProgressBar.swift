import Glibc
import Synchronization

/// One line on standard error that says how far the work is: only on a terminal, only after a second. Safe to call from
/// any thread.
final class ProgressBar: Sendable {
    private struct State {
        let watch = Stopwatch()
        var phase = ""
        var phaseBegan = 0.0
        /// The phase began with everything done: its caller doesn't know how far it is.
        var isWithoutAmounts = false
        var lastDrawn = 0.0
        var isDrawn = false
        var isEnded = false
    }

    private static let quietSeconds = 1.0
    private static let redrawSeconds = 0.1

    private let isEnabled = Terminal.canRedraw
    private let state = Mutex(State())

    deinit {
        end()
    }

    /// - Parameters:
    ///   - total: 0 when it isn't known.
    ///   - amount: how to print an amount; the default counts.
    func update(
        _ phase: String, done: UInt64, total: UInt64, rate rateCount: UInt64? = nil,
        rateUnit: String = "", amount: (UInt64) -> String = { Readable.count($0) }
    ) {
        guard isEnabled else { return }
        state.withLock { state in
            guard !state.isEnded else { return }
            let now = state.watch.seconds
            if phase != state.phase {
                state.phase = phase
                state.phaseBegan = now
                state.isWithoutAmounts = done >= total
            }
            guard now >= Self.quietSeconds, now - state.lastDrawn >= Self.redrawSeconds else { return }
            state.lastDrawn = now
            state.isDrawn = true
            let seconds = now - state.phaseBegan
            let line =
                state.isWithoutAmounts && done >= total && total > 0
                ? "\(phase)  \(Readable.duration(seconds: seconds))"
                : Self.line(
                    phase, done: done, total: total, seconds: seconds, rateCount: rateCount ?? done, rateUnit: rateUnit,
                    amount: amount)
            let width = Terminal.reportedColumnCount(STDERR_FILENO) ?? 80
            Message.write("\r\(DisplayWidth.cut(Printable.text(line), to: width - 1))\u{1B}[K")
        }
    }

    /// Takes the line away, for good.
    func end() {
        state.withLock { state in
            if state.isDrawn { Message.write("\r\u{1B}[K") }
            state.isDrawn = false
            state.isEnded = true
        }
    }

    /// "rank [=======>      ]  52 %  1,234 of 2,345  61,700/s  0:18 left"
    static func line(
        _ phase: String, done: UInt64, total: UInt64, seconds: Double, rateCount: UInt64, rateUnit: String,
        amount: (UInt64) -> String
    ) -> String {
        var parts = [phase]
        let fraction = total > 0 ? min(1, Double(done) / Double(total)) : nil
        if let fraction {
            let filled = Int(fraction * 20)
            parts.append("[\(String(repeating: "=", count: filled))\(String(repeating: " ", count: 20 - filled))]")
            let percent = String(Int(fraction * 100))
            parts.append(String(repeating: " ", count: 3 - percent.count) + percent + " %")
            parts.append("\(amount(done)) of \(amount(total))")
        } else {
            parts.append(amount(done))
        }
        if seconds > 0.5 && rateCount > 0 {
            parts.append("\(Readable.count(UInt64(Double(rateCount) / seconds)))\(rateUnit)/s")
            if let fraction, fraction > 0 {
                parts.append("\(Readable.duration(seconds: seconds * (1 - fraction) / fraction)) left")
            }
        }
        return parts.joined(separator: "  ")
    }
}
