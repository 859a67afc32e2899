import BacklinkClient
import BacklinkContracts
import Synchronization
import TestSupport

/// A clock that only sleeping moves: retries cost no time.
final class ManualClock: ClientClock {
    private let state = Mutex((now: Duration.zero, slept: [Duration]()))

    var now: Duration { state.withLock { $0.now } }
    /// 1994-11-06 08:49:37 at the start.
    var secondsSince1970: Int64 { 784_111_777 + now.components.seconds }
    var slept: [Duration] { state.withLock { $0.slept } }

    func sleep(_ duration: Duration) {
        state.withLock { state in
            state.now += duration
            state.slept.append(duration)
        }
    }
}

/// Keeps a page's rows as the contract asks: a new attempt forgets the last.
final class Collector: PageReceiver {
    private(set) var rows: [BacklinkRow] = []
    private(set) var attemptCount = 0
    private let check: (BacklinkRow) throws -> Void

    init(check: @escaping (BacklinkRow) throws -> Void = { _ in }) {
        self.check = check
    }

    func beginAttempt() {
        attemptCount += 1
        rows = []
    }

    func receive(_ row: BacklinkRow) throws {
        try check(row)
        rows.append(row)
    }
}

/// A source of a faulty server, with everything that it told.
struct ClientFixture {
    static let key = "marker-key-7f3a9c51e2d84b60"
    static let login = "marker-login@example.com"
    static let target = SourceTarget(text: "example.com", mode: "domain")

    let server: FaultyServer
    let clock = ManualClock()
    let log = EventLog()
    let source: any BacklinkSource

    init(
        _ provider: Provider = .seoPowerSuite, credentials: Credentials? = nil, deadline: Duration? = nil,
        stallTimeout: Duration = .seconds(60), requestTimeout: Duration = .seconds(20), prefersXML: Bool = false,
        usesSystemClock: Bool = false,
        attempts: Int = 6, _ script: @escaping @Sendable (FaultyRequest) -> FaultyReply
    ) throws {
        server = try FaultyServer(script)
        var settings = ClientSettings(
            provider: provider, baseURL: server.baseURL,
            credentials: credentials ?? ClientFixture.credentials(provider))
        settings.retrySeed = 1
        settings.deadline = deadline
        settings.stallTimeout = stallTimeout
        settings.requestTimeout = requestTimeout
        settings.prefersXML = prefersXML
        settings.attemptLimit = attempts
        let log = log
        settings.events = { log.append($0) }
        source = try BacklinkSources.make(
            settings, transport: CurlTransport(), clock: usesSystemClock ? SystemClock() : clock)
    }

    static func credentials(_ provider: Provider) -> Credentials {
        Credentials(login: provider == .dataForSEO ? Secret(login) : nil, key: Secret(key))
    }

    /// The first page of raw rows.
    func page(into collector: Collector = Collector(), cursor: String? = nil) throws -> (
        rows: [BacklinkRow], next: String?
    ) {
        let next = try source.rawBacklinks(ClientFixture.target, limit: 1000, cursor: cursor, into: collector)
        return (collector.rows, next)
    }

    /// The error of a call that must fail; nil when it doesn't, or fails with something else.
    static func failure<Value>(_ body: () throws -> Value) -> ClientError? {
        do {
            _ = try body()
            return nil
        } catch { return error as? ClientError }
    }
}

final class EventLog: Sendable {
    private let list = Mutex<[ClientEvent]>([])

    var events: [ClientEvent] { list.withLock { $0 } }
    func append(_ event: ClientEvent) { list.withLock { $0.append(event) } }
}

/// Answers with known rows.
enum Sample {
    static func row(_ index: Int) -> BacklinkRow {
        BacklinkRow(
            urlFrom: "https://source-\(index).example/page", urlTo: "https://example.com/\(index % 7)",
            title: "Seite \(index) – \"Überschrift\"", anchor: "anchor \(index)", nofollow: index % 3 == 0,
            image: false,
            inlinkRank: Int64(index % 101), domainInlinkRank: 5, firstSeen: "2026-01-02", lastVisited: "2026-02-03")
    }

    static func rows(_ range: Range<Int>) -> [BacklinkRow] { range.map(row) }

    static func page(_ range: Range<Int>, next: String? = nil) -> [UInt8] {
        JSONWriter.bytes(RowAnswer(command: .getRawBacklinks, rows: rows(range), next: next).wire)
    }

    static func answer(_ range: Range<Int>, next: String? = nil) -> FaultyReply {
        .answer(page(range, next: next))
    }
}
