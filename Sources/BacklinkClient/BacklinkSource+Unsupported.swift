package import BacklinkContracts

/// What a provider's client doesn't write down itself, the provider hasn't got.
extension BacklinkSource {
    package func rawBacklinks(
        _ target: SourceTarget, limit: Int, cursor: String?, into receiver: any PageReceiver
    ) throws -> String? { throw unsupported("get-raw-backlinks") }

    package func topBacklinks(
        _ target: SourceTarget, limit: Int, orderBy: String, perDomain: Int?, into receiver: any PageReceiver
    ) throws { throw unsupported("get-backlinks") }

    package func queueExport(_ target: SourceTarget) throws -> ExportTask {
        throw unsupported("download-all-backlinks")
    }

    package func exportStatus(taskID: String) throws -> ExportTask {
        throw unsupported("download-all-backlinks-status")
    }

    package func download(
        _ downloadFile: String, beginAttempt: () throws -> Void, receive: ([UInt8]) throws -> Void
    ) throws { throw unsupported("download") }

    package func metrics(_ targets: [String], mode: String) throws -> [MetricsRow] {
        throw unsupported("get-metrics")
    }

    package func inlinkRanks(_ urls: [String]) throws -> [InlinkRankRow] {
        throw unsupported("get-inlink-rank")
    }

    package func refdomains(_ request: SEOPowerSuiteRequest) throws -> [RefdomainRow] {
        throw unsupported("get-refdomains")
    }

    package func newLostBacklinks(_ request: SEOPowerSuiteRequest) throws -> [NewLostBacklinkRow] {
        throw unsupported("get-new-lost-backlinks")
    }

    package func newLostRefdomains(_ request: SEOPowerSuiteRequest) throws -> [NewLostRefdomainRow] {
        throw unsupported("get-new-lost-refdomains")
    }

    package func newLostBacklinksCount(_ request: SEOPowerSuiteRequest) throws -> [DayCountRow] {
        throw unsupported("get-new-lost-backlinks-count")
    }

    package func newLostRefdomainsCount(_ request: SEOPowerSuiteRequest) throws -> [DayCountRow] {
        throw unsupported("get-new-lost-refdomains-count")
    }

    package func newLostBacklinks(bulk targets: [String], dateFrom: String?) throws -> [NewLostBacklinksItem] {
        throw unsupported("bulk_new_lost_backlinks")
    }

    package func newLostReferringDomains(
        bulk targets: [String], dateFrom: String?
    ) throws -> [NewLostReferringDomainsItem] { throw unsupported("bulk_new_lost_referring_domains") }

    package func history(_ request: HistoryRequest) throws -> HistoryResult? { throw unsupported("history") }

    private func unsupported(_ command: String) -> ClientError {
        let others = provider == .seoPowerSuite ? "dataforseo or aisa" : "seo-powersuite"
        return ClientError(
            .unsupported, provider: provider, command: command, message: "The provider has no such command.",
            nextStep: "Use \(others) for it.")
    }
}
