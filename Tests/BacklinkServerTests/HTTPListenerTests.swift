import BacklinkContracts
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import BacklinkServer

/// Through real sockets on loopback.
@Suite struct HTTPListenerTests {
    /// Runs the listener while the body asks it.
    static func serving(
        _ fixture: ServerFixture, log: AccessLog? = nil, connectionLimit: Int? = nil, heldByteLimit: Int = 256 << 20,
        patience: Int64 = 5_000_000, grace: Int64 = 2, _ body: (HTTPListener) async throws -> Void
    ) async throws {
        let workers = Workers(threadCount: 2, waitingLimit: 100)
        let listener = try HTTPListener(
            host: "127.0.0.1", port: 0, fixture.service, workers, log, connectionLimit: connectionLimit,
            heldByteLimit: heldByteLimit, patience: patience)
        let running = Task { try await listener.run(grace: grace) {} }
        try await body(listener)
        listener.stop()
        try await running.value
    }

    /// Two pieces of an answer, each too large for a socket's buffers to hold them all.
    static let bigRows = (0..<1_500).map {
        ServerFixture.link(
            "https://s\($0 % 97).com/\($0)", "https://big.com/",
            anchor: "\($0) \(String(repeating: "long ", count: 300))")
    }

    @Test func keptConnectionsAndPipelines() async throws {
        try await Self.serving(ServerFixture()) { listener in
            let client = try TestClient(listener.port)
            for _ in 0..<3 {
                try client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try await client.answer()
                #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.head.contains("keep-alive"))
            }
            try client.send(
                "GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /backlinks/v1.0/get-metrics?target=t.com HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(try await client.answer().body.contains("\"status\":\"ok\""))
            #expect(try await client.answer().body.contains("\"metrics\""))
            try client.send("HEAD /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let head = try await client.rest()
            #expect(head.contains("Content-Length: ") && head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func longAnswersAreChunked() async throws {
        let fixture = try ServerFixture(rows: [(ServerFixture.day("2026-11-01"), Self.bigRows)])
        try await Self.serving(fixture) { listener in
            let target = "/backlinks/v1.0/get-raw-backlinks?target=big.com&limit=100000"
            let client = try TestClient(listener.port)
            try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try await client.answer()
            #expect(answer.head.contains("Transfer-Encoding: chunked"))
            let rows = try RowAnswer<BacklinkRow>(
                command: .getRawBacklinks, wire: JSONReader.value(Array(answer.body.utf8))
            ).rows
            #expect(rows.count == 1_500 && Set(rows.map(\.urlFrom)).count == 1_500)
            // HTTP/1.0 knows no chunks: the end of the connection ends the answer.
            let old = try TestClient(listener.port)
            try old.send("GET \(target) HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let text = try await old.rest()
            #expect(!text.contains("chunked") && text.hasSuffix("\r\n\r\n\(answer.body)"))
        }
    }

    /// Clients that take nothing hold neither a worker nor the answer.
    @Test func slowReadersDoNotStandInTheWay() async throws {
        let fixture = try ServerFixture(rows: [(ServerFixture.day("2026-11-01"), Self.bigRows)])
        try await Self.serving(fixture) { listener in
            let slow = try (0..<4).map { _ in try TestClient(listener.port) }
            for client in slow {
                try client.send(
                    "GET /backlinks/v1.0/get-raw-backlinks?target=big.com&limit=100000 HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            let quick = try TestClient(listener.port)
            for _ in 0..<5 {
                try quick.send("GET /backlinks/v1.0/get-metrics?target=big.com HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try await quick.answer()
                #expect(answer.body.contains("1500"), "\(answer)")
            }
            // Those that go on get everything.
            #expect(try await slow[0].answer().body.utf8.count > 4_000_000)
        }
    }

    @Test func refusedRequestsAreTold() async throws {
        try await Self.serving(ServerFixture()) { listener in
            for (request, status) in [
                ("GET / HTTP/1.1\r\n\r\n", "400"),
                ("GET /\(String(repeating: "x", count: 70_000)) HTTP/1.1\r\n", "414"),
                ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 40_000))\r\n", "431"),
                (
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n\(String(repeating: "x", count: 100_000))",
                    "413"
                ),
            ] {
                let client = try TestClient(listener.port)
                try client.send(request)
                let answer = try await client.answer()
                #expect(answer.head.hasPrefix("HTTP/1.1 \(status) ") && answer.head.contains("Connection: close"))
                #expect(try ErrorBody(wire: JSONReader.value(Array(answer.body.utf8))).code == Int64(status))
            }
        }
    }

    @Test func stoppingEndsIdleConnectionsAndFinishesAnswers() async throws {
        let fixture = try ServerFixture(rows: [(ServerFixture.day("2026-11-01"), Self.bigRows)])
        let workers = Workers(threadCount: 2, waitingLimit: 100)
        let listener = try HTTPListener(host: "127.0.0.1", port: 0, fixture.service, workers, nil)
        let running = Task { try await listener.run(grace: 60) {} }
        let idle = try TestClient(listener.port)
        try idle.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await idle.answer()
        let busy = try TestClient(listener.port)
        try busy.send("GET /backlinks/v1.0/get-raw-backlinks?target=big.com&limit=100000 HTTP/1.1\r\nHost: a\r\n\r\n")
        try await busy.waitForBytes()
        listener.stop()
        #expect(try await idle.rest() == "")
        let answer = try await busy.answer()
        #expect(answer.body.hasSuffix("]}"))
        try await running.value
        #expect(throws: (any Error).self) { try TestClient(listener.port) }
    }

    @Test func theLogKeepsSecrets() async throws {
        let folder = try TemporaryDirectory()
        let log = try AccessLog(appendingTo: folder.path("access.log"))
        try await Self.serving(ServerFixture(), log: log) { listener in
            let client = try TestClient(listener.port)
            let path = "/backlinks/v1.0/get-metrics?target=t.com&%61piKey=S3cret&token=S3cret&mode=%0Ahost"
            try client.send(
                "GET \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer S3cret\r\nConnection: close\r\n\r\n")
            _ = try await client.rest()
        }
        let text = String(decoding: try folder.read("access.log"), as: UTF8.self)
        #expect(!text.contains("S3cret"))
        #expect(
            text.wholeMatch(
                of:
                    /[-\d]+T[:\d]+Z 127\.0\.0\.1 GET \/backlinks\/v1\.0\/get-metrics\?target=t\.com&%61piKey=\*\*\*&token=\*\*\*&mode=%0Ahost 400 \d+ \d+\.\dms\n/
            ) != nil, "\(text)")
    }

    /// While every worker is busy, and others wait for them, whoever asks whether the server runs is answered.
    @Test(.timeLimit(.minutes(1))) func healthDoesNotWait() async throws {
        let workers = Workers(threadCount: 1, waitingLimit: 1)
        let fixture = try ServerFixture()
        defer { withExtendedLifetime(fixture) {} }
        let listener = try HTTPListener(host: "127.0.0.1", port: 0, fixture.service, workers, nil)
        let running = Task { try await listener.run(grace: 2) {} }
        let gate = Gate()
        #expect(workers.enqueue { gate.wait() })
        try await gate.begun()
        let waiting = try TestClient(listener.port)
        try waiting.send("GET /backlinks/v1.0/get-metrics?target=t.com HTTP/1.1\r\nHost: a\r\n\r\n")
        for path in ["/health", "/openapi.json"] {
            let client = try TestClient(listener.port)
            try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.answer().head.hasPrefix("HTTP/1.1 200 "))
        }
        gate.open()
        let answer = try await waiting.answer()
        #expect(answer.body.contains("metrics"), "\(answer)")
        listener.stop()
        try await running.value
    }

    /// Also when as many workers compute as there are processors, and more: the threads that they share are all taken then.
    @Test func oneWorkerHasAThreadOfItsOwn() {
        let count = ProcessInfo.processInfo.activeProcessorCount + 2
        let many = Workers(threadCount: count, waitingLimit: 10)
        let (isDone, hasGivenUp) = (Flag(), Flag())
        let end = steadyMicroseconds() + 30_000_000
        for _ in 0..<count {
            #expect(
                many.enqueue {
                    while !isDone.isSet, !hasGivenUp.isSet {
                        if steadyMicroseconds() > end { hasGivenUp.set() }
                    }
                })
        }
        let one = Workers(threadCount: 1, waitingLimit: 1)
        #expect(one.enqueue { isDone.set() })
        while !isDone.isSet, !hasGivenUp.isSet { usleep(1_000) }
        #expect(!hasGivenUp.isSet)
    }

