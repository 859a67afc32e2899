import TestSupport
import Testing

@testable import BacklinkServer

/// Requests that two readers could take for different ones: refused, whatever their cut, and nothing after them is read.
@Suite struct HTTPSmugglingTests {
    /// The statuses and paths of what a stream holds; it ends with the first refusal.
    private func outcome(_ text: String, cutEvery size: Int) -> [String] {
        var machine = HTTPRequestMachine()
        var outcome: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            machine.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            reading: while true {
                switch machine.next() {
                case .needsBytes: break reading
                case .wantsContinue: outcome.append("continue")
                case .failure(let status, _): return outcome + ["\(status)"]
                case .request(let request, _): outcome.append("\(request.path) \(request.body.count)")
                }
            }
        }
        return outcome
    }

    private static let post = "POST /first HTTP/1.1\r\nHost: a\r\n"
    /// What an attacker wants to be taken for a request of its own.
    private static let second = "GET /second HTTP/1.1\r\nHost: a\r\n\r\n"

    static let refused: [(headers: String, status: Int)] = [
        // Both ways to say where the body ends, in both orders.
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", 400),
        // Two lengths, equal or not, in one line or two.
        ("Content-Length: 4\r\nContent-Length: 4\r\n", 400), ("Content-Length: 4\r\nContent-Length: 40\r\n", 400),
        ("Content-Length: 4, 4\r\n", 400), ("Content-Length: 4,40\r\n", 400),
        // What some readers take for a number.
        ("Content-Length: +4\r\n", 400), ("Content-Length: -4\r\n", 400), ("Content-Length: 0x4\r\n", 400),
        ("Content-Length: 4 \u{B}\r\n", 400), ("Content-Length: 4 4\r\n", 400), ("Content-Length: \"4\"\r\n", 400),
        ("Content-Length: 4.0\r\n", 400), ("Content-Length: 4e0\r\n", 400), ("Content-Length: ٤\r\n", 400),
        ("Content-Length: \u{FF14}\r\n", 400), ("Content-Length:\r\n", 400),
        ("Content-Length: 18446744073709551620\r\n", 413),
        ("Content-Length: 4294967300\r\n", 413),
        // Names that some readers take for the right one.
        ("Content-Length : 4\r\n", 400), ("Content-Length\t: 4\r\n", 400), (" Content-Length: 4\r\n", 400),
        ("Transfer-Encoding : chunked\r\n", 400), ("Transfer-Encoding\u{0}: chunked\r\n", 400),
        ("\u{FEFF}Content-Length: 4\r\n", 400), ("Content\u{2010}Length: 4\r\n", 400),
        // Codings that some readers take for chunked.
        ("Transfer-Encoding: xchunked\r\n", 501), ("Transfer-Encoding: chunked, chunked\r\n", 501),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 501),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 501),
        ("Transfer-Encoding: identity\r\n", 501), ("Transfer-Encoding: gzip, chunked\r\n", 501),
        ("Transfer-Encoding: chunked;q=1\r\n", 501), ("Transfer-Encoding: \"chunked\"\r\n", 501),
        ("Transfer-Encoding: \u{B}chunked\r\n", 400), ("Transfer-Encoding: chunked\u{0}\r\n", 400),
        ("Transfer-Encoding: ,chunked\r\n", 400), ("Transfer-Encoding:\r\n", 400),
        // Lines that begin, fold or end in another way.
        ("X: y\r\n Content-Length: 4\r\n", 400), ("X: y\r\n\tfolded\r\n", 400), ("X: y\nContent-Length: 4\r\n", 400),
        ("X: y\rContent-Length: 4\r\n", 400), ("X: y\r\r\n", 400), ("X: y\n", 400), ("X: y\n\r\n", 400),
        ("X: a\u{0}b\r\n", 400), ("X\u{0}: y\r\n", 400), (": y\r\n", 400), ("X y\r\n", 400), ("X(y): z\r\n", 400),
        // Whose server this is.
        ("Host: b\r\n", 400),
    ]

    @Test(arguments: refused)
    func oneRequestIsRefused(_ headers: String, _ status: Int) {
        for size in [1, 3, 10_000] {
            let outcome = outcome("\(Self.post)\(headers)\r\n4\r\nabcd\r\n0\r\n\r\n\(Self.second)", cutEvery: size)
            #expect(outcome == ["\(status)"], "\(headers.debugDescription), cut every \(size)")
        }
    }

    @Test(arguments: [
        "0x4\r\nabcd\r\n", "+4\r\nabcd\r\n", "-4\r\nabcd\r\n", " 4\r\nabcd\r\n", "\r\nabcd\r\n", "4\nabcd\r\n",
        "4\r\nabcd\n",
        "4\rabcd\r\n", "4\r\nabcdef\r\n", "4;\n\r\nabcd\r\n", "4;x\ry\r\nabcd\r\n", "4 4\r\nabcd\r\n", "g\r\nabcd\r\n",
        "00000000000000004\r\nabcd\r\n", "fffffffffffffffe\r\nabcd\r\n", "4\r\nabcd0\r\n\r\n",
        // What follows the last chunk.
        "0\r\n\rGET /x", "0\n\n", "0\r\nTrailer: x\n\r\n",
    ])
    func oneBodyIsRefused(_ chunks: String) {
        for size in [1, 3, 10_000] {
            let outcome = outcome(
                "\(Self.post)Transfer-Encoding: chunked\r\n\r\n\(chunks)\r\n\(Self.second)", cutEvery: size)
            #expect(outcome.last == "400" && !outcome.contains("/second 0"), "\(chunks.debugDescription): \(outcome)")
        }
    }

    @Test func sizesThatOverflowAreTooLarge() {
        for size in ["7fffffffffffffff", "400001", "fffffffffffffff"] {
            let outcome = outcome("\(Self.post)Transfer-Encoding: chunked\r\n\r\n\(size)\r\nx", cutEvery: 5)
            #expect(outcome == ["413"] || outcome == ["400"])
        }
    }

    @Test(arguments: [
        "GET http://h HTTP/1.1", "GET HTTP://h/ HTTP/1.1", "GET http://h:80/?x HTTP/1.1", "GET http://user@h/ HTTP/1.1",
    ])
    func absoluteTargetsAreOurs(_ line: String) {
        #expect(outcome("\(line)\r\nHost: a\r\n\r\n", cutEvery: 7) == ["/ 0"])
    }

    @Test(arguments: [
        "CONNECT h:443 HTTP/1.1", "OPTIONS * HTTP/1.1", "GET https://h/ HTTP/1.1", "GET //h\u{7F} HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET /\tx HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET /a b HTTP/1.1", "GÉT / HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1.10", "GET / HTTP/1,1", "/ HTTP/1.1", "GET /", "GET\t/ HTTP/1.1", "",
    ])
    func otherRequestLines(_ line: String) {
        let outcome = outcome("\(line)\r\nHost: a\r\n\r\n", cutEvery: 7)
        #expect(outcome == ["400"] || outcome == ["505"], "\(outcome)")
    }

    @Test(arguments: ["a b", "a/b", "a#b", "a?b", "é", "a\"b", "a<b", "user@h", "a\\b"])
    func namesThatAreNoHost(_ host: String) {
        let isUserInfo = host.contains("@")
        #expect(outcome("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", cutEvery: 7) == ["400"] || isUserInfo)
    }

    @Test(arguments: ["a", "a.example:8080", "[::1]:80", "127.0.0.1", "", "xn--bcher-kva.example", "a_b"])
    func hosts(_ host: String) {
        #expect(outcome("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", cutEvery: 7) == ["/ 0"])
    }
}
