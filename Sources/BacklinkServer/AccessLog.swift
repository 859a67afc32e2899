import Glibc
import Synchronization

/// One line for each answer: time, client, method, path and query without secrets, status, bytes, milliseconds, and a
/// note where the status doesn't tell the outcome.
package final class AccessLog: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
    private let descriptor: Int32
    /// Lines of several threads don't mix.
    private let lock = Mutex(())

    /// Standard error.
    package init() { descriptor = STDERR_FILENO }

    /// A file that lines are added to; made when it isn't there.
    package init(appendingTo path: String) throws(Failure) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        if descriptor < 0 {
            throw Failure(
                description: "can't write the access log \(path): \(unsafe String(cString: strerror(errno))).")
        }
    }

    deinit { if descriptor != STDERR_FILENO { Glibc.close(descriptor) } }

    package func append(
        _ request: ServerRequest, status: Int, byteCount: Int, microseconds: Int64, note: String? = nil
    ) {
        write(Self.line(request, status, byteCount, microseconds, note, at: UTCTime.now().text))
    }

    package static func line(
        _ request: ServerRequest, _ status: Int, _ byteCount: Int, _ microseconds: Int64, _ note: String?,
        at time: String
    ) -> String {
        let tenths = microseconds / 100
        let words = [
            time, request.client, printable(request.method), target(of: request), "\(status)", "\(byteCount)",
            "\(tenths / 10).\(tenths % 10)ms",
        ]
        return words.joined(separator: " ") + (note.map { " (\(printable($0)))" } ?? "") + "\n"
    }

    /// Names of parameters whose values are nobody's business, in lower case.
    private static let secrets: Set = ["apikey", "api_key", "key", "token", "password", "secret"]

    /// Path and query as they came, secrets replaced.
    private static func target(of request: ServerRequest) -> String {
        let pairs = request.query.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).map {
            pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let text =
                secrets.contains(QueryItems.decoded(name).lowercased())
                ? "\(Substring(name))=***" : "\(Substring(pair))"
            return printable(text)
        }
        return printable(request.path) + (request.query.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// No line breaks, no terminal sequences, not too long.
    private static func printable(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(4_096).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
            default: scalar
            }
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: shown)
        return String(result)
    }

    private func write(_ line: String) {
        let bytes = Array(line.utf8)
        lock.withLock { _ in
            // A full disk or a closed terminal must not stop the server.
            _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
    }
}
