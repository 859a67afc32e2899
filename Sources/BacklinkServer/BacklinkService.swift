import BacklinkContracts
package import LinkEngine
package import LinkModel
package import SnapshotStore

/// The HTTP contracts of SEO PowerSuite, DataForSEO and AIsa over a store; no I/O but that of the store and of exports.
///
/// `answer` blocks while the engine works: call it on `Workers`.
package final class BacklinkService: Sendable {
    package struct Settings: Sendable {
        /// The snapshot that is "today"; nil for the newest one.
        package var today: SnapshotID?
        /// nil: everybody is welcome.
        package var key: KeyCheck?
        /// Targets with more links are refused with 244; nil for no limit.
        package var targetLinkLimit: Int?
        /// Requests a minute and client; nil for no limit.
        package var requestsPerMinute: Int?
        /// What GET /health says.
        package var version = ""
        /// Milliseconds since 1970.
        package var clock: @Sendable () -> Int64
        /// Where exports are made: one thread, so that they leave room for answers.
        package var exportWorkers: Workers
        /// Of the files of finished exports, all together: the oldest go first.
        package var exportByteLimit = 8 << 30
        /// Is told what failed where no answer can tell it.
        package var report: @Sendable (String) -> Void = { _ in }
        package init(
            clock: (@Sendable () -> Int64)? = nil, exportWorkers: Workers = Workers(threadCount: 1, waitingLimit: 100)
        ) {
            self.clock = clock ?? { millisecondsNow() }
            self.exportWorkers = exportWorkers
        }
    }

    private let settings: Settings
    private let served: ServedStore
    private let exports: ExportTasks
    private let seoPowerSuite: SEOPowerSuiteHandler
    private let dataForSEO: DataForSEOHandler
    private let rateLimit: RateLimit?
    /// What GET /openapi.json says.
    private let description: [UInt8]

    package init(_ store: Store, _ engine: Engine, _ settings: Settings) {
        self.settings = settings
        served = ServedStore(store, upTo: settings.today, engine)
        exports = ExportTasks(
            settings.exportWorkers, byteLimit: settings.exportByteLimit, clock: settings.clock,
            report: settings.report)
        // Cursors and download addresses hold for the life of this process.
        var generator = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        seoPowerSuite = SEOPowerSuiteHandler(
            served: served, exports: exports, cursorKey: key, targetLinkLimit: settings.targetLinkLimit,
            needsDownloadToken: settings.key != nil, clock: settings.clock)
        dataForSEO = DataForSEOHandler(served: served)
        rateLimit = settings.requestsPerMinute.map { RateLimit(perMinute: $0) }
        description = OpenAPIDocument(settings).bytes()
    }

    static let healthPath = "/health"
    static let descriptionPath = "/openapi.json"

    /// Whether the answer takes no time, so that it needn't wait for others.
    static func isQuick(_ request: ServerRequest) -> Bool {
        request.path == healthPath || request.path == descriptionPath
    }

    /// Computes or reads the ranks of the newest snapshot, so that the first request needn't wait. An empty store is no
    /// failure: snapshots may come later. Removes the exports of servers that were killed.
    package func prepare() throws {
        ExportFolder.removeLeft()
        do { _ = try served.today() } catch let error as StoreError where error.kind == .noSnapshot {}
    }

    /// Ends exports and removes their files.
    package func stop() { exports.stop() }

    package func answer(_ request: ServerRequest) -> ServerAnswer {
        let path = QueryItems.decoded(request.path.utf8)
        let query = QueryItems(request.query)
        if DataForSEOHandler.owns(path) { return dataForSEOAnswer(request, path) }
        do {
            return try answer(request, path, query)
        } catch {
            let refusal = ServiceError(error)
            var answer = Refusal.answer(refusal, SEOPowerSuiteHandler.format(of: query) ?? .json)
            if refusal.status == 500 { answer.note = "\(error)" }
            return answer
        }
    }

    /// What a request is told that no worker has time for.
    package func busyAnswer(_ request: ServerRequest) -> ServerAnswer {
        if DataForSEOHandler.owns(request.path) { return dataForSEO.refusal(.busy) }
        return Refusal.answer(.busy, SEOPowerSuiteHandler.format(of: QueryItems(request.query)) ?? .json)
    }

    private func dataForSEOAnswer(_ request: ServerRequest, _ path: String) -> ServerAnswer {
        // Before the key is looked at: wrong keys count too.
        if rateLimit?.refuse(request.client, now: steadyMicroseconds()) != nil {
            return dataForSEO.refusal(.rateLimited)
        }
        if let key = settings.key, !key.accepts(request) {
            return dataForSEO.refusal(.unauthorised, status: 401, headers: ServiceError.unauthorised.headers)
        }
        return dataForSEO.answer(request, path: path)
    }

    private func answer(_ request: ServerRequest, _ path: String, _ query: QueryItems) throws -> ServerAnswer {
        if path == Self.healthPath { return try health(request) }
        if path == Self.descriptionPath { return try describe(request) }
        if path.hasPrefix(SEOPowerSuiteHandler.downloadPath) { return try download(request, path, query) }
        guard path.hasPrefix(SEOPowerSuiteCommand.basePath) else {
            throw ServiceError(404, "The requested resource could not be found.")
        }
        try refuseTooMany(request)
        if let key = settings.key, !key.accepts(request) { throw ServiceError.unauthorised }
        let command = String(path.dropFirst(SEOPowerSuiteCommand.basePath.count))
        return try seoPowerSuite.answer(request, command: command, query)
    }

    private func refuseTooMany(_ request: ServerRequest) throws {
        if let seconds = rateLimit?.refuse(request.client, now: steadyMicroseconds()) {
            throw ServiceError.rateLimited(retryAfter: seconds)
        }
    }

    private func download(_ request: ServerRequest, _ path: String, _ query: QueryItems) throws -> ServerAnswer {
        try refuseTooMany(request)
        guard ["GET", "HEAD"].contains(request.method) else { throw ServiceError.notAllowed(["GET", "HEAD"]) }
        let name = String(path.dropFirst(SEOPowerSuiteHandler.downloadPath.count))
        if let key = settings.key, !key.accepts(request) {
            // The address that a status answer gave holds a token in the key's place.
            guard let token = query.values("token").last, seoPowerSuite.accepts(token, for: name) else {
                throw ServiceError.unauthorised
            }
        }
        return try seoPowerSuite.download(name)
    }

    /// Needs no key: it tells nothing of the data but the newest snapshot's id.
    private func health(_ request: ServerRequest) throws -> ServerAnswer {
        guard ["GET", "HEAD"].contains(request.method) else { throw ServiceError.notAllowed(["GET", "HEAD"]) }
        let ids = try served.store.snapshotIDs()
        let health = HealthAnswer(
            version: settings.version, snapshot: ids.last?.description, snapshotCount: Int64(ids.count))
        return ServerAnswer(type: AnswerFormat.json.contentType, JSONWriter.bytes(health.wire))
    }

    /// Needs no key: it is the same for every store, and whoever writes a client has no key yet. It is long, so the rate
    /// limit counts it.
    private func describe(_ request: ServerRequest) throws -> ServerAnswer {
        try refuseTooMany(request)
        guard ["GET", "HEAD"].contains(request.method) else { throw ServiceError.notAllowed(["GET", "HEAD"]) }
        return ServerAnswer(type: AnswerFormat.json.contentType, description)
    }
}
