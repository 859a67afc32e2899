import Synchronization

/// What a request is answered with.
package struct ServerAnswer: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        case chunks(AnswerBody)
    }
    package var status: Int
    package var headers: [ServerRequest.Header]
    package var body: Body
    /// For the access log: the outcome that HTTP's status hides, or what went wrong.
    package var note: String?

    package init(status: Int = 200, headers: [ServerRequest.Header] = [], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int = 200, type: String, _ bytes: [UInt8]) {
        self.init(status: status, headers: [.init("Content-Type", type)], body: .bytes(bytes))
    }
}

/// Makes an answer's bytes piece by piece, so that no answer is held whole.
package protocol ChunkProducer: Sendable {
    /// nil at the end; never an empty piece. May block, for a short time.
    mutating func next() throws -> [UInt8]?
}

/// A body that is pulled: what nobody reads isn't made.
package final class AnswerBody: Sendable {
    /// nil when it isn't known before the end.
    package let byteCount: Int?
    private let producer: Mutex<any ChunkProducer>

    package init(_ producer: any ChunkProducer, byteCount: Int? = nil) {
        self.producer = Mutex(producer)
        self.byteCount = byteCount
    }

    /// Call from one thread at a time.
    package func next() throws -> [UInt8]? { try producer.withLock { try $0.next() } }

    /// Everything that is left; for tests and for what is known to be small.
    package func rest() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try next() { bytes += chunk }
        return bytes
    }
}
