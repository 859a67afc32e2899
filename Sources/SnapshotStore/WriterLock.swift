import Glibc

/// The store's one writer. The lock is the kernel's (flock on writer.lock), so it ends with the process that holds it,
/// however that ends; the file says in words which process it is.
final class WriterLock {
    private var descriptor: Int32

    /// Throws .locked, naming the holder, when there is a writer already.
    init(store: String) throws {
        let path = "\(store)/writer.lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw StoreError.system("open", path, code: errno) }
        self.descriptor = descriptor
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            let holder = Self.read(descriptor)
            close(descriptor)
            self.descriptor = -1
            guard code == EWOULDBLOCK else { throw StoreError.system("lock", path, code: code) }
            throw StoreError(
                .locked,
                "\(store) is being written by process \(holder.isEmpty ? "unknown" : holder). Try again when it has "
                    + "finished; if it hangs, end that process.")
        }
        let text = Array("\(getpid())\n".utf8)
        let written = unsafe text.withUnsafeBytes { bytes in
            unsafe ftruncate(descriptor, 0) == 0 ? pwrite(descriptor, bytes.baseAddress, bytes.count, 0) : -1
        }
        if written != text.count {
            let code = errno
            release()
            throw StoreError.system("write to", path, code: code)
        }
    }

    deinit { release() }

    func release() {
        if descriptor < 0 { return }
        _ = ftruncate(descriptor, 0)
        // Closing alone would leave the lock to a child process that was forked just now and hasn't begun its program.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
        descriptor = -1
    }

    private static func read(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        return String(decoding: bytes.prefix(max(0, count)).prefix { $0 >= 48 && $0 <= 57 }, as: UTF8.self)
    }
}
