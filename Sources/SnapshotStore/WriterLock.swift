import Glibc

/// The store's one writer. The lock is the kernel's (flock on writer.lock), so it ends with the process that holds it,
/// however that ends; the file says in words which process it is.
///
/// Safety: `open` gets the path for the call only; `fstat` fills a variable of ours, which is read only when it
/// succeeds.
final class WriterLock {
    private var descriptor: Int32

    /// How long a rank that is being stored is waited for.
    private static let waitingSeconds: Int64 = 5

    /// Throws .locked, naming the holder, when there is a writer already. One that stores a rank, as a server may at any moment, is
    /// waited for.
    /// - isBrief: ours is such a lock.
    init(store: String, isBrief: Bool = false) throws {
        let path = "\(store)/writer.lock"
        // What a link leads to would be emptied, and to open a pipe is to wait.
        let descriptor = SystemCall.retried {
            unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        }
        if descriptor < 0 { throw errno == ELOOP ? Self.noFile(path) : StoreError.system("open", path, code: errno) }
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 {
            let code = errno
            close(descriptor)
            throw StoreError.system("look at", path, code: code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.noFile(path)
        }
        self.descriptor = descriptor
        var holder: WriterLockHolder?
        let start = ContinuousClock.now
        while !Self.lock(descriptor), errno == EWOULDBLOCK {
            holder = WriterLockHolder.find(descriptor)
            guard holder?.isBrief == true, start.duration(to: .now) < .seconds(Self.waitingSeconds) else { break }
            holder = nil
            usleep(2_000)
        }
        // Who says nothing has perhaps finished meanwhile. A lock that one has is had again.
        if holder != nil || !Self.lock(descriptor) {
            let code = holder == nil ? errno : EWOULDBLOCK
            close(descriptor)
            self.descriptor = -1
            guard code == EWOULDBLOCK else { throw StoreError.system("lock", path, code: code) }
            throw StoreError(
                .locked,
                "\(store) is being written by \(holder?.description ?? "another process"). Try again when it has finished; "
                    + "if it hangs, end that process.")
        }
        WriterLockHolder.current(isBrief: isBrief).write(to: descriptor)
    }

    deinit { release() }

    private static func noFile(_ path: String) -> StoreError {
        StoreError(.io, "\(path) is not a regular file: delete it, it is made anew.")
    }

    private static func lock(_ descriptor: Int32) -> Bool {
        SystemCall.retried { flock(descriptor, LOCK_EX | LOCK_NB) } == 0
    }

    func release() {
        if descriptor < 0 { return }
        _ = SystemCall.retried { ftruncate(descriptor, 0) }
        // Closing alone would leave the lock to a child process that was forked just now and hasn't begun its program.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
        descriptor = -1
    }
}
