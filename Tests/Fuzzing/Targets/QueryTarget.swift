import BacklinkContracts
import Digests
import LinkModel

@testable import BacklinkServer

extension FuzzTarget {
    /// Queries of `strata serve`: pairs, parameters of every kind, the same in a body, keys and Base64.
    static let query = FuzzTarget("query") { bytes in
        let query = QueryItems(String(decoding: bytes, as: UTF8.self))
        try require(query.items.count <= 1 + bytes.count { $0 == UInt8(ascii: "&") }, "more pairs than ampersands")
        let escaped = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.map { "%\($0)" }.joined()
        try require(
            QueryItems.decoded(escaped.utf8) == String(decoding: bytes, as: UTF8.self), "escaped and unescaped")
        try read(SEOPowerSuiteParameters(query: query))
        if let body = try unlessRefused(ServiceError.self, { try SEOPowerSuiteParameters(body: bytes) }) {
            try read(body)
        }
        let items = query.items.map { ($0.name, $0.value) }
        for command in SEOPowerSuiteCommand.allCases {
            let request = try unlessRefused(WireError.self) {
                try SEOPowerSuiteRequest(command: command, queryItems: items)
            }
            guard let request else { continue }
            let again = try SEOPowerSuiteRequest(command: command, queryItems: request.queryItems)
            try require(again == request, "\(request) comes back as \(again)")
        }
        for task in (try unlessRefused(DataForSEOError.self) { try DataForSEOTaskReader.tasks(bytes) }) ?? [] {
            _ = try unlessRefused(DataForSEOError.self) { try task?.targets() }
            _ = try unlessRefused(DataForSEOError.self) { try task?.domain() }
            _ = try unlessRefused(DataForSEOError.self) { try task?.day("date_from") }
            _ = try unlessRefused(DataForSEOError.self) { try task?.checkTag() }
        }

        try require(Base64.decode(Array(Base64.urlText(bytes).utf8)) == bytes, "Base64 of \(bytes)")
        if let decoded = Base64.decode(bytes) {
            try require(Base64.decode(Array(Base64.urlText(decoded).utf8)) == decoded, "Base64 text \(bytes)")
        }
        let request = ServerRequest(
            "GET", "/", query: String(decoding: bytes, as: UTF8.self),
            headers: [.init("authorization", String(decoding: bytes, as: UTF8.self))])
        try require(!KeyCheck("a key that no input has: 6b1f0c9d2e").accepts(request), "a stranger's key")
    }

    /// Cursors of pages: a stranger's text is never one; of what was authenticated, the parts come back.
    static let cursor = FuzzTarget("cursor", byteLimit: 1_024) { bytes in
        let key = [UInt8](repeating: 7, count: 32)
        let target = try Target("example.com", mode: .domain)
        try require(
            PageCursor(String(decoding: bytes, as: UTF8.self), for: target, key: key) == nil, "a cursor from nowhere")
        let code = MessageAuthentication.code(
            of: bytes + Array("\n\(target.mode.rawValue)\n\(target.text)".utf8), key: key)
        let text = Base64.urlText(code + bytes)
        guard let cursor = PageCursor(text, for: target, key: key) else { return }
        let again = PageCursor(cursor.text(for: target, key: key), for: target, key: key)
        try require(again == cursor, "\(cursor) comes back as \(String(describing: again))")
        let other = try Target("example.com", mode: .host)
        try require(PageCursor(text, for: other, key: key) == nil, "a cursor of another target")
    }

    private static func read(_ parameters: SEOPowerSuiteParameters) throws {
        _ = try unlessRefused(ServiceError.self) { try parameters.choice("mode", TargetMode.self) }
        _ = try unlessRefused(ServiceError.self) { try parameters.day("date_from") }
        _ = try unlessRefused(ServiceError.self) { try parameters.text("next") }
        if let limit = try unlessRefused(ServiceError.self, { try parameters.number("limit", in: 1...10_000) }) {
            try require((1...10_000).contains(limit ?? 1), "limit \(String(describing: limit))")
        }
        for isBatch in [false, true] {
            let targets = try unlessRefused(ServiceError.self) { try parameters.targets(batch: isBatch) }
            try require((1...100).contains(targets?.count ?? 1), "targets \(String(describing: targets))")
        }
    }
}
