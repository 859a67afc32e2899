@testable import BacklinkServer

extension FuzzTarget {
    /// HTTP requests, as many as the bytes hold, within limits so small that inputs reach them: any cut gives the same requests, or
    /// refuses them, and what is kept is bounded.
    static let request = FuzzTarget("request") { bytes in
        for limits in [HTTPRequestMachine.Limits(), .small] {
            let whole = try Requests(bytes, pieceByteCount: max(1, bytes.count), limits)
            for pieceByteCount in [1, 2 + bytes.count % 37] {
                let cut = try Requests(bytes, pieceByteCount: pieceByteCount, limits)
                try require(
                    cut.isSame(as: whole),
                    "in pieces of \(pieceByteCount): \(cut)\ninstead of \(whole)\nwithin \(limits)")
            }
        }
    }
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
        let headByteLimit = limits.requestLineByteCount + limits.headerByteCount
        // Besides, lines of chunks, what isn't read yet, and what was read but isn't moved away yet.
        let heldByteLimit = headByteLimit + 2 * limits.bodyByteCount + pieceByteCount + (192 << 10)
        var machine = HTTPRequestMachine(limits: limits)
        for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
            machine.feed(Array(bytes[start..<min(start + pieceByteCount, bytes.count)]))
            try require(machine.heldByteCount <= heldByteLimit, "\(machine.heldByteCount) bytes are held")
            reading: while true {
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
