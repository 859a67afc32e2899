import TestSupport
import Testing

@testable import BacklinkServer

/// Requests out of bytes: framing, limits, and every cut.
@Suite struct HTTPRequestMachineTests {
    /// "GET /a?b body" and "! 400" for failures.
    private func events(_ pieces: [[UInt8]], limits: HTTPRequestMachine.Limits = .init()) -> [String] {
        var machine = HTTPRequestMachine(limits: limits)
        var events: [String] = []
        for piece in pieces {
            machine.feed(piece)
            reading: while true {
                switch machine.next() {
                case .needsBytes: break reading
                case .wantsContinue: events.append("continue")
                case .failure(let status, _):
                    events.append("! \(status)")
                    return events
                case .request(let request, let keepsAlive):
                    let body = String(decoding: request.body, as: UTF8.self)
                    events.append(
                        "\(request.method) \(request.path)?\(request.query) \(body)\(keepsAlive ? "" : " close")")
                }
            }
        }
        return events
    }

    private func events(_ text: String, limits: HTTPRequestMachine.Limits = .init()) -> [String] {
        events([Array(text.utf8)], limits: limits)
    }

    static let stream =
        "\r\nGET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /b HTTP/1.1\r\nhost:h\r\nContent-Length: 5\r\n\r\nhello"
        + "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
        + "GET /d HTTP/1.0\r\n\r\nGET HTTP://h/e?f HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    static let expected = ["GET /a?x=1 ", "POST /b? hello", "POST /c? abcde", "GET /d?  close", "GET /e?f  close"]

    @Test func everyCutGivesTheSame() {
        let bytes = Array(Self.stream.utf8)
        #expect(events([bytes]) == Self.expected)
        for cut in 0...bytes.count { #expect(events([Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.expected) }
        #expect(events(bytes.map { [$0] }) == Self.expected)
    }

    @Test(arguments: [
        "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1 x\r\n\r\n", "G T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: h\r\n\r\n", "GET /\u{1} HTTP/1.1\r\nHost: h\r\n\r\n", "GET / FTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: , \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5,\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: , \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding:\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 1\r\nab\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n ;x\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;\rx\r\na\r\n",
    ])
    func malformedRequests(_ text: String) { #expect(events(text) == ["! 400"]) }

    @Test func otherRefusals() {
        #expect(events("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == ["! 505"])
        #expect(events("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n") == ["! 501"])
        // The Kelvin sign is no k.
        #expect(events("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chun\u{212A}ed\r\n\r\n") == ["! 501"])
    }

    @Test func chunkSizesMayHaveBlanksAndExtensions() {
        let post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
        #expect(events("\(post)2 \t\r\nab\r\n1 ;x=\"y\"\r\nc\r\n0\r\n\r\n") == ["POST /? abc"])
    }

    /// Besides what the limits say: what was read and isn't moved away yet, and a line between two chunks.
    @Test func whatIsHeldIsBounded() {
        var limits = HTTPRequestMachine.Limits()
        (limits.requestLineByteCount, limits.headerByteCount, limits.bodyByteCount) = (40, 100, 30)
        let requests = String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: 2_048)
        let chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;"
        let bytes = Array((requests + chunked + String(repeating: "x", count: 60_000)).utf8)
        var machine = HTTPRequestMachine(limits: limits)
        var (most, count) = (0, 0)
        for start in stride(from: 0, to: bytes.count, by: 4_096) {
            machine.feed(Array(bytes[start..<min(start + 4_096, bytes.count)]))
            while case .request = machine.next() { count += 1 }
            most = max(most, machine.heldByteCount)
        }
        #expect(count == 2_048 && most > 100_000 && most <= limits.bodyByteCount + 4_096 + (128 << 10))
        #expect(machine.isInsideBody)
    }

    /// A line costs the same whole and byte by byte: nothing is searched again with every byte.
    @Test func eachByteIsLookedAtOnce() throws {
        let line = "GET /\(String(repeating: "x", count: 60_000)) HTTP/1.1\r\n"
        let headers = "Host: h\r\n" + String(repeating: "X: y\r\n", count: 90)
        let bytes = Array("\r\n\(line)\(headers)\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        var machine = HTTPRequestMachine()
        var paths: [Int] = []
        for byte in bytes {
            machine.feed([byte])
            while case .request(let request, _) = machine.next() { paths.append(request.path.utf8.count) }
        }
        #expect(paths == [60_001, 1])
        #expect(machine.lineSearch.lookCount <= bytes.count)

        let chunk = Array("1;\(String(repeating: "x", count: 60_000))\r\na\r\n0\r\nT: u\r\n\r\n".utf8)
        var reader = HTTPChunkReader()
        var used = 0
        for end in 1...chunk.count { used += try reader.read(chunk[used..<end], limit: 10) }
        #expect(reader.isComplete && reader.body == [UInt8(ascii: "a")] && used == chunk.count)
        #expect(reader.lineSearch.lookCount <= chunk.count)
    }

    @Test func limits() {
        var limits = HTTPRequestMachine.Limits()
        limits.requestLineByteCount = 40
        limits.headerByteCount = 100
        limits.headerCount = 3
        limits.bodyByteCount = 10
        let long = String(repeating: "x", count: 200)
        #expect(events("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == ["! 414"])
        // Before the end has come, too.
        #expect(events("GET /\(long)", limits: limits) == ["! 414"])
        #expect(events("GET / HTTP/1.1\r\nHost: \(long)", limits: limits) == ["! 431"])
        #expect(events("GET / HTTP/1.1\r\nHost: \(long)\r\n\r\n", limits: limits) == ["! 431"])
        #expect(events("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\nD: e\r\nF: g\r\n\r\n", limits: limits) == ["! 431"])
        let post = "POST / HTTP/1.1\r\nHost: a\r\n"
        #expect(events("\(post)Content-Length: 11\r\n\r\n", limits: limits) == ["! 413"])
        #expect(events("\(post)Content-Length: 99999999999999999999999\r\n\r\n", limits: limits) == ["! 413"])
        #expect(events("\(post)Content-Length: 10\r\n\r\n0123456789", limits: limits) == ["POST /? 0123456789"])
        let chunks = "\(post)Transfer-Encoding: chunked\r\n\r\n"
        #expect(events("\(chunks)6\r\n012345\r\n5\r\n", limits: limits) == ["! 413"])
        // Endless trailers bring nothing.
        let trailers = String(repeating: "T: \(long)\r\n", count: 1_000)
        #expect(events("\(chunks)0\r\n\(trailers)", limits: limits) == ["! 400"])
    }

    @Test func clientsThatWaitForContinue() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        #expect(events([Array(head.utf8), Array("ab".utf8)]) == ["continue", "POST /? ab"])
        #expect(events([Array("\(head)ab".utf8)]) == ["POST /? ab"])
    }

    /// Random bytes, and the sample stream with random damage, never trap.
    @Test func damagedStreams() {
        let seed: UInt64 = 20_261_121
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            var bytes = Array(Self.stream.utf8)
            for _ in 0...random.below(8) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            let cut = random.below(bytes.count)
            let whole = events([bytes])
            #expect(events([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "seed \(seed)")
        }
    }

    @Test func queries() {
        let items = QueryItems("a=1&&b=%C3%A9%2B+%zz&c&=d&apiKey=x=y")
        #expect(items.items.map(\.name) == ["a", "b", "c", "", "apiKey"])
        #expect(items.items.map(\.value) == ["1", "é++%zz", "", "d", "x=y"])
    }
}
