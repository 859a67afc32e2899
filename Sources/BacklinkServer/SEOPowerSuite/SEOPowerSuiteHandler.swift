import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore

/// Answers the commands under /backlinks/v1.0/.
struct SEOPowerSuiteHandler: Sendable {
    let served: ServedStore
    let exports: ExportTasks
    let cursorKey: [UInt8]
    /// Targets with more rows than this are refused with 244; nil for no limit.
    let targetLinkLimit: Int?
    /// Whether downloads are for those only who have the key, or an address with a token.
    let needsDownloadToken: Bool
    /// Milliseconds since 1970.
    let clock: @Sendable () -> Int64

    /// The format that the request asks for: errors keep to it too. nil when there is no such format.
    static func format(of query: QueryItems) -> AnswerFormat? {
        guard let text = query.values("output").last else { return .json }
        return AnswerFormat(rawValue: text.lowercased())
    }

    /// Those whose rows, or files of rows, may have Strata's own columns.
    static let extendedCommands: Set<SEOPowerSuiteCommand> = [.getBacklinks, .getRawBacklinks, .downloadAllBacklinks]

    /// - Throws: whatever `ServiceError.init` knows.
    func answer(_ request: ServerRequest, command name: String, _ query: QueryItems) throws -> ServerAnswer {
        guard let command = SEOPowerSuiteCommand(rawValue: name) else {
            throw ServiceError(404, "The requested resource could not be found.")
        }
        let methods = command.methods
        guard methods.contains(request.method) else { throw ServiceError.notAllowed(methods) }
        guard let format = Self.format(of: query) else {
            throw ServiceError(
                406, "Unsupported output format. Supported output formats are \"json\" (default) and \"xml\".")
        }
        let parameters =
            request.method == "POST"
            ? try SEOPowerSuiteParameters(body: request.body) : SEOPowerSuiteParameters(query: query)
        let question = SEOPowerSuiteQuestion(
            command: command, parameters: parameters, format: format, request: request,
            isExtended: request.headers.contains {
                $0.name == "prefer" && ExtendedColumns.isAskedFor(by: $0.value)
            })
        var answer = try self.answer(question, query)
        if question.isExtended, Self.extendedCommands.contains(command) {
            answer.headers.append(.init("Preference-Applied", ExtendedColumns.preference))
        }
        return answer
    }

    private func answer(_ question: SEOPowerSuiteQuestion, _ query: QueryItems) throws -> ServerAnswer {
        switch question.command {
        case .getMetrics: try metrics(question)
        case .getInlinkRank: try inlinkRanks(question)
        case .getBacklinks: try backlinks(question)
        case .getRefdomains: try refdomains(question)
        case .getRawBacklinks: try rawBacklinks(question, query)
        case .downloadAllBacklinks: try queueExport(question)
        case .downloadAllBacklinksStatus: try exportStatus(question)
        case .getNewLostBacklinks: try newLostBacklinks(question)
        case .getNewLostRefdomains: try newLostRefdomains(question)
        case .getNewLostBacklinksCount: try newLostBacklinkCounts(question)
        case .getNewLostRefdomainsCount: try newLostRefdomainCounts(question)
        }
    }

    private func metrics(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let targets = try question.targets()
        let metrics = try served.answers(targets, about: targets) { snapshot, targets in
            for target in targets { try refuseHuge(target, snapshot) }
            return try served.engine.metrics(snapshot, targets)
        }
        return try question.answer(ReadyRows(metrics) { MetricsRow($0).wire })
    }

    private func inlinkRanks(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let urls = try question.parameters.targets(batch: true)
        do {
            let pages = urls.map { try? Target($0, mode: .url) }
            let ranks = try served.answers(urls, about: pages, showsRanks: true) {
                try served.engine.inlinkRanks($0, urls: $1)
            }
            return try question.answer(ReadyRows(ranks) { InlinkRankRow($0).wire })
        } catch let error as EngineError where error.kind == .usage {
            throw ServiceError.invalid("target", error.description)
        }
    }

    private func backlinks(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let target = try question.target()
        let limit = try question.limit()
        let order = try question.chosen("order_by", BacklinkOrder.self)
        let perDomain = try question.number("per_domain")
        let snapshot = try served.today(for: target, showsRanks: true)
        try refuseHuge(target, snapshot)
        let rows = try served.engine.backlinkRows(
            snapshot, target, order: order, limit: limit, perDomain: perDomain)
        return try question.answer(
            OrderedRows(
                engine: served.engine, snapshot: snapshot, rows: rows[...], isExtended: question.isExtended))
    }

