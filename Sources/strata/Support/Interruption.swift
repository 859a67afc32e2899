import Glibc
import SnapshotStore
import Synchronization

/// Takes an unfinished output file away, and says what is kept, when the program is interrupted (Ctrl-C, a hang-up, a
/// polite kill). The signal ends the program then as it would have: shells see 130 or 143. A second one ends it at once.
/// Safety: one thread sets the variables that the handler reads, each in one store. Texts are whole when their
/// addresses are set, and never freed; the length is set before the one text that a process says. Variables go to C
/// functions for one call, and the new thread gets a number in place of a pointer.
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

    /// Takes the unfinished file away. For any signal's handler: it calls nothing but what POSIX lists as safe in one.
    static func removeFile() {
        if let path = unsafe Interruption.path { unsafe unlink(path) }
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
        // The handler must not read the one's bytes by the other's count.
        unsafe words = nil
        unsafe wordsByteCount = line.utf8.count
        unsafe words = strdup(line)
        takeSignals()
    }

    /// Where the handler tells the thread that deletes unfinished snapshots which signal came; −1 when there is no such thread.
    nonisolated(unsafe) private static var pipeEnd: Int32 = -1

    /// From the first signal on. Errors are then what the deletion made of the work.
    private static let isEnding = Atomic(false)

    /// Deletes what the command has written of a snapshot, when it is interrupted. For commands that write one.
    static func willAbandonSnapshots() {
        guard unsafe pipeEnd < 0 else { return }
        var ends: [Int32] = [-1, -1]
        // Without a pipe or a thread the next command that writes deletes it.
        guard unsafe pipe(&ends) == 0 else { return }
        var thread = pthread_t()
        let context = unsafe UnsafeMutableRawPointer(bitPattern: Int(ends[0]) + 1)
        let result = unsafe pthread_create(
            &thread, nil,
            { context in
                Interruption.awaitSignal(Int32(Int(bitPattern: context) - 1))
                return nil
            }, context)
        guard result == 0 else {
            for end in ends { close(end) }
            return
        }
        pthread_detach(thread)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        unsafe pipeEnd = ends[1]
        takeSignals()
    }

    private static func awaitSignal(_ descriptor: Int32) {
        var number: UInt8 = 0
        repeat {
            guard SystemCall.retried({ unsafe read(descriptor, &number, 1) }) == 1 else { return }
        } while !signals.contains(Int32(number))
        Staging.abandonAll()
        // Whoever took signals after the first one came has put the handler back.
        signal(Int32(number), SIG_DFL)
        kill(getpid(), Int32(number))
    }

    /// Doesn't return once a signal has come that is about to end the program.
    static func awaitEnd() {
        while isEnding.load(ordering: .acquiring) { pause() }
    }

    private static func takeSignals() {
        // Made now: the handler can't. And once a signal has come, the next one ends the program at once.
        guard !isEnding.load(ordering: .acquiring) else { return }
        for number in signals {
            // A signal that our starter ignores (nohup) stays ignored.
            let previous = signal(number) { number in
                // The thread that was interrupted may be about to read it.
                let code = errno
                defer { errno = code }
                Interruption.removeFile()
                if let words = unsafe Interruption.words {
                    _ = unsafe write(STDERR_FILENO, words, Interruption.wordsByteCount)
                }
                // A second one ends the program. (No loop: an array would have to be allocated.)
                signal(SIGINT, SIG_DFL)
                signal(SIGTERM, SIG_DFL)
                signal(SIGHUP, SIG_DFL)
                var byte = UInt8(truncatingIfNeeded: number)
                if unsafe Interruption.pipeEnd >= 0 {
                    Interruption.isEnding.store(true, ordering: .releasing)
                    if unsafe write(Interruption.pipeEnd, &byte, 1) == 1 { return }
                }
                raise(number)
            }
            if isIgnored(previous) { signal(number, SIG_IGN) }
        }
    }

    private static func isIgnored(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
        unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
