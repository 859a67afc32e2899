import Glibc

/// One connection of the faulty server: reads requests, plays replies.
struct LoopbackSocket {
    struct Failure: Error { var call: String, code: Int32 }

    private let descriptor: Int32
    private var unread: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// A listening socket on a free port of 127.0.0.1.
    static func listener() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0, listen(descriptor, 128) == 0 else { throw Failure(call: "bind", code: errno) }
        return descriptor
    }

    static func port(of descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        guard status == 0 else { throw Failure(call: "getsockname", code: errno) }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Little waits in the kernel: what has been sent is nearly what has been read.
    func limitSendBuffer() {
        var byteCount: Int32 = 64 << 10
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &byteCount, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next request of the connection; nil at its end.
    mutating func readRequest() -> FaultyRequest? {
        while true {
            if let end = headEnd(), let request = FaultyRequest(head: head(end), body: []) {
                let byteCount = Int(request.headers["content-length"] ?? "") ?? 0
                guard fill(to: end + 4 + byteCount) else { return nil }
                var whole = request
                whole.body = Array(unread[(end + 4)..<(end + 4 + byteCount)])
                unread.removeFirst(end + 4 + byteCount)
                return whole
            }
            guard fill(to: unread.count + 1) else { return nil }
        }
    }

    /// Answers a request; false when the connection is over.
    mutating func play(_ reply: FaultyReply) -> Bool {
        for action in reply.actions {
            switch action {
            case .bytes(let bytes): if !send(bytes) { return false }
            case .pause(let milliseconds): usleep(UInt32(milliseconds) * 1000)
            case .stall:
                while fill(to: unread.count + 1) {}
                return false
            case .close: return false
            case .reset:
                var abrupt = linger(l_onoff: 1, l_linger: 0)
                unsafe setsockopt(
                    descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
                return false
            case .generate(let piece):
                var index = 0
                while let bytes = piece(index) {
                    if !send(bytes) { return false }
                    index += 1
                }
            }
        }
        return true
    }

    private func headEnd() -> Int? {
        let end: [UInt8] = [13, 10, 13, 10]
        guard unread.count >= 4 else { return nil }
        return (0...(unread.count - 4)).first { unread[$0..<($0 + 4)].elementsEqual(end) }
    }

    private func head(_ end: Int) -> String { String(decoding: unread[..<end], as: UTF8.self) }

    /// Reads until so many bytes are here; false when the connection ends first.
    private mutating func fill(to byteCount: Int) -> Bool {
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while unread.count < byteCount {
            let count = unsafe recv(descriptor, &piece, piece.count, 0)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            unread += piece[..<count]
        }
        return true
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            // MSG_NOSIGNAL: a client that has gone is no reason to end the test's process.
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor, bytes.baseAddress.map { unsafe $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }
}
