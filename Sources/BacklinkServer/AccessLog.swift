import Glibc
import LinkModel
import SnapshotStore
import Synchronization

/// What waits to be written.
private struct Backlog {
    var byteCount = 0
    var lineCount = 0
    /// Lines that found no room.
    var droppedCount = 0
}

/// One line for each answer: time, client, method, path and query without secrets, status, bytes, milliseconds, and a
/// note where the status doesn't tell the outcome.
///
/// Lines wait for a thread of their own: a pipe that nobody reads, or a slow disk, doesn't hold an answer up. When too
/// much waits lines are dropped, and their number is written.
///
/// Safety: the path is a C string for the length of the call, and the text of `strerror` is copied at once.
package final class AccessLog: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
    private let descriptor: Int32
    private let backlog = Mutex(Backlog())
    private let byteLimit: Int
    /// One: lines don't mix.
    private let writer = Workers(threadCount: 1, waitingLimit: .max)

    /// Standard error.
    package init() {
        descriptor = STDERR_FILENO
        byteLimit = Self.byteLimit
    }

    /// Of the lines that wait.
    private static let byteLimit = 8 << 20

    /// A file that lines are added to; made when it isn't there. A named pipe must have its reader already: opening it would
    /// wait for one, and the server wouldn't start and wouldn't say why.
    package init(appendingTo path: String, byteLimit: Int? = nil) throws(Failure) {
        self.byteLimit = byteLimit ?? Self.byteLimit
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o640)
        if descriptor < 0 {
            let reason =
                errno == ENXIO
                ? "it is a pipe that nobody reads; start its reader first, or name a file"
                : unsafe String(cString: strerror(errno))
            throw Failure(description: "can't write the access log \(path): \(reason).")
        }
        // Its writer's thread may wait: nothing waits for that.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    }

    deinit { if descriptor != STDERR_FILENO { Glibc.close(descriptor) } }

    package func append(
        _ request: ServerRequest, status: Int, byteCount: Int, microseconds: Int64, note: String? = nil
    ) {
        write(Self.line(request, status, byteCount, microseconds, note, at: UTCTime.now().text))
    }

    /// What no answer tells.
    package func append(note: String) { write("\(UTCTime.now().text) (\(Self.printable(note)))\n") }

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

    /// No line breaks, no terminal sequences, nothing hidden, not too long.
    private static func printable(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(4_096).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
            default: scalar.hidesInText ? "\u{FFFD}" : scalar
            }
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: shown)
        return String(result)
    }

    /// Waits until what was appended is written, but no longer than the given seconds: its reader may have stopped.
    package func flush(seconds: Int64 = 2) async {
        let end = steadyMicroseconds() + seconds * 1_000_000
        while backlog.withLock({ $0.lineCount > 0 }), steadyMicroseconds() < end {
            do { try await Task.sleep(nanoseconds: 2_000_000) } catch { return }
        }
    }

    private func write(_ line: String) {
        let bytes = Array(line.utf8)
        let fits = backlog.withLock { backlog in
            guard backlog.byteCount + bytes.count <= byteLimit else {
                backlog.droppedCount += 1
                return false
            }
            backlog.byteCount += bytes.count
            backlog.lineCount += 1
            return true
        }
        if fits { _ = writer.enqueue { self.put(bytes) } }
    }

    /// On the writer's thread.
    private func put(_ line: [UInt8]) {
        // A full disk or a closed terminal must not stop the server.
        _ = SystemCall.writeAll(line[...], to: descriptor)
        let dropped = backlog.withLock { backlog in
            backlog.byteCount -= line.count
            defer { backlog.droppedCount = 0 }
            return backlog.droppedCount
        }
        if dropped > 0 {
            let line = Array("\(UTCTime.now().text) (\(dropped) lines dropped)\n".utf8)
            _ = SystemCall.writeAll(line[...], to: descriptor)
        }
        backlog.withLock { $0.lineCount -= 1 }
    }
}
