import Digests
import Glibc
import SnapshotStore

/// The bytes of a file, or of standard input ("-"), counted and hashed as they are stored.
final class FileSource: ByteSource {
    /// As the user named it; "-" is standard input.
    let path: String
    /// What messages and the manifest call it: a name of its own, the last part of the path, or "standard input".
    let displayName: String
    /// The file's size, 0 when it isn't known before the end (a pipe).
    let expectedByteCount: UInt64
    /// Bytes read so far.
    private(set) var byteCount: UInt64 = 0
    private let descriptor: Int32
    private var digest = SHA256Digest()

    init(path: String, displayName: String? = nil) throws(ImportError) {
        self.path = path
        self.displayName = displayName ?? FileSource.displayName(of: path)
        descriptor =
            path == "-" ? STDIN_FILENO : SystemCall.retried { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            throw FileSource.cannotOpen(path, code: errno)
        }
        var status = stat()
        let known = unsafe fstat(descriptor, &status) == 0
        if known, status.st_mode & S_IFMT == S_IFDIR {
            close(descriptor)
            throw ImportError(.noInput, "\(path) is a directory; name the files in it")
        }
        expectedByteCount = known && status.st_mode & S_IFMT == S_IFREG ? UInt64(max(0, status.st_size)) : 0
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    /// The size of a regular file, which is checked to be readable; nil for pipes and the like, which are left alone:
    /// opening them twice would lose data.
    static func byteCount(ofFile path: String) throws(ImportError) -> UInt64? {
        var status = stat()
        if path == "-" { return nil }
        if unsafe stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) { return nil }
        return try FileSource(path: path).expectedByteCount
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Safety: read(2) gets the buffer from `start` on and that part's size; what it has filled is hashed within the
    /// closure that lends it.
    func read(into buffer: inout [UInt8], at start: Int) throws(ImportError) -> Int {
        let count = unsafe buffer.withUnsafeMutableBytes { (all) -> Int in
            let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: all[start...])
            while true {
                let count = unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
                if count < 0 && errno == EINTR { continue }
                if count > 0 { unsafe digest.update(UnsafeRawBufferPointer(rebasing: bytes[0..<count])) }
                return count
            }
        }
        guard count >= 0 else {
            let fault = SystemFault(code: errno)
            let name = path == "-" ? displayName : path
            throw ImportError(.io, "cannot read \(name) at byte \(byteCount): \(fault.text). \(fault.advice)")
        }
        byteCount += UInt64(count)
        return count
    }

    /// SHA-256 of the bytes read, in hexadecimal. Call once, at the end.
    func finishDigest() -> String { digest.finishInHex() }

    /// `code` is errno.
    static func cannotOpen(_ path: String, code: Int32) -> ImportError {
        let fault = SystemFault(code: code)
        let isMissing = fault.isAbsence || code == ELOOP || code == ENAMETOOLONG
        // What is there, and can't be opened now, isn't missing.
        let kind: ImportError.Kind = fault.isRefusal ? .notPermitted : isMissing ? .noInput : .io
        return ImportError(kind, "cannot open \(path): \(fault.text). \(fault.advice)")
    }

    private static func displayName(of path: String) -> String {
        path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
    }
}
