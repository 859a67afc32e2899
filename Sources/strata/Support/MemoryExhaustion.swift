import Glibc
import Kernels

/// Swift ends the program where memory that it needs can't be had: it says "failed to allocate … bytes" and aborts. This says the
/// next step, takes an unfinished output file away, and makes it an exit status like any other. The store needs nothing of us
/// then: docs/reliability.md. (A container's limit is none to an allocation: whoever goes past it is killed.)
/// Safety: both variables are set once, before the handler that reads them is; the text has that many bytes.
enum MemoryExhaustion {
    /// The signal handler reads these, and calls nothing but what POSIX lists as safe in one. Never freed.
    nonisolated(unsafe) private static var words: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var wordsByteCount = 0

    /// Where no limit is set, an abort is a fault of the program, and stays one.
    static func watch() {
        guard let allowance = MemoryAllowance.processLimits.min() else { return }
        Heap.haveOne()
        Interruption.makeVariables()
        let line =
            "strata: the memory ran out: this process may take \(Readable.bytes(UInt64(clamping: allowance))) (ulimit -v, "
            + "ulimit -d). What it hadn't finished isn't in the store. Give it more, or try --threads 1 and a smaller "
            + "--memory.\n"
        unsafe wordsByteCount = line.utf8.count
        unsafe words = strdup(line)
        signal(SIGABRT) { _ in
            Interruption.removeFile()
            if let words = unsafe MemoryExhaustion.words {
                _ = unsafe write(STDERR_FILENO, words, MemoryExhaustion.wordsByteCount)
            }
            _exit(ExitStatus.noMemory.rawValue)
        }
    }
}
