/// What the faulty server does for one request. The connection is kept for the next request unless an action ends it.
package struct FaultyReply: Sendable {
    package enum Action: Sendable {
        case bytes([UInt8])
        case pause(milliseconds: Int)
        /// Sends nothing more until the client gives up.
        case stall
        /// Ends the connection in order (FIN).
        case close
        /// Ends it at once (RST); what the client hasn't read yet is lost to it.
        case reset
        /// Sends what the closure makes until that is nil: bodies larger than memory.
        case generate(@Sendable (_ pieceIndex: Int) -> [UInt8]?)
    }
    package var actions: [Action]

    package init(_ actions: [Action]) {
        self.actions = actions
    }

    /// A whole answer with its Content-Length.
    package static func answer(
        _ body: [UInt8], status: Int = 200, type: String? = "application/json", headers: [(String, String)] = []
    ) -> FaultyReply {
        FaultyReply([.bytes(head(status, type: type, headers: headers + [("Content-Length", "\(body.count)")]) + body)])
    }

    package static func json(_ body: String, status: Int = 200, headers: [(String, String)] = []) -> FaultyReply {
        answer(Array(body.utf8), status: status, headers: headers)
    }

    package static func html(_ body: String, status: Int = 200) -> FaultyReply {
        answer(Array(body.utf8), status: status, type: "text/html; charset=utf-8")
    }

    /// An error without a body.
    package static func status(_ status: Int, headers: [(String, String)] = []) -> FaultyReply {
        answer([], status: status, type: nil, headers: headers)
    }

    /// Promises the whole body, sends only its first bytes, then ends the connection as told.
    package static func cut(
        _ body: [UInt8], after byteCount: Int, type: String = "application/json", headers: [(String, String)] = [],
        end: Action = .close
    ) -> FaultyReply {
        let promise = headers + [("Content-Length", "\(body.count)")]
        return FaultyReply([.bytes(head(200, type: type, headers: promise) + body.prefix(byteCount)), end])
    }

    /// A chunked answer (RFC 9112 §7.1), one chunk a piece; without its last chunk when it is not whole.
    package static func chunked(
        _ pieces: [[UInt8]], type: String = "application/json", isWhole: Bool = true
    ) -> FaultyReply {
        var bytes = head(200, type: type, headers: [("Transfer-Encoding", "chunked")])
        for piece in pieces where !piece.isEmpty { bytes += chunk(piece) }
        return FaultyReply(isWhole ? [.bytes(bytes + chunk([]))] : [.bytes(bytes), .close])
    }

    /// A chunked answer whose pieces are made while they are sent.
    package static func generated(
        type: String = "application/json", _ piece: @escaping @Sendable (_ pieceIndex: Int) -> [UInt8]?
    ) -> FaultyReply {
        FaultyReply([
            .bytes(head(200, type: type, headers: [("Transfer-Encoding", "chunked")])),
            .generate { index in piece(index).map(chunk) }, .bytes(chunk([])),
        ])
    }

    package static func head(_ status: Int, type: String?, headers: [(String, String)]) -> [UInt8] {
        var text = "HTTP/1.1 \(status) Scripted\r\n"
        if let type { text += "Content-Type: \(type)\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8)
    }

    /// The last chunk for no bytes.
    package static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }
}
