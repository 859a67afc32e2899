package import BacklinkContracts

/// What an answer or a request may be, each read into its own type and written again.
package enum TypedAnswer: Hashable, CustomStringConvertible, Sendable {
    case rows(SEOPowerSuiteCommand)
    case request(SEOPowerSuiteCommand)
    case envelope(DataForSEOEndpoint)
    /// A call's body: a list with one task.
    case taskList(DataForSEOEndpoint)
    case task(DataForSEOEndpoint)
    case error

    package var description: String {
        switch self {
        case .rows(let command): "answer of \(command.rawValue)"
        case .request(let command): "request of \(command.rawValue)"
        case .envelope(let endpoint): "answer of \(endpoint.rawValue)"
        case .taskList(let endpoint): "call of \(endpoint.rawValue)"
        case .task(let endpoint): "task of \(endpoint.rawValue)"
        case .error: "error body"
        }
    }

    package static let all: [TypedAnswer] =
        SEOPowerSuiteCommand.allCases.map(TypedAnswer.rows) + SEOPowerSuiteCommand.allCases.map(TypedAnswer.request)
        + DataForSEOEndpoint.allCases.map(TypedAnswer.envelope)
        + DataForSEOEndpoint.allCases.map(TypedAnswer.task) + [.error]

    /// Through the type and back.
    package func again(_ wire: WireValue) throws -> WireValue {
        switch self {
        case .rows(let command): try TypedAnswer.rowsAgain(command, wire)
        case .request(let command): try SEOPowerSuiteRequest(command: command, body: wire).postBody
        case .envelope(let endpoint): try TypedAnswer.envelopeAgain(endpoint, wire)
        case .taskList(let endpoint):
            .list(try (wire.listValue ?? []).map { try TypedAnswer.task(endpoint).again($0) })
        case .task(.history): try HistoryRequest(wire: wire).wire
        case .task: try BulkRequest(wire: wire).wire
        case .error: try ErrorBody(wire: wire).wire
        }
    }

    private static func rowsAgain(_ command: SEOPowerSuiteCommand, _ wire: WireValue) throws -> WireValue {
        func answer<Row: WireConvertible>(_ type: Row.Type) throws -> WireValue {
            try RowAnswer<Row>(command: command, wire: wire).wire
        }
        return switch command {
        case .getMetrics: try answer(MetricsRow.self)
        case .getInlinkRank: try answer(InlinkRankRow.self)
        case .getBacklinks, .getRawBacklinks: try answer(BacklinkRow.self)
        case .getRefdomains: try answer(RefdomainRow.self)
        case .downloadAllBacklinks, .downloadAllBacklinksStatus: try ExportTask(wire: wire).wire
        case .getNewLostBacklinks: try answer(NewLostBacklinkRow.self)
        case .getNewLostRefdomains: try answer(NewLostRefdomainRow.self)
        case .getNewLostBacklinksCount, .getNewLostRefdomainsCount: try answer(DayCountRow.self)
        }
    }

    private static func envelopeAgain(_ endpoint: DataForSEOEndpoint, _ wire: WireValue) throws -> WireValue {
        var envelope = try DataForSEOEnvelope(wire: wire)
        for index in (envelope.tasks ?? []).indices {
            guard let task = envelope.tasks?[index], task.result != nil else { continue }
            envelope.tasks?[index].result =
                switch endpoint {
                case .bulkNewLostBacklinks: try task.results(BulkResult<NewLostBacklinksItem>.self).map(\.wire)
                case .bulkNewLostReferringDomains:
                    try task.results(BulkResult<NewLostReferringDomainsItem>.self).map(\.wire)
                case .history: try task.results(HistoryResult.self).map(\.wire)
                }
        }
        return envelope.wire
    }
}
