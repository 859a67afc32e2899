import BacklinkContracts
import TestSupport
import Testing

@testable import BacklinkServer

/// Requests that are well-formed HTTP and meant to hurt: each gets the contract's answer, none a 500.
@Suite struct HostileRequestTests {
    let fixture: ServerFixture
    init() throws { fixture = try ServerFixture() }

    private func post(_ path: String, _ body: [UInt8]) throws -> Reply {
        try fixture.send(ServerRequest("POST", path, body: body))
    }

    private static let bulk = "/v3/backlinks/bulk_new_lost_backlinks/live"
    private static let commands = SEOPowerSuiteCommand.allCases.filter(\.allowsPOST).map {
        "\(SEOPowerSuiteCommand.basePath)\($0.rawValue)"
    }

    /// A batch of a hundred thousand targets, of which the body has room.
    @Test(.timeLimit(.minutes(1))) func hugeBatches() throws {
        let targets = (0..<100_000).map { "\"t\($0).com\"" }.joined(separator: ",")
        let command = Array("{\"target\":[\(targets)]}".utf8)
        #expect(command.count < HTTPRequestMachine.Limits().bodyByteCount)
        for path in Self.commands.prefix(2) {
            let reply = try post(path, command)
            #expect(reply.status == 400)
            #expect(try reply.error().explanation?.hasPrefix("Parameter target is invalid.") == true)
            #expect(reply.bytes.count < 1_000)
        }
        let task = try DataForSEOEnvelope(wire: post(Self.bulk, Array("[{\"targets\":[\(targets)]}]".utf8)).json())
            .tasks?.first
        #expect(task?.statusCode == 40_501 && task?.statusMessage == "Invalid Field: 'targets'." && task?.result == nil)
        // A hundred thousand tasks, and one with many fields.
        let tasks = Array("[\(Array(repeating: "{}", count: 100_000).joined(separator: ","))]".utf8)
        #expect(try DataForSEOEnvelope(wire: post(Self.bulk, tasks).json()).statusCode == 40_006)
        let fields = (0..<20_000).map { "\"f\($0)\":1" }.joined(separator: ",")
        let unknown = try DataForSEOEnvelope(wire: post(Self.bulk, Array("[{\(fields)}]".utf8)).json())
        #expect(unknown.tasks?.first?.statusCode == 40_506)
        #expect(try post(Self.commands[0], Array("{\(fields)}".utf8)).status == 400)
    }

