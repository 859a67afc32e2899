import Foundation
import Glibc
import Testing

@testable import BacklinkServer

/// Who goes when there is no room: for connections, or for what they hold.
@Suite(.timeLimit(.minutes(3))) struct HTTPConnectionsTests {
    /// Connections of clients that do nothing more, each with a task that can be seen to end.
    private struct Crowd {
        let connections: HTTPConnections
        private(set) var numbers: [Int] = []
        private(set) var tasks: [Task<Void, Never>] = []

        init(_ connections: HTTPConnections) { self.connections = connections }

        /// Each is older than the next one.
        mutating func add(_ phase: HTTPConnections.Phase) {
            let number = connections.open()
            let task = Task { while !Task.isCancelled { try? await Task.sleep(nanoseconds: 60_000_000_000) } }
            connections.setTask(number, task)
            _ = connections.enter(phase, number)
            numbers.append(number)
            tasks.append(task)
            usleep(1_000)
        }

        var ended: [Int] { tasks.indices.filter { tasks[$0].isCancelled } }

        func close(_ index: Int) { connections.close(numbers[index]) }

        func end() { for task in tasks { task.cancel() } }
    }

    @Test func heldBytesAreCounted() {
        let mebibyte = 1 << 20
        let connections = HTTPConnections(heldByteLimit: 100 * mebibyte)
        let numbers = [connections.open(), connections.open()]
        func holds(_ mebibytes: Int, _ number: Int) -> Bool { connections.hold(mebibytes * mebibyte, numbers[number]) }
        #expect(holds(60, 0) && !holds(60, 1) && holds(40, 1))
        #expect(holds(50, 0) && holds(50, 1) && !holds(51, 1))
        // Whoever asks for little isn't kept out by those who hold much.
        #expect(connections.hold(60_000, connections.open()) && !connections.hold(70_000, connections.open()))
        connections.close(numbers[0])
        #expect(holds(99, 1) && !holds(101, 1))
    }

    /// Bodies that are held back: the slowest go, as few as hold what is needed, and what they held is others'.
    @Test func heldBodiesMakeRoom() {
        var crowd = Crowd(HTTPConnections(heldByteLimit: 1_000_000, patience: 0))
        defer { crowd.end() }
        for _ in 0..<5 { crowd.add(.reading) }
        func holds(_ byteCount: Int, _ index: Int) -> Bool { crowd.connections.hold(byteCount, crowd.numbers[index]) }
        // Whoever began earlier has sent less: slower, however long all this takes.
        #expect(holds(150_000, 0) && holds(250_000, 1) && holds(500_000, 2))
        #expect(holds(500_000, 3) && crowd.ended == [0, 1])
        // It is on its way out: what it says any more doesn't count.
        #expect(holds(900_000, 1))
        // Who began later doesn't go for who began before.
        #expect(!holds(600_000, 2) && crowd.ended == [0, 1])
        // Nobody goes in vain.
        #expect(!holds(1_000_001, 4) && crowd.ended == [0, 1])
        #expect(holds(700_000, 4) && crowd.ended == [0, 1, 2, 3])
        for index in crowd.numbers.indices where index != 4 { crowd.close(index) }
        #expect(holds(1_000_000, 4) && !holds(1_000_001, 4))
    }

    /// Who sends steadily is left in peace, however little room there is.
    @Test func quickBodiesStay() {
        var crowd = Crowd(HTTPConnections(heldByteLimit: 1_000_000, patience: 60_000_000))
        defer { crowd.end() }
        for _ in 0..<2 { crowd.add(.reading) }
        #expect(crowd.connections.hold(900_000, crowd.numbers[0]))
        #expect(!crowd.connections.hold(200_000, crowd.numbers[1]) && crowd.ended == [])
    }

    @Test func theIdleGoFirstAndTheSlowReadersLast() {
        var crowd = Crowd(HTTPConnections(patience: 0))
        defer { crowd.end() }
        for phase in [HTTPConnections.Phase.writing, .answering, .writing, .reading, .idle, .idle] { crowd.add(phase) }
        for expected in [4, 5, 3, 0, 2] {
            let before = crowd.ended
            #expect(crowd.connections.makeRoom() && crowd.ended == (before + [expected]).sorted())
            crowd.close(expected)
        }
        // What the engine works on stays.
        #expect(!crowd.connections.makeRoom() && crowd.ended == [0, 2, 3, 4, 5])
    }

    /// A client that takes a piece of its answer now and then isn't one that takes nothing.
    @Test func readersThatGoOnStay() {
        var crowd = Crowd(HTTPConnections(patience: 60_000_000))
        defer { crowd.end() }
        for phase in [HTTPConnections.Phase.writing, .writing, .reading, .readingHead] { crowd.add(phase) }
        #expect(!crowd.connections.makeRoom() && crowd.ended == [])
        var hurried = Crowd(HTTPConnections(patience: 0))
        defer { hurried.end() }
        for _ in 0..<2 { hurried.add(.writing) }
        // The older one has gone on since.
        _ = hurried.connections.enter(.writing, hurried.numbers[0])
        usleep(1_000)
        #expect(hurried.connections.makeRoom() && hurried.ended == [1])
    }

    // MARK: - through real sockets

    @Test func connectionsBeyondTheLimitAreRefused() async throws {
        let fixture = try ServerFixture()
        try await HTTPListenerTests.serving(fixture, connectionLimit: 1, patience: 60_000_000, grace: 0) { listener in
            let first = try TestClient(listener.port)
            // It waits for the rest of the head from here on, and is not idle.
            try first.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\n")
            _ = try await first.answer()
            let second = try TestClient(listener.port)
            #expect(try await second.answer().head.hasPrefix("HTTP/1.1 503 "))
            try first.send("Host: a\r\n\r\n")
            #expect(try await first.answer().head.hasPrefix("HTTP/1.1 200 "))
        }
    }

    /// Clients that begin a request and don't go on make room for others, although none of them idles.
    @Test func slowClientsKeepNobodyOut() async throws {
        try await HTTPListenerTests.serving(ServerFixture(), connectionLimit: 4, patience: 0, grace: 0) { listener in
            var slow: [TestClient] = []
            for _ in 0..<4 {
                let client = try TestClient(listener.port)
                // The answer to the first shows that the second has begun.
                try client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\nHost")
                _ = try await client.answer()
                slow.append(client)
            }
            for _ in 0..<3 { #expect(try await Self.health(listener).hasPrefix("HTTP/1.1 200 ")) }
            // Those that have waited longest have gone.
            #expect(try await slow[0].rest() == "")
        }
    }

    /// Nor do clients that ask for more than the sockets hold, and read nothing.
    @Test func slowReadersKeepNobodyOut() async throws {
        let fixture = try ServerFixture(rows: [(ServerFixture.day("2026-11-01"), HTTPListenerTests.bigRows)])
        try await HTTPListenerTests.serving(fixture, connectionLimit: 3, patience: 0, grace: 0) { listener in
            let slow = try (0..<3).map { _ in try TestClient(listener.port) }
            let asked = "GET /backlinks/v1.0/get-raw-backlinks?target=big.com&limit=100000 HTTP/1.1\r\nHost: a\r\n\r\n"
            for client in slow {
                try client.send(String(repeating: asked, count: 20))
                try await client.waitForBytes()
            }
            // Refused while all three are being answered: who is asked to come again does.
            var answer = ""
            for _ in 0..<200 where !answer.hasPrefix("HTTP/1.1 200 ") {
                answer = try await Self.health(listener)
                try await Task.sleep(nanoseconds: 20_000_000)
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
        }
    }

    /// A client that reads a long answer slowly is seen to: the server goes on after each megabyte that it takes, not only when a third
    /// of the several that a socket's buffers hold are empty. However slow the machine is: no time is measured.
    @Test func slowReadersAreSeenToRead() async throws {
        let fixture = try ServerFixture(rows: [(ServerFixture.day("2026-11-01"), HTTPListenerTests.bigRows)])
        try await HTTPListenerTests.serving(fixture, connectionLimit: 1, grace: 0) { listener in
            let slow = try TestClient(listener.port, receiveByteCount: 1 << 20)
            let asked = "GET /backlinks/v1.0/get-raw-backlinks?target=big.com&limit=100000 HTTP/1.1\r\nHost: a\r\n"
            try slow.send(String(repeating: "\(asked)\r\n", count: 3) + "\(asked)Connection: close\r\n\r\n")
            for mebibytes in 1...5 {
                // The buffers are full, or the server is slow: it does nothing.
                var before = listener.connections.latestStep
                for _ in 0..<100 {
                    try await Task.sleep(nanoseconds: 300_000_000)
                    if listener.connections.latestStep == before { break }
                    before = listener.connections.latestStep
                }
                while slow.pendingByteCount < mebibytes << 20 { try await slow.waitForMore() }
                for _ in 0..<6_000 where listener.connections.latestStep == before {
                    try await Task.sleep(nanoseconds: 10_000_000)
                }
                try #require(listener.connections.latestStep != before, "after \(mebibytes) MiB")
            }
            #expect(try await slow.rest().components(separatedBy: "HTTP/1.1 200 OK").count == 5)
        }
    }

    /// A large body is taken while another one, that is held back, fills what may be held.
    @Test func heldBodiesKeepNobodyOut() async throws {
        try await HTTPListenerTests.serving(ServerFixture(), heldByteLimit: 150_000, patience: 0, grace: 0) {
            listener in
            let head = "POST /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n"
            let slow = try TestClient(listener.port)
            try slow.send(head + String(repeating: "x", count: 99_000))
            for _ in 0..<20 {
                let quick = try TestClient(listener.port)
                try quick.send(head + String(repeating: "x", count: 100_000))
                // Its method isn't allowed; its body was read.
                #expect(try await quick.rest().hasPrefix("HTTP/1.1 405 "))
            }
            // Whoever asked first for what isn't there was refused it; else it was ended.
            let rest = try await slow.rest()
            #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 503 "), "\(rest)")
        }
    }

    private static func health(_ listener: HTTPListener) async throws -> String {
        let client = try TestClient(listener.port)
        try client.send("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return try await client.rest()
    }
}
