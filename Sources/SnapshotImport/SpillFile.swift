import Glibc
import SnapshotStore

enum SpillFile {
    /// Gives space back early. What can't be removed goes with the staging directory.
    static func remove(_ paths: [String]) {
        for path in paths { unsafe unlink(path) }
    }

    static func rename(_ path: String, to newPath: String) throws(ImportError) {
        guard unsafe Glibc.rename(path, newPath) == 0 else { throw spillError("rename", path) }
    }
}

/// What the operating system said about a temporary file, and what to do about it.
private func spillError(_ action: String, _ path: String, code: Int32 = errno) -> ImportError {
    let fault = SystemFault(code: code)
    return ImportError(
        fault.isRefusal ? .notPermitted : .io,
        "cannot \(action) the temporary file \(path): \(fault.text). \(fault.advice)")
}

/// A temporary file that is written once, from front to back.
///
/// Safety: `write` copies what has room after `used`, and writes through what the empty buffer has no room for; a
/// number takes 10 bytes at most, for which the buffer (64 or more) is flushed. It is freed with this object.
@safe
final class SpillWriter {
    let path: String
    private let descriptor: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0

    init(path: String, bufferByteCount: Int) throws(ImportError) {
        let descriptor = SystemCall.retried { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
        guard descriptor >= 0 else { throw spillError("create", path) }
        self.path = path
        self.descriptor = descriptor
        unsafe buffer = .allocate(byteCount: max(bufferByteCount, 64), alignment: 16)
    }

    deinit {
        close(descriptor)
        unsafe buffer.deallocate()
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ImportError) {
        if unsafe bytes.count > buffer.count &- used {
            try flush()
            if unsafe bytes.count > buffer.count { return try unsafe writeThrough(bytes) }
        }
        guard let source = bytes.baseAddress, let target = unsafe buffer.baseAddress, bytes.count > 0 else { return }
        unsafe (target + used).copyMemory(from: source, byteCount: bytes.count)
        used &+= bytes.count
    }

    /// LEB128: seven bits a byte, the lowest first.
    func write(number: Int) throws(ImportError) {
        if unsafe buffer.count &- used < 10 { try flush() }
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            unsafe buffer[used] = UInt8(truncatingIfNeeded: rest) | 0x80
            used &+= 1
            rest >>= 7
        }
        unsafe buffer[used] = UInt8(truncatingIfNeeded: rest)
        used &+= 1
    }

    func flush() throws(ImportError) {
        let pending = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<used])
        used = 0
        try unsafe writeThrough(pending)
    }

    private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(ImportError) {
        let code = unsafe SystemCall.writeAll(bytes, to: descriptor)
        if code != 0 { throw spillError("write", path, code: code) }
    }
}

/// Reads a temporary file from front to back.
///
/// Safety: `position` ≤ `end` ≤ the buffer's size, which is the most that read(2) is asked for; a byte is read after
/// a refill where they are equal. No more is copied than `target` still takes. The buffer is freed with this object.
@safe
final class SpillReader {
    let path: String
    private let descriptor: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var position = 0
    private var end = 0

    init(path: String, offsetInBytes: Int = 0, bufferByteCount: Int) throws(ImportError) {
        let descriptor = SystemCall.retried { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw spillError("open", path) }
        if offsetInBytes > 0, lseek(descriptor, offsetInBytes, SEEK_SET) < 0 {
            close(descriptor)
            throw spillError("read", path)
        }
        self.path = path
        self.descriptor = descriptor
        unsafe buffer = .allocate(byteCount: max(bufferByteCount, 64), alignment: 16)
    }

    deinit {
        close(descriptor)
        unsafe buffer.deallocate()
    }

    func readNumber() throws(ImportError) -> Int {
        var number: UInt = 0
        var shift: UInt = 0
        // Most numbers are below 128.
        if position < end {
            let byte = unsafe buffer[position]
            if byte < 0x80 {
                position &+= 1
                return Int(byte)
            }
        }
        while true {
            if position == end { try refill() }
            let byte = unsafe buffer[position]
            position &+= 1
            number |= UInt(byte & 0x7F) &<< shift
            if byte < 0x80 { return Int(bitPattern: number) }
            shift &+= 7
        }
    }

    /// Fills `target` completely; large amounts are read straight into it.
    func read(into target: UnsafeMutableRawBufferPointer) throws(ImportError) {
        var rest = unsafe target
        while rest.count > 0 {
            let count: Int
            if position < end {
                count = min(rest.count, end &- position)
                unsafe rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[position..<(position &+ count)]))
                position &+= count
            } else if unsafe rest.count >= buffer.count {
                count = try unsafe readSome(into: rest)
            } else {
                try refill()
                count = 0
            }
            unsafe rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
        }
    }

    private func refill() throws(ImportError) {
        position = 0
        end = 0
        end = try unsafe readSome(into: buffer)
    }

    /// At least one byte.
    private func readSome(into target: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while true {
            let count = unsafe Glibc.read(descriptor, target.baseAddress, target.count)
            if count > 0 { return count }
            if count == 0 {
                throw ImportError(
                    .io,
                    "the temporary file \(path) is shorter than what was written to it. Nothing else may change files "
                        + "in the store's staging directory; run the import again.")
            }
            if errno != EINTR { throw spillError("read", path) }
        }
    }
}