    /// In JSON of any depth; the parser's own stack isn't the limit.
    @Test(arguments: ["[", "{\"a\":", "[{\"target\":[", "{\"target\":[", "[[[[{\"targets\":"])
    func deepValues(_ opening: String) throws {
        for count in [65, 1_000, 100_000] {
            let body = Array(String(repeating: opening, count: count).utf8.prefix(4 << 20))
            for path in Self.commands { #expect(try post(path, body).status == 400) }
            #expect(try DataForSEOEnvelope(wire: post(Self.bulk, body).json()).statusCode == 40_503)
        }
    }

    /// Bytes that aren't UTF-8, UTF-16 with and without its mark, overlong forms, halves of surrogate pairs, control characters.
    static let encodings: [[UInt8]] = [
        [0xFF, 0xFE] + "{\"target\":\"t.com\"}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
        "{\"target\":\"t.com\"}".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
        [0xEF, 0xBB, 0xBF] + Array("{\"target\":\"t.com\"}".utf8), text([0xC0, 0xAF]), text([0xC1, 0x81]),
        text([0xE0, 0x80, 0xAF]),
        text([0xF0, 0x80, 0x80, 0xAF]), text([0xED, 0xA0, 0x80]), text([0xED, 0xBF, 0xBF]),
        text([0xF4, 0x90, 0x80, 0x80]),
        text([0xFF]), text([0x80]), text([0xC3]), text([0]), text([10]), text([0x1F]), text(Array("\\uD800".utf8)),
        text(Array("\\uDC00\\uD800".utf8)), text(Array("\\uD800\\u0041".utf8)), text(Array("\\u00".utf8)),
        text(Array("\\x41".utf8)),
    ]

    private static func text(_ bytes: [UInt8]) -> [UInt8] { Array("{\"target\":\"".utf8) + bytes + Array("\"}".utf8) }

    @Test(arguments: encodings) func otherEncodings(_ body: [UInt8]) throws {
        for path in Self.commands { #expect(try post(path, body).status == 400) }
        #expect(try DataForSEOEnvelope(wire: post(Self.bulk, body).json()).statusCode == 40_503)
    }

    /// What isn't UTF-8 is refused, whatever it is for; the rest is a name, an address or neither.
    @Test(arguments: [
        "%FF%FE", "%00", "%C0%AF", "%ED%A0%80", "t.com%00.evil", "t.com%0d%0aX:y", "%0a", "%7F", "%E2%80%AE.com",
        "\u{202E}.com",
        "%u0041", "..%2f..%2fetc%2fpasswd", "../../etc/passwd", "%252e%252e", "http://%00/", "http://[::1",
        "http://a:99999/", "@", ":",
        "//", "http://", "-.com", ".", "..", "a..b", "%F0%9F%92%A9", "xn--a", "xn--\u{7F}", "*", "[",
        "javascript:alert(1)",
        "data:,x", "file:///etc/passwd",
    ])
    func percentEncodedJunk(_ target: String) throws {
        for command in SEOPowerSuiteCommand.allCases where command != .downloadAllBacklinksStatus {
            for mode in ["domain", "host", "url"] {
                let reply = try fixture.get(command.rawValue, "target=\(target)&mode=\(mode)")
                #expect(reply.status == 200 || reply.status == 400, "\(command.rawValue): \(reply.text)")
                // Whatever is echoed is one JSON string.
                #expect(throws: Never.self) { _ = try reply.json() }
            }
        }
        let status = try fixture.get("download-all-backlinks-status", "task_id=\(target)")
        #expect(status.status == 400 || status.text.contains("unknown or deleted"))
        #expect(try fixture.send(ServerRequest("GET", "/export/c/\(target)")).status == 404)
        #expect(try fixture.get("get-raw-backlinks", "target=t.com&next=\(target)").status == 400)
    }

    @Test(arguments: [
        "1e400", "-1e400", "9223372036854775808", "-9223372036854775809", "1e308", "0.1", "-0", "1e-400", "00", "0x10",
        "NaN",
        "Infinity", "1_000", "\(String(repeating: "9", count: 100_000))",
        "\"\(String(repeating: "9", count: 100_000))\"", "\"１\"",
        "\"1 \"", "true", "{}", "[1]", "[[]]",
    ])
    func oddNumbers(_ number: String) throws {
        let reply = try post(
            "\(SEOPowerSuiteCommand.basePath)get-backlinks", Array("{\"target\":\"t.com\",\"limit\":\(number)}".utf8))
        #expect(reply.status == 400 && reply.bytes.count < 2_000)
        let dated = try post(Self.bulk, Array("[{\"targets\":[\"t.com\"],\"date_from\":\(number)}]".utf8))
        let envelope = try DataForSEOEnvelope(wire: dated.json())
        #expect(envelope.statusCode == 40_503 || envelope.tasks?.first?.statusCode == 40_501)
    }

    @Test(arguments: ["%FF", "%C0%AF", "%ED%A0%80", "a.com%80", "%F4%90%80%80"])
    func otherBytesThanUTF8(_ value: String) throws {
        for query in ["target=\(value)", "target=t.com&mode=\(value)", "target=t.com&target=\(value)"] {
            #expect(try fixture.get("get-metrics", query).status == 400, "\(query)")
        }
        #expect(try fixture.get("download-all-backlinks-status", "task_id=\(value)").status == 400)
        // Names that nobody asks for are passed over.
        #expect(try fixture.get("get-metrics", "target=t.com&x=\(value)&\(value)=x").status == 200)
    }

    /// A number is no name, and an empty text no target among others.
    @Test(arguments: [
        #"{"target":5}"#, #"{"target":5.0}"#, #"{"target":["t.com",""]}"#, #"{"target":[""]}"#, #"{"target":[]}"#,
    ])
    func targetsAreTexts(_ body: String) throws {
        for path in Self.commands { #expect(try post(path, Array(body.utf8)).status == 400) }
    }

    @Test(arguments: ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "get", "PROPFIND", "X-\u{7E}"])
    func otherMethods(_ method: String) throws {
        for command in SEOPowerSuiteCommand.allCases {
            let reply = try fixture.send(
                ServerRequest(method, "\(SEOPowerSuiteCommand.basePath)\(command.rawValue)", query: "target=t.com"))
            #expect(reply.status == 405 && reply.header("Allow")?.hasPrefix("GET") == true)
        }
        for path in ["/health", "/openapi.json"] where method != "HEAD" {
            let reply = try fixture.send(ServerRequest(method, path))
            #expect(reply.status == 405 && reply.header("Allow") == "GET, HEAD")
        }
        #expect(try fixture.send(ServerRequest(method, Self.bulk)).status == 404)
    }

    /// Whatever a request holds, its line of the log is one line, without a sign that a terminal obeys.
    @Test func theLogIsOneLine() {
        let hostile =
            "\u{1B}[2J\u{9B}31m\r\n2026-11-22T00:00:00Z 127.0.0.1 GET /forged 200\u{85}\u{2028}\u{202E}\u{200B}\u{E0041}\u{7F}"
            + "\u{34F}\u{3164}\u{2800}\u{FE00}"
        let request = ServerRequest("GET\(hostile)", "/\(hostile)", query: "a=\(hostile)&apikey=\(hostile)")
        let line = AccessLog.line(request, 200, 1, 1_000, "note \(hostile)", at: "2026-11-22T00:00:00Z")
        #expect(line.hasSuffix("\n") && line.contains("forged"))
        for scalar in line.dropLast().unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                Issue.record("U+\(String(scalar.value, radix: 16))")
            default: #expect(![0x34F, 0x3164, 0x2800, 0xFE00].contains(scalar.value))
            }
        }
        #expect(line.contains("apikey=***"))
    }

    /// Random requests from pieces that matter: an answer each, no 500, JSON or XML that can be read.
    @Test func randomRequests() throws {
        let seed: UInt64 = 20_261_122
        var random = SeededRandom(seed: seed)
        let names = [
            "target", "mode", "limit", "next", "order_by", "date_from", "date_to", "output", "task_id", "url_from", "x",
            "",
        ]
        let values = [
            "t.com", "", "domain", "1", "0", "-1", "2026-02-30", "2026-10-01", "json", "%", "%00", "%FF", "&", "=",
            "a=b", "é",
        ]
        for round in 0..<1_500 {
            let query = (0..<random.below(6)).map { _ in "\(random.pick(names))=\(random.pick(values))" }.joined(
                separator: "&")
            let command = random.pick(SEOPowerSuiteCommand.allCases)
            let reply = try fixture.get(command.rawValue, query)
            #expect(
                [200, 400, 406].contains(reply.status), "seed \(seed), round \(round): \(command.rawValue)?\(query)")
            #expect(throws: Never.self) { _ = try reply.json() }
        }
    }
}
