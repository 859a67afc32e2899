import BacklinkContracts
import BacklinkServer
import LinkEngine
import LinkModel
import SnapshotStore
import Synchronization
import TestSupport

/// A store with a small web and a service over it.
///
///     2026-08-01  a.com, www.b.org and edu.edu link to t.com
///     2026-09-15  the link of a.com has gone (the page stays), c.net's and a redirect of r.io have come
///     2026-11-01  b.org's page has gone, d.gov's link has come, one link of sub.t.com is an internal one
final class ServerFixture: Sendable {
    let store: TestStore
    let engine: Engine
    let service: BacklinkService

    init(
        rows: [(Day, [LinkRow])]? = nil, coverage: Coverage = .everything,
        _ change: (inout BacklinkService.Settings) -> Void = { _ in }
    ) throws {
        store = try TestStore()
        for (day, rows) in rows ?? Self.web { try store.add(rows, date: day, coverage: coverage) }
        engine = Engine(Engine.Options(threads: 1, memoryLimit: 64 << 20))
        let clock = ClockBox()
        var settings = BacklinkService.Settings(clock: { clock.now() })
        settings.version = "0.0.0"
        change(&settings)
        self.clock = clock
        service = BacklinkService(store.store, engine, settings)
        try service.prepare()
    }

    let clock: ClockBox

    deinit { service.stop() }

    static func day(_ text: String) -> Day { Day(text) ?? Day(number: 0) }

    static let web: [(Day, [LinkRow])] = [
        (
            day("2026-08-01"),
            [
                link("https://a.com/1", "https://t.com/", anchor: "T", first: "2026-07-20"),
                link("https://a.com/2", "https://t.com/", flags: [.nofollow], anchor: "t", first: "2026-07-21"),
                link("https://www.b.org/", "https://www.t.com/x", flags: [.nofollow, .ugc], anchor: "x"),
                link("https://edu.edu/", "https://t.com/", anchor: "e", first: "2026-06-01"),
                link("https://t.com/", "https://other.com/"),
            ]
        ),
        (
            day("2026-09-15"),
            [
                link("https://a.com/1", "https://elsewhere.com/"),
                link("https://a.com/2", "https://t.com/", flags: [.nofollow], anchor: "t", first: "2026-07-21"),
                link("https://www.b.org/", "https://www.t.com/x", flags: [.nofollow, .ugc], anchor: "x"),
                link("https://edu.edu/", "https://t.com/", anchor: "e", first: "2026-06-01"),
                link("https://c.net/p", "https://t.com/", flags: [.image], anchor: "C", first: "2026-09-02"),
                link("https://r.io/", "https://t.com/", type: .redirect, flags: [.relUnknown]),
                link("https://t.com/", "https://other.com/"),
            ]
        ),
        (
            day("2026-11-01"),
            [
                link("https://a.com/1", "https://elsewhere.com/"),
                link("https://a.com/2", "https://t.com/", flags: [.nofollow], anchor: "t", first: "2026-07-21"),
                link("https://edu.edu/", "https://t.com/", anchor: "e", first: "2026-06-01"),
                link("https://c.net/p", "https://t.com/", flags: [.image], anchor: "C", first: "2026-09-02"),
                link("https://r.io/", "https://t.com/", type: .redirect, flags: [.relUnknown]),
                link(
                    "https://d.gov/", "https://t.com/?q=1&r=2", flags: [.sponsored], anchor: "<d & \"g\">",
                    first: "2026-10-31"),
                link("https://d.gov/", "https://www.t.com/", anchor: "w", first: "2026-11-01"),
                link("https://sub.t.com/", "https://t.com/", anchor: "internal"),
                link("https://t.com/", "https://other.com/"),
            ]
        ),
    ]

    static func link(
        _ from: String, _ to: String, type: LinkType = .href, flags: LinkFlags = [], anchor: String? = nil,
        first: String? = nil
    ) -> LinkRow {
        LinkRow(
            urlFrom: from, urlTo: to, type: type, flags: flags, anchor: anchor, title: anchor.map { "Title \($0)" },
            imageSource: flags.contains(.image) ? "https://c.net/i.png" : nil, firstSeen: first.flatMap { Day($0) },
            lastVisited: first.flatMap { Day($0) })
    }
}

/// A clock that tests set.
final class ClockBox: Sendable {
    private let milliseconds = Mutex<Int64>(1_795_000_000_000)
    func now() -> Int64 { milliseconds.withLock { $0 } }
    func add(hours: Int64) { milliseconds.withLock { $0 += hours * 3_600_000 } }
}

/// An answer, read whole.
struct Reply {
    let status: Int
    let headers: [ServerRequest.Header]
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    func json() throws -> WireValue { try JSONReader.value(bytes) }
    func rows<Row: WireConvertible>(_ command: SEOPowerSuiteCommand, _ type: Row.Type) throws -> [Row] {
        try RowAnswer<Row>(command: command, wire: json()).rows
    }
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    /// The description in an error's body.
    func error() throws -> ErrorBody { try ErrorBody(wire: json()) }
}

extension ServerFixture {
    func send(_ request: ServerRequest) throws -> Reply {
        let answer = service.answer(request)
        let bytes =
            switch answer.body {
            case .bytes(let bytes): bytes
            case .chunks(let body): try body.rest()
            }
        return Reply(status: answer.status, headers: answer.headers, bytes: bytes)
    }

    /// GET of a command.
    func get(
        _ command: String, _ query: String = "", headers: [ServerRequest.Header] = []
    ) throws -> Reply {
        try send(ServerRequest("GET", "/backlinks/v1.0/\(command)", query: query, headers: headers))
    }

    /// POST of a command; apikey and output stay in the query.
    func post(_ command: String, _ body: String, query: String = "") throws -> Reply {
        try send(ServerRequest("POST", "/backlinks/v1.0/\(command)", query: query, body: Array(body.utf8)))
    }

    /// POST to an endpoint of DataForSEO.
    func call(
        _ endpoint: String, _ body: String, mount: String = "/v3/backlinks/", headers: [ServerRequest.Header] = []
    ) throws -> DataForSEOEnvelope {
        let reply = try send(
            ServerRequest("POST", "\(mount)\(endpoint)/live", headers: headers, body: Array(body.utf8)))
        return try DataForSEOEnvelope(wire: reply.json())
    }
}
