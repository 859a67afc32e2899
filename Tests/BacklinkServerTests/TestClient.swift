import Glibc

/// A client that sends what it is told, and reads when it is asked to.
final class TestClient {
    private let descriptor: Int32
    private var pending: [UInt8] = []

    /// What came and wasn't taken yet.
    var pendingByteCount: Int { pending.count }

    struct Failure: Error { let what: String }

    /// - receiveByteCount: what the system may hold for a client that doesn't read; nil for what it likes.
    init(_ port: UInt16, receiveByteCount: Int32? = nil) throws {
        descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var count = receiveByteCount {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &count, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw Failure(what: "connect: \(errno)")
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EAGAIN {
                usleep(1_000)
                continue
            }
            // A server that has refused a request needn't read the rest of it.
            if count < 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// False at the end of the connection.
    private func receive() async throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        for _ in 0..<60_000 {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                pending += buffer[..<count]
                return true
            }
            if count == 0 || errno != EAGAIN { return false }
            try await Task.sleep(nanoseconds: 1_000_000)
        }
        throw Failure(what: "no answer within a minute")
    }

    func waitForBytes() async throws {
        if pending.isEmpty, try await !receive() { throw Failure(what: "closed") }
    }

    func waitForMore() async throws { if try await !receive() { throw Failure(what: "closed") } }

    /// Everything up to the end of the connection.
    func rest() async throws -> String {
        while try await receive() {}
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// The next answer: its head, and its body with the chunks put together.
    func answer() async throws -> (head: String, body: String) {
        let head = String(decoding: try await take(through: Array("\r\n\r\n".utf8)), as: UTF8.self)
        if head.contains("Transfer-Encoding: chunked") {
            var body: [UInt8] = []
            while true {
                let line = String(decoding: try await take(through: [13, 10]).dropLast(2), as: UTF8.self)
                guard let size = Int(line, radix: 16) else { throw Failure(what: "a chunk of size \(line)") }
                let chunk = try await take(size + 2)
                if size == 0 { return (head, String(decoding: body, as: UTF8.self)) }
                body += chunk.dropLast(2)
            }
        }
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
            .flatMap { Int($0.dropFirst(16)) }
        return (head, String(decoding: try await take(length ?? 0), as: UTF8.self))
    }

    private func take(_ count: Int) async throws -> [UInt8] {
        while pending.count < count {
            if try await !receive() { throw Failure(what: "cut after \(pending.count) of \(count) bytes") }
        }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    private func take(through end: [UInt8]) async throws -> [UInt8] {
        var searched = 0
        while true {
            while searched + end.count <= pending.count {
                if pending[searched] == end[0], Array(pending[searched..<searched + end.count]) == end {
                    return try await take(searched + end.count)
                }
                searched += 1
            }
            if try await !receive() {
                throw Failure(what: "closed after \(String(decoding: pending.prefix(100), as: UTF8.self))")
            }
        }
    }
}
