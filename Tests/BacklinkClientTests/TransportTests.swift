import BacklinkClient
import BacklinkContracts
import Compression
import Foundation
import Synchronization
import TestSupport
import Testing

/// CurlTransport against scripted bytes.
@Suite struct TransportTests {
    private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let encoder = GzipEncoder()
        var compressed: [UInt8] = []
        try encoder.encode(bytes) { compressed += $0 }
        try encoder.finish { compressed += $0 }
        return compressed
    }

    @Test func connectionsAreKept() throws {
        let fixture = try ClientFixture { _ in Sample.answer(0..<3) }
        for _ in 0..<5 { #expect(try fixture.page().rows == Sample.rows(0..<3)) }
        #expect(fixture.server.requests.count == 5 && fixture.server.connectionCount == 1)
    }

    @Test func severalThreadsShareOneSource() throws {
        let fixture = try ClientFixture { _ in Sample.answer(0..<50) }
        let failures = Mutex(0)
        let group = DispatchGroup()
        for _ in 0..<8 {
            group.enter()
            Thread.detachNewThread {
                for _ in 0..<10 where (try? fixture.page().rows) != Sample.rows(0..<50) {
                    failures.withLock { $0 += 1 }
                }
                group.leave()
            }
        }
        group.wait()
        #expect(failures.withLock { $0 } == 0)
        #expect(fixture.server.requests.count == 80 && fixture.server.connectionCount <= 8)
    }

    @Test func gzipIsUndone() throws {
        let compressed = try TransportTests.gzip(Sample.page(0..<400))
        let fixture = try ClientFixture { _ in .answer(compressed, headers: [("Content-Encoding", "gzip")]) }
        #expect(try fixture.page().rows == Sample.rows(0..<400))
        #expect(fixture.server.requests[0].headers["accept-encoding"] == "gzip")
    }

    @Test func brokenGzipIsFetchedAgain() throws {
        let compressed = try TransportTests.gzip(Sample.page(0..<400))
        var flipped = compressed
        flipped[compressed.count / 2] ^= 0x10
        let broken = [flipped] + stride(from: 0, to: compressed.count, by: 499).map { Array(compressed[..<$0]) }
        let fixture = try ClientFixture { request in
            let body = request.index % 2 == 0 ? broken[request.index / 2] : compressed
            return .answer(body, headers: [("Content-Encoding", "gzip")])
        }
        for index in broken.indices {
            let collector = Collector()
            #expect(try fixture.page(into: collector).rows == Sample.rows(0..<400), "broken \(index)")
            #expect(collector.attemptCount == 2, "broken \(index)")
        }
    }

    @Test func interimAnswersArePassedOver() throws {
        let interim = Array("HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n".utf8)
        let fixture = try ClientFixture { _ in FaultyReply([.bytes(interim)] + Sample.answer(0..<2).actions) }
        #expect(try fixture.page().rows.count == 2)
    }

    @Test func endlessHeadersEnd() throws {
        let line = Array("X-Filler: \(String(repeating: "x", count: 1000))\r\n".utf8)
        let fixture = try ClientFixture(attempts: 1) { _ in
            FaultyReply([.bytes(Array("HTTP/1.1 200 OK\r\n".utf8)), .generate { _ in line }])
        }
        let failure = ClientFixture.failure { try fixture.page() }
        #expect(failure?.kind == .badAnswer || failure?.kind == .network)
    }

    @Test func notHTTP() throws {
        let fixture = try ClientFixture(attempts: 1) { _ in FaultyReply([.bytes(Array("220 smtp\r\n".utf8)), .close]) }
        #expect(ClientFixture.failure { try fixture.page() }?.kind == .badAnswer)
    }

    @Test func aSlowReceiverIsNotAStall() throws {
        let fixture = try ClientFixture(stallTimeout: .seconds(1), attempts: 1) { _ in Sample.answer(0..<2000) }
        var isFirst = true
        let collector = Collector { _ in
            if isFirst { Thread.sleep(forTimeInterval: 2.2) }
            isFirst = false
        }
        #expect(try fixture.page(into: collector).rows == Sample.rows(0..<2000))
    }

    @Test func theReceiversErrorComesBackAsItIs() throws {
        struct Full: Error {}
        let fixture = try ClientFixture { _ in Sample.answer(0..<5000) }
        let collector = Collector { row in if row == Sample.row(7) { throw Full() } }
        #expect(throws: Full.self) { try fixture.page(into: collector) }
        #expect(collector.rows.count == 7 && fixture.server.requests.count == 1)
        // The source goes on.
        #expect(try fixture.page().rows.count == 5000)
    }

    @Test func nobodyListens() throws {
        let fixture = try ClientFixture { _ in .status(500) }
        fixture.server.stop()
        Thread.sleep(forTimeInterval: 0.05)
        let failure = try #require(ClientFixture.failure { try fixture.page() })
        #expect(failure.kind == .network && failure.description.contains(fixture.server.baseURL))
        #expect(fixture.clock.slept.count == 5 && failure.description.contains("tried 6 times"))
    }

    @Test func stallsAndSlowAnswersEnd() throws {
        let page = Sample.page(0..<100)
        let stalled = try ClientFixture(stallTimeout: .milliseconds(500)) { request in
            request.index == 0 ? .cut(page, after: 4096, end: .stall) : .answer(page)
        }
        #expect(try stalled.page().rows == Sample.rows(0..<100))
        let silent = try ClientFixture(requestTimeout: .milliseconds(500)) { request in
            request.index == 0 ? FaultyReply([.stall]) : .answer(page)
        }
        #expect(try silent.page().rows == Sample.rows(0..<100))
        // Downloads have no limit for the whole, but one for the beginning.
        let download = try ClientFixture(requestTimeout: .milliseconds(300), attempts: 1) { _ in FaultyReply([.stall]) }
        let failure = ClientFixture.failure {
            try download.source.download("\(download.server.baseURL)/f", beginAttempt: {}, receive: { _ in })
        }
        #expect(failure?.kind == .network && failure?.command == "download")
    }
}
