import Glibc

/// A file, or standard output.
final class OutputStream: Sendable {
    private let path: String
    private let file: Int32

    init(_ path: String) throws {
        self.path = path
        file = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { throw BenchError.system(path, "can't be created") }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(file, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw BenchError.system(path, "can't be written") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func close() throws {
        guard path == "-" || Glibc.close(file) == 0 else { throw BenchError.system(path, "can't be written") }
    }
}
