import Glibc

/// Takes an unfinished output file away when the program is interrupted (Ctrl-C, a hang-up, a polite kill).
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
        for number in signals {
            // A signal that our starter ignores (nohup) stays ignored.
            let previous = signal(number) { number in
                if let path = unsafe Interruption.path { unsafe unlink(path) }
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
