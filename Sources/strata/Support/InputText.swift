import Glibc
import SnapshotStore

/// Reads small text files that a user names.
/// Safety: the name is a C string for the length of the call, and `read` is told how long its buffer is.
enum InputText {
    /// Empty lines too, so that an index tells a line's number.
    ///
    /// - Parameter name: "-" is standard input.
    /// - Throws: CommandFailure when the file can't be read or is not UTF-8.
    static func lines(of name: String) throws -> [String] {
        var bytes = try bytes(of: name)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badData, "\(name) is not UTF-8 text. Save it as plain text in UTF-8.")
        }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    }

    private static let byteLimit = 1 << 30

    /// - Parameter name: "-" is standard input.
    static func bytes(of name: String) throws -> [UInt8] {
        let descriptor =
            name == "-" ? STDIN_FILENO : SystemCall.retried { unsafe open(name, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            let fault = SystemFault(code: errno)
            let isMissing = fault.isAbsence || errno == ELOOP || errno == ENAMETOOLONG
            throw CommandFailure(
                fault.isRefusal ? .notPermitted : isMissing ? .notFound : .io,
                "can't open \(name): \(fault.text). \(fault.advice)")
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                let fault = SystemFault(code: errno)
                throw CommandFailure(.io, "can't read \(name): \(fault.text). \(fault.advice)")
            }
            bytes += buffer[..<count]
            if bytes.count > byteLimit {
                throw CommandFailure(.badData, "\(name) is larger than 1 GiB.")
            }
        }
    }
}
