@testable import BacklinkServer

extension FuzzTarget {
    /// HTTP requests, as many as the bytes hold, within limits so small that inputs reach them: any cut gives the same requests, or
    /// refuses them, and what is kept is bounded.
    ///
    /// A first byte of 0x80 and more says how often parts of the rest are repeated, in pieces as a socket gives them: so an input
    /// of a few bytes holds more than what may be kept.
    static let request = FuzzTarget("request") { bytes in
        if let repeated = repeated(bytes) {
            try check(repeated, pieceByteCounts: [4_096, 1_000 + 61 * bytes.count], .small)
        } else {
            for limits in [HTTPRequestMachine.Limits(), .small] {
                try check(bytes, pieceByteCounts: [1, 2 + bytes.count % 37], limits)
            }
        }
    }

    private static func check(
        _ bytes: [UInt8], pieceByteCounts: [Int], _ limits: HTTPRequestMachine.Limits
    ) throws {
        let whole = try Requests(bytes, pieceByteCount: max(1, bytes.count), limits)
        for pieceByteCount in pieceByteCounts {
            let cut = try Requests(bytes, pieceByteCount: pieceByteCount, limits)
            try require(
                cut.isSame(as: whole),
                "in pieces of \(pieceByteCount): \(cut)\ninstead of \(whole)\nwithin \(limits)")
        }
    }

    /// Every other part between bytes of 0xFF, beginning with the second, comes 2^n times, n being the first byte's lower half, and
    /// as often as there is room. nil where the first byte may begin a request.
    private static func repeated(_ bytes: [UInt8]) -> [UInt8]? {
        guard let first = bytes.first, first >= 0x80 else { return nil }
        var made: [UInt8] = []
        for (index, part) in bytes.dropFirst().split(separator: 0xFF, omittingEmptySubsequences: false).enumerated() {
            let room = max(0, repeatedByteLimit - made.count) / max(1, part.count)
            for _ in 0..<min(index % 2 == 0 ? 1 : 1 << Int(first & 15), room) { made += part }
        }
        return made
    }

    /// Three times what is kept within small limits.
    private static let repeatedByteLimit = 400_000
}

extension HTTPRequestMachine.Limits {
    fileprivate static var small: HTTPRequestMachine.Limits {
        var limits = HTTPRequestMachine.Limits()
        (limits.requestLineByteCount, limits.headerByteCount) = (40, 100)
        (limits.headerCount, limits.bodyByteCount) = (4, 30)
        return limits
    }
}

private struct Requests {
    struct Request: Equatable {
        let line: [String]
        let headers: [ServerRequest.Header]
        let body: [UInt8]
        let keepsAlive: Bool
    }

    private(set) var requests: [Request] = []
    private(set) var failure: Int?

    /// Of a request that is both too long and malformed, the cut may show the one or the other first.
    func isSame(as other: Requests) -> Bool {
        guard requests == other.requests, (failure == nil) == (other.failure == nil) else { return false }
        return failure == other.failure
            || !Set([414, 431]).isDisjoint(with: [failure, other.failure].compactMap(\.self))
    }

    init(_ bytes: [UInt8], pieceByteCount: Int, _ limits: HTTPRequestMachine.Limits) throws {
        // A head, or a body and a line between its chunks; besides, what has just come, and what was read but isn't moved away yet.
        let headByteLimit = limits.requestLineByteCount + limits.headerByteCount + 8
        let heldByteLimit = max(headByteLimit, limits.bodyByteCount + (64 << 10)) + pieceByteCount + (64 << 10)
        var machine = HTTPRequestMachine(limits: limits)
        for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
            machine.feed(Array(bytes[start..<min(start + pieceByteCount, bytes.count)]))
            reading: while true {
                try require(machine.heldByteCount <= heldByteLimit, "\(machine.heldByteCount) bytes are held")
                switch machine.next() {
                case .needsBytes: break reading
                // Whether a client is told to go on depends on what it has sent.
                case .wantsContinue: continue
                case .failure(let status, let reason):
                    failure = status
                    try require(
                        (400...599).contains(status) && !reason.utf8.contains { $0 < 0x20 }, "\(status) \(reason)")
                    return
                case .request(let request, let keepsAlive):
                    try require(
                        request.path.hasPrefix("/") && request.body.count <= limits.bodyByteCount
                            && request.headers.count <= limits.headerCount, "\(request)")
                    requests.append(
                        Request(
                            line: [request.method, request.path, request.query, "\(request.isOldVersion)"],
                            headers: request.headers, body: request.body, keepsAlive: keepsAlive))
                }
            }
        }
    }
}
