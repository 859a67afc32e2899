import BacklinkClient
import BacklinkContracts
import Compression
import TestSupport
import Testing

/// Answers that are meant to fill memory, or to lead elsewhere.
@Suite struct HostileAnswerTests {
    /// `start`, then a repeated piece until there are more bytes than any answer may have, compressed on the way.
    private static func bomb(_ start: String, _ piece: UInt8, byteCount: Int) throws -> [UInt8] {
        let encoder = GzipEncoder()
        var compressed: [UInt8] = []
        try encoder.encode(Array(start.utf8)) { compressed += $0 }
        let block = [UInt8](repeating: piece, count: 1 << 20)
        for _ in 0..<byteCount >> 20 { try encoder.encode(block) { compressed += $0 } }
        try encoder.finish { compressed += $0 }
        return compressed
    }

    /// An answer that is read whole has a largest size, as it is when it is unpacked.
    @Test(.timeLimit(.minutes(1))) func wholeAnswersThatUnpackWithoutEnd() throws {
        let bomb = try Self.bomb("{\"tasks\":[", UInt8(ascii: " "), byteCount: 80 << 20)
        #expect(bomb.count < 1 << 20)
        let fixture = try ClientFixture(.dataForSEO) { _ in .answer(bomb, headers: [("Content-Encoding", "gzip")]) }
        let failure = ClientFixture.failure { try fixture.source.history(HistoryRequest(target: "example.com")) }
        #expect(failure?.kind == .badAnswer && failure?.description.contains("67108864 bytes") == true)
        // It isn't asked for again.
        #expect(fixture.server.requests.count == 1)
    }

    /// Of an answer that is read row by row, the row.
    @Test(.timeLimit(.minutes(1))) func rowsThatUnpackWithoutEnd() throws {
        for start in ["{\"backlinks\":[{\"title\":\"", "{\"x\":\"", "{\"next\":\""] {
            let bomb = try Self.bomb(start, UInt8(ascii: "x"), byteCount: 40 << 20)
            let fixture = try ClientFixture { _ in .answer(bomb, headers: [("Content-Encoding", "gzip")]) }
            let failure = ClientFixture.failure { try fixture.page() }
            #expect(failure?.kind == .badAnswer && failure?.description.contains("1048576") == true, "\(start)")
            #expect(fixture.server.requests.count == 1)
        }
    }

    /// An encoding within another isn't undone twice.
    @Test func encodingsThatWereNotAskedFor() throws {
        for encoding in ["br", "deflate", "gzip, gzip", "x"] {
            let fixture = try ClientFixture(attempts: 1) { _ in
                .answer([0x1F, 0x8B, 8, 0], headers: [("Content-Encoding", encoding)])
            }
            #expect(ClientFixture.failure { try fixture.page() } != nil)
        }
    }

    /// No redirect is followed, to another origin or to the same: the key would go along.
    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreNotFollowed(status: Int) throws {
        let other = try FaultyServer { _ in Sample.answer(0..<3) }
        for isElsewhere in [true, false] {
            let fixture = try ClientFixture { request in
                let base = isElsewhere ? other.baseURL : ""
                return request.path == "/elsewhere"
                    ? Sample.answer(0..<3) : .status(status, headers: [("Location", "\(base)/elsewhere")])
            }
            let failures = [
                ClientFixture.failure { try fixture.page() },
                ClientFixture.failure {
                    try fixture.source.download("\(fixture.server.baseURL)/f", beginAttempt: {}, receive: { _ in })
                },
            ]
            for failure in failures {
                #expect(failure?.statusCode == status && failure?.description.contains("isn't followed") == true)
            }
            #expect(fixture.server.requests.allSatisfy { $0.path != "/elsewhere" })
        }
        #expect(other.requests.isEmpty)
    }
}
