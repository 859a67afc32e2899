import Digests
import Glibc
import SnapshotStore

/// A file of a fetch that is being written, and may have to begin again.
/// Safety: paths are C strings for the length of a call, and `stat` fills variables that outlive it. Buffers are used
/// inside their closures: reads are told how long they are, and the digest gets as many bytes as were read.
final class DiskFile {
    let path: String
    private(set) var byteCount = 0
    /// Of the bytes, in hexadecimal, once the file is closed.
    private(set) var sha256: String?
    private var digest = SHA256Digest()
    private var descriptor: Int32

    /// Makes the file, or empties the one that is there.
    init(creating path: String) throws {
        self.path = path
        descriptor = SystemCall.retried { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
        if descriptor < 0 { throw FetchError.system("create", path, code: errno) }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    func append(_ bytes: ArraySlice<UInt8>) throws {
        try Self.write(bytes, to: descriptor, path)
        unsafe bytes.withUnsafeBytes { unsafe digest.update($0) }
        byteCount += bytes.count
    }

    /// Begins again: the file is empty.
    func clear() throws {
        if SystemCall.retried({ ftruncate(descriptor, 0) }) != 0 { throw FetchError.system("cut", path, code: errno) }
        if lseek(descriptor, 0, SEEK_SET) < 0 { throw FetchError.system("seek in", path, code: errno) }
        byteCount = 0
        digest = SHA256Digest()
    }

    /// The bytes are on the disk when this returns; the name isn't until the directory is synced.
    func close() throws {
        if SystemCall.retried({ fsync(descriptor) }) != 0 { throw FetchError.system("sync", path, code: errno) }
        let result = Glibc.close(descriptor)
        descriptor = -1
        sha256 = digest.finishInHex()
        if result != 0, errno != EINTR { throw FetchError.system("close", path, code: errno) }
    }

    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, _ path: String) throws {
        let code = SystemCall.writeAll(bytes, to: descriptor)
        if code != 0 { throw FetchError.system("write to", path, code: code) }
    }

    /// In hexadecimal.
    static func sha256(ofFile path: String) throws -> String {
        guard let descriptor = try openRegular(path) else { throw FetchError.system("open", path, code: ENOENT) }
        defer { Glibc.close(descriptor) }
        var digest = SHA256Digest()
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return digest.finishInHex() }
            if count < 0 {
                if errno == EINTR { continue }
                throw FetchError.system("read", path, code: errno)
            }
            unsafe buffer.withUnsafeBytes { unsafe digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// Opens a file to be read; nil when there is none. Something else in its place, which may have no end or wait for a
    /// writer, is an error.
    static func openRegular(_ path: String) throws -> Int32? {
        let descriptor = SystemCall.retried { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw FetchError.system("open", path, code: errno)
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, (status.st_mode & S_IFMT) == S_IFREG else {
            Glibc.close(descriptor)
            throw FetchError(.io, "\(path) is not a regular file: remove it, and run the same command again")
        }
        return descriptor
    }

    /// nil when there is no such file.
    static func byteCount(ofFile path: String) -> Int? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
