import Glibc

/// Keeps a connection that the other side has closed from ending the process: TLS writes to it with a plain write(2),
/// which raises SIGPIPE. Blocked for this thread alone, and taken back if it came; the program's own handling stays.
/// Safety: the system reads and fills variables of `run`, which outlive each call.
enum BrokenPipeGuard {
    static func run<Value>(_ body: () throws -> Value) rethrows -> Value {
        var brokenPipe = sigset_t()
        unsafe sigemptyset(&brokenPipe)
        unsafe sigaddset(&brokenPipe, SIGPIPE)
        var pending = sigset_t()
        unsafe sigpending(&pending)
        let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
        defer {
            if !wasPending {
                var noTime = timespec()
                while unsafe sigtimedwait(&brokenPipe, nil, &noTime) == -1 && errno == EINTR {}
            }
            unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        return try body()
    }
}
