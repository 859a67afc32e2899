import Glibc

/// A file being written, through one buffer.
///
/// Safety: the path is a C string for the length of a call.
final class OutputFile {
    let path: String
    private(set) var byteCount = 0
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferByteCount = 1 << 18

    /// Makes the file, or empties the one that is there.
    init(creating path: String) throws {
        self.path = path
        descriptor = SystemCall.retried { unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
        if descriptor < 0 { throw StoreError.system("create", path, code: errno) }
        buffer.reserveCapacity(Self.bufferByteCount)
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    func append(_ bytes: [UInt8]) throws {
        byteCount += bytes.count
        if buffer.count + bytes.count > Self.bufferByteCount { try flush() }
        if bytes.count >= Self.bufferByteCount {
            try write(bytes)
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    /// Overwrites the first bytes of the file, which must have been appended before.
    func overwriteStart(_ bytes: [UInt8]) throws {
        precondition(bytes.count <= byteCount)
        try flush()
        if lseek(descriptor, 0, SEEK_SET) < 0 { throw StoreError.system("seek in", path, code: errno) }
        try write(bytes)
        if lseek(descriptor, 0, SEEK_END) < 0 { throw StoreError.system("seek in", path, code: errno) }
    }

    func close(syncing: Bool) throws {
        try flush()
        if syncing, SystemCall.retried({ fsync(descriptor) }) != 0 {
            throw StoreError.system("sync", path, code: errno)
        }
        let result = Glibc.close(descriptor)
        descriptor = -1
        // A signal doesn't keep the file open.
        if result != 0, errno != EINTR { throw StoreError.system("close", path, code: errno) }
    }

    private func flush() throws {
        try write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8]) throws {
        let code = SystemCall.writeAll(bytes[...], to: descriptor)
        if code != 0 { throw StoreError.system("write to", path, code: code) }
    }
}
