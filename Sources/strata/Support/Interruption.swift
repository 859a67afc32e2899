import Glibc
import SnapshotStore
import Synchronization

/// Takes an unfinished output file away, and says what is kept, when the program is interrupted (Ctrl-C, a hang-up, a
/// polite kill). The signal ends the program then as it would have: shells see 130 or 143. A second one ends it at once.
/// Safety: texts are whole, ended by a zero, when their addresses are stored, and never freed. Variables go to C
/// functions for one call, and the new thread gets a number in place of a pointer.
enum Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// The handler may run at any moment and on any thread: it reads this pointer and calls nothing but what POSIX lists as
    /// safe in a signal handler. The text is never freed.
    nonisolated(unsafe) private static let path = unsafe Atomic<UnsafeMutablePointer<CChar>?>(nil)

    /// One file at a time; nil when there is none any more.
    static func willRemove(_ file: String?) {
        unsafe path.store(file.flatMap { unsafe strdup($0) }, ordering: .releasing)
        if file != nil { takeSignals() }
    }

    /// Takes the unfinished file away. For any signal's handler: it calls nothing but what POSIX lists as safe in one.
    static func removeFile() {
        if let path = unsafe Interruption.path.load(ordering: .acquiring) { unsafe unlink(path) }
    }

    /// What standard error is told; never freed, as the path.
    nonisolated(unsafe) private static let words = unsafe Atomic<UnsafeMutablePointer<CChar>?>(nil)

    /// nil when there is nothing to say any more.
    static func willSay(_ text: String?) {
        guard let text else { return unsafe words.store(nil, ordering: .releasing) }
        let line = "\(Terminal.isTerminal(STDERR_FILENO) ? "\n" : "")strata: \(text)\n"
        unsafe words.store(strdup(line), ordering: .releasing)
        takeSignals()
    }

    /// Where the handler tells the thread that deletes unfinished snapshots which signal came; −1 when there is no such thread.
    private static let pipeEnd = Atomic<Int32>(-1)

    /// From the first signal on. Errors are then what the deletion made of the work.
    private static let isEnding = Atomic(false)

    /// Deletes what the command has written of a snapshot, when it is interrupted. For commands that write one.
    static func willAbandonSnapshots() {
        guard pipeEnd.load(ordering: .relaxed) < 0 else { return }
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
        pipeEnd.store(ends[1], ordering: .releasing)
        takeSignals()
    }

    private static func awaitSignal(_ descriptor: Int32) {
        var number: UInt8 = 0
        repeat {
            guard SystemCall.retried({ unsafe read(descriptor, &number, 1) }) == 1 else { return }
        } while !signals.contains(Int32(number))
        Staging.abandonAll()
        // Who was about to take signals when the first one came may put the handler back, even now.
        while true {
            signal(Int32(number), SIG_DFL)
            kill(getpid(), Int32(number))
            usleep(10_000)
        }
    }

    /// Doesn't return once a signal has come that is about to end the program.
    static func awaitEnd() {
        while isEnding.load(ordering: .acquiring) { pause() }
    }

    /// Before a handler asks for them, which can't make them: without optimisation they are made at the first access.
    static func makeVariables() {
        _ = (unsafe path.load(ordering: .relaxed), unsafe words.load(ordering: .relaxed))
        _ = (pipeEnd.load(ordering: .relaxed), isEnding.load(ordering: .relaxed))
    }

    private static func takeSignals() {
        makeVariables()
        // Once a signal has come, the next one ends the program at once.
        guard !isEnding.load(ordering: .acquiring) else { return }
        for number in signals {
            // A signal that our starter ignores (nohup) stays ignored.
            let previous = signal(number) { number in
                // The thread that was interrupted may be about to read it.
                let code = errno
                defer { errno = code }
                Interruption.removeFile()
                if let words = unsafe Interruption.words.load(ordering: .acquiring) {
                    _ = unsafe write(STDERR_FILENO, words, strlen(words))
                }
                // A second one ends the program. (No loop: an array would have to be allocated.)
                signal(SIGINT, SIG_DFL)
                signal(SIGTERM, SIG_DFL)
                signal(SIGHUP, SIG_DFL)
                var byte = UInt8(truncatingIfNeeded: number)
                let pipeEnd = Interruption.pipeEnd.load(ordering: .acquiring)
                if pipeEnd >= 0 {
                    Interruption.isEnding.store(true, ordering: .releasing)
                    if unsafe write(pipeEnd, &byte, 1) == 1 { return }
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
