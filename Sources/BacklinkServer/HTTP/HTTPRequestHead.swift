/// The lines of a request up to the empty one.
struct HTTPRequestHead: Sendable {
    enum Framing: Sendable {
        case length(Int)
        case chunked
    }
    /// Without its body.
    var request: ServerRequest
    var framing: Framing
    var keepsAlive: Bool
    var expectsContinue: Bool

    /// - Parameter bytes: the lines with their ends (CR LF, each of them), the empty line or part of its end included.
    init(_ bytes: ArraySlice<UInt8>, _ limits: HTTPRequestMachine.Limits) throws(HTTPFailure) {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
            .map { $0.last == 13 ? $0.dropLast() : $0 }
        let first = lines.first ?? []
        guard first.count <= limits.requestLineByteCount else {
            throw .requestLineTooLong(limits.requestLineByteCount)
        }
        guard bytes.count - first.count <= limits.headByteCountBesidesLine else {
            throw .headersTooLarge(limits.headerByteCount)
        }
        let (method, path, query, minorVersion) = try Self.requestLine(first)
        var headers: [ServerRequest.Header] = []
        for line in lines.dropFirst() where !line.isEmpty {
            guard headers.count < limits.headerCount else {
                throw HTTPFailure(431, "more than \(limits.headerCount) header lines")
            }
            headers.append(try Self.header(line))
        }
        request = ServerRequest(method, path, query: query, headers: headers)
        request.isOldVersion = minorVersion == 0
        let hosts = headers.filter { $0.name == "host" }
        guard hosts.count == 1 || hosts.isEmpty && minorVersion == 0 else {
            throw .malformed("a request has one Host header")
        }
        guard hosts.allSatisfy({ $0.value.utf8.allSatisfy(Self.isHostCharacter) }) else {
            throw .malformed("the Host header is not a name and a port")
        }
        framing = try Self.framing(request, isOldVersion: minorVersion == 0)
        let connection = request.headerList("connection").map { $0.lowercased() }
        keepsAlive = minorVersion >= 1 ? !connection.contains("close") : connection.contains("keep-alive")
        expectsContinue = minorVersion >= 1 && request.header("expect")?.lowercased() == "100-continue"
    }

    private static func requestLine(
        _ line: ArraySlice<UInt8>
    ) throws(HTTPFailure) -> (method: String, path: String, query: String, minorVersion: Int) {
        let words = line.split(separator: 32, omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy(isTokenCharacter) else {
            throw .malformed("the request line is not \"METHOD /path HTTP/1.1\"")
        }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            if version.hasPrefix("HTTP/") { throw HTTPFailure(505, "only HTTP/1.1 and HTTP/1.0 are spoken here") }
            throw .malformed("the request line names no HTTP version")
        }
        var target = words[1]
        // Proxies get absolute targets; we are the origin.
        if String(decoding: target.prefix(7), as: UTF8.self).lowercased() == "http://" {
            let rest = target.dropFirst(7)
            target = rest.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            if target.first != UInt8(ascii: "/") { target = [UInt8(ascii: "/")] + target }
        }
        guard target.first == UInt8(ascii: "/"), target.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            String(validating: target, as: UTF8.self) != nil
        else {
            throw .malformed("the request's target is not a path")
        }
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        let query = target[path.endIndex...].dropFirst()
        return (
            String(decoding: words[0], as: UTF8.self), String(decoding: path, as: UTF8.self),
            String(decoding: query, as: UTF8.self), version == "HTTP/1.1" ? 1 : 0
        )
    }

    private static func header(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> ServerRequest.Header {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(isTokenCharacter),
            line[colon...].allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 })
        else { throw .malformed("a header line is not \"Name: value\"") }
        let value = String(decoding: line[colon...].dropFirst(), as: UTF8.self)
        return ServerRequest.Header(
            String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(trimmed(value)))
    }

    /// RFC 9112, 6.3; both ways at once is an attack. What counts is that a header is there, not what it holds: a proxy
    /// that reads an empty one otherwise than we do would see other requests.
    private static func framing(_ request: ServerRequest, isOldVersion: Bool) throws(HTTPFailure) -> Framing {
        let codings = request.headers.filter { $0.name == "transfer-encoding" }.map(\.value)
        let lengths = request.headers.filter { $0.name == "content-length" }.map(\.value)
        if !codings.isEmpty {
            guard lengths.isEmpty else { throw .malformed("Transfer-Encoding and Content-Length exclude each other") }
            guard !isOldVersion else { throw .malformed("HTTP/1.0 has no Transfer-Encoding") }
            let names = codings.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map(trimmed)
            guard names.allSatisfy({ !$0.isEmpty }) else { throw .malformed("Transfer-Encoding names no coding") }
            guard names.count == 1, isChunked(names[0]) else {
                throw HTTPFailure(501, "the only transfer coding known is chunked")
            }
            return .chunked
        }
        guard let length = lengths.first else { return .length(0) }
        guard lengths.count == 1, !length.isEmpty, length.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw .malformed("Content-Length is not one number")
        }
        // Nineteen digits and more are too much in any case.
        return .length(Int(length) ?? .max)
    }

    /// By bytes: to Swift's strings the Kelvin sign is a K.
    private static func isChunked(_ coding: Substring) -> Bool {
        coding.utf8.map { $0 | 0x20 } == Array("chunked".utf8)
    }

    /// What a name, an address and a port are written with (RFC 3986, 3.2.2), percent signs of encoded names included.
    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        isTokenCharacter(byte) && !"#^`|".utf8.contains(byte) || ":[](),;=".utf8.contains(byte)
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// A request that isn't read further: what the client is told.
struct HTTPFailure: Error {
    var status: Int
    var reason: String
    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    static func malformed(_ reason: String) -> HTTPFailure { HTTPFailure(400, "Malformed request: \(reason).") }
    static func requestLineTooLong(_ limit: Int) -> HTTPFailure {
        HTTPFailure(414, "The request line is longer than \(limit) bytes: send many targets by POST.")
    }
    static func headersTooLarge(_ limit: Int) -> HTTPFailure {
        HTTPFailure(431, "The header lines are longer than \(limit) bytes.")
    }
    static func bodyTooLarge(_ limit: Int) -> HTTPFailure {
        HTTPFailure(413, "The request's body is larger than \(limit) bytes.")
    }
}