    /// Set once, from any thread.
    private final class Flag: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }

    /// A pipe without a reader would be waited for without a word, and the server wouldn't start.
    @Test(.timeLimit(.minutes(1))) func aPipeWithoutAReaderIsRefused() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("pipe")
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect {
            try AccessLog(appendingTo: path)
        } throws: {
            "\($0)"
                == "can't write the access log \(path): it is a pipe that nobody reads; start its reader first, or name a file."
        }
        // With one its writer waits for room instead of losing lines.
        let reader = unsafe open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let log = try AccessLog(appendingTo: path)
        log.append(note: "begun")
        await log.flush()
        var buffer = [UInt8](repeating: 0, count: 1_000)
        let count = unsafe read(reader, &buffer, buffer.count)
        #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).hasSuffix(" (begun)\n"))
    }

    /// A log that nobody reads holds nobody up, and says what was lost.
    @Test func aStalledLogDropsLines() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("pipe")
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let reader = unsafe open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let log = try AccessLog(appendingTo: path, byteLimit: 100_000)
        let request = ServerRequest("GET", "/\(String(repeating: "x", count: 1_000))")
        for _ in 0..<1_000 { log.append(request, status: 200, byteCount: 0, microseconds: 0) }
        await log.flush(seconds: 0)
        var bytes = 0
        var text = ""
        for _ in 0..<5_000 where !text.contains("lines dropped") {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = unsafe read(reader, &buffer, buffer.count)
            if count > 0 {
                bytes += count
                text += String(decoding: buffer[..<count], as: UTF8.self)
            } else {
                try await Task.sleep(nanoseconds: 1_000_000)
            }
        }
        #expect(text.contains("lines dropped") && bytes < 900_000)
        await log.flush()
    }

    @Test func aFullQueueIsBusy() async throws {
        let workers = Workers(threadCount: 1, waitingLimit: 1)
        let gate = Gate()
        #expect(workers.enqueue { gate.wait() })
        try await gate.begun()
        #expect(workers.enqueue {})
        #expect(!workers.enqueue {})
        await #expect(throws: Workers.Busy.self) { try await workers.run { 1 } }
        // What an answer goes on with is not refused.
        async let later = workers.run(pastLimit: true) { 2 }
        gate.open()
        #expect(try await later == 2)
        let fixture = try ServerFixture()
        #expect(fixture.service.busyAnswer(ServerRequest("GET", "/backlinks/v1.0/get-metrics")).status == 503)
        #expect(fixture.service.busyAnswer(ServerRequest("POST", "/v3/backlinks/history/live")).status == 200)
    }
}
