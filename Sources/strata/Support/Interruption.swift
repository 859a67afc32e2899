import Glibc

/// Takes an unfinished output file away, and says what is kept, when the program is interrupted (Ctrl-C, a hang-up, a
/// polite kill). The signal ends the program then as it would have: shells see 130 or 143.
enum Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// The handler may run at any moment and on any thread: it reads this pointer and calls nothing but what POSIX lists as
    /// safe in a signal handler. The text is never freed.
    nonisolated(unsafe) private static var path: UnsafeMutablePointer<CChar>?

    /// One file at a time; nil when there is none any more.
    static func willRemove(_ file: String?) {
        guard let file else {
            unsafe path = nil
            return
        }
        unsafe path = strdup(file)
        takeSignals()
    }

    /// What standard error is told; never freed, as the path.
    nonisolated(unsafe) private static var words: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var wordsByteCount = 0

    /// nil when there is nothing to say any more.
    static func willSay(_ text: String?) {
        guard let text else {
            unsafe words = nil
            return
        }
        let line = "\(Terminal.isTerminal(STDERR_FILENO) ? "\n" : "")strata: \(text)\n"
        unsafe wordsByteCount = line.utf8.count
        unsafe words = strdup(line)
        takeSignals()
    }

    private static func takeSignals() {
        for number in signals {
            // A signal that our starter ignores (nohup) stays ignored.
            let previous = signal(number) { number in
                if let path = unsafe Interruption.path { unsafe unlink(path) }
                if let words = unsafe Interruption.words {
                    _ = unsafe write(STDERR_FILENO, words, Interruption.wordsByteCount)
                }
                signal(number, SIG_DFL)
                raise(number)
            }
            if isIgnored(previous) { signal(number, SIG_IGN) }
        }
    }

    private static func isIgnored(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
        unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