    private func refdomains(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let target = try question.target()
        let limit = try question.limit()
        let order = try question.chosen("order_by", BacklinkOrder.self)
        let snapshot = try served.today(for: target, showsRanks: true)
        try refuseHuge(target, snapshot)
        let domains = try served.engine.referringDomains(snapshot, target, order: order, limit: limit)
        return try question.answer(ReadyRows(domains) { RefdomainRow($0).wire })
    }

    private func rawBacklinks(_ question: SEOPowerSuiteQuestion, _ query: QueryItems) throws -> ServerAnswer {
        let target = try question.target()
        let limit = try question.limit()
        var position = 0
        let snapshot: Snapshot
        // "if the next parameter is included in the first request, you'll get an error": an empty one too.
        if SEOPowerSuiteParameters.isPresent("next", in: query) {
            let text = try question.parameters.text("next") ?? ""
            (snapshot, position) = try place(of: text, target)
        } else {
            snapshot = try served.today(for: target, showsRanks: true)
        }
        try refuseHuge(target, snapshot)
        return try question.answer(
            RawRows(
                engine: served.engine, snapshot: snapshot, target: target, position: position, left: limit,
                isExtended: question.isExtended, cursorKey: cursorKey, now: clock()))
    }

    private func place(of next: String, _ target: Target) throws -> (Snapshot, Int) {
        guard let cursor = PageCursor(next, for: target, key: cursorKey) else {
            throw ServiceError.invalid(
                "next", "It should be the cursor that the page before gave for this target and mode.")
        }
        guard !cursor.isExpired(at: clock()) else {
            throw ServiceError.invalid("next", "The cursor is older than 24 hours: start with the first page again.")
        }
        guard let snapshot = try served.snapshot(cursor.snapshot, showsRanks: true),
            PageCursor.importStamp(of: snapshot) == cursor.importStamp
        else {
            throw ServiceError.invalid(
                "next", "The snapshot that the cursor points into is gone: start with the first page again.")
        }
        return (snapshot, cursor.position)
    }

    /// Status 244 for targets beyond the limit that the server was started with (contract decision 32).
    func refuseHuge(_ target: Target, _ snapshot: Snapshot) throws {
        guard let targetLinkLimit, try served.engine.rowCount(snapshot, target) > targetLinkLimit else { return }
        throw ServiceError(
            244, "Results for huge websites like \(target.text) are unavailable via API so far.")
    }
}

/// What one request asks of a command.
struct SEOPowerSuiteQuestion {
    var command: SEOPowerSuiteCommand
    var parameters: SEOPowerSuiteParameters
    var format: AnswerFormat
    var request: ServerRequest
    /// Rows of links carry link_type and rel.
    var isExtended: Bool

    /// The mode's default is host (contract decision 14).
    func targets() throws -> [Target] {
        let mode = try chosen("mode", TargetMode.self)
        return try parameters.targets(batch: command.allowsBatch).map { try Target($0, mode: mode) }
    }

    func target() throws -> Target {
        guard let target = try targets().first else { throw ServiceError.missing("target") }
        return target
    }

    func limit() throws -> Int {
        guard let limit = try number("limit") else { preconditionFailure("a limit has a standard") }
        return limit
    }

    /// Within the rule's range; its standard when it isn't given.
    func number(_ name: String) throws -> Int? {
        guard case .number(let range, let standard) = command.rule(name).kind else {
            preconditionFailure("\(name) is no number")
        }
        return try parameters.number(name, in: range) ?? standard
    }

    /// One of the rule's choices; its standard when it isn't given.
    func chosen<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) throws -> Choice
    where Choice.RawValue == String {
        if let choice = try parameters.choice(name, type) { return choice }
        guard case .choice(_, let standard?) = command.rule(name).kind, let choice = Choice(rawValue: standard) else {
            preconditionFailure("\(name) has no standard")
        }
        return choice
    }

    func answer(_ rows: some RowSource) throws -> ServerAnswer {
        try RowList.answer(command.listName ?? "rows", format, rows)
    }
}
