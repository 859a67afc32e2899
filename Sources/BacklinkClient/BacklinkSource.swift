package import BacklinkContracts

/// What is asked about, as the user wrote it.
package struct SourceTarget: Hashable, Sendable {
    package var text: String
    /// "domain", "host" or "url".
    package var mode: String

    package init(text: String, mode: String) {
        self.text = text
        self.mode = mode
    }
}

/// Takes a page's rows while they arrive.
package protocol PageReceiver {
    /// Forget what this page brought so far: its request is sent, for the first time or again.
    func beginAttempt() throws
    /// An error ends the request, is not retried, and comes back as it is.
    func receive(_ row: BacklinkRow) throws
}

/// The one face of all providers for the importer. Every call blocks until its answer is whole, retries included, and
/// throws `ClientError`; what a provider lacks throws `.unsupported`. Safe to use from several threads.
package protocol BacklinkSource: Sendable {
    var provider: Provider { get }

    /// The provider's words without what of this source's secrets they hold, whole or in parts: for whatever is told or
    /// written down of an answer. A source without secrets returns them as they are.
    func redact(_ text: String) -> String
    /// An answer's rows without the whole key; nil when they don't hold it.
    func withoutKey(_ bytes: [UInt8]) -> [UInt8]?

    /// One page of all backlinks, in the provider's order. Returns the next page's cursor; nil after the last page.
    /// - limit: 1 … 100,000 rows.
    func rawBacklinks(
        _ target: SourceTarget, limit: Int, cursor: String?, into receiver: any PageReceiver
    ) throws -> String?
    /// The best rows. limit: 1 … 10,000; orderBy: "date_found", "domain_inlink_rank" or "inlink_rank"; perDomain: 1 … 100.
    func topBacklinks(
        _ target: SourceTarget, limit: Int, orderBy: String, perDomain: Int?, into receiver: any PageReceiver) throws

    /// Starts an export. Throws `.rejected` when the provider doesn't start it.
    func queueExport(_ target: SourceTarget) throws -> ExportTask
    /// Throws `.notFound` for a task that the provider doesn't know, `.rejected` for one that it has refused.
    func exportStatus(taskID: String) throws -> ExportTask
    /// The finished export's file, byte for byte (gzip is not undone). Only from the provider's own origin.
    /// - beginAttempt: Forget all bytes so far.
    func download(_ downloadFile: String, beginAttempt: () throws -> Void, receive: ([UInt8]) throws -> Void) throws

    /// In batches of 100. A target that the provider left out is missing: match by `target`.
    func metrics(_ targets: [String], mode: String) throws -> [MetricsRow]
    func inlinkRanks(_ urls: [String]) throws -> [InlinkRankRow]
    /// The request's own `command` is overruled in these five.
    func refdomains(_ request: SEOPowerSuiteRequest) throws -> [RefdomainRow]
    func newLostBacklinks(_ request: SEOPowerSuiteRequest) throws -> [NewLostBacklinkRow]
    func newLostRefdomains(_ request: SEOPowerSuiteRequest) throws -> [NewLostRefdomainRow]
    func newLostBacklinksCount(_ request: SEOPowerSuiteRequest) throws -> [DayCountRow]
    func newLostRefdomainsCount(_ request: SEOPowerSuiteRequest) throws -> [DayCountRow]

    /// In batches of 1,000. Items come in the provider's order, and may be missing: match by `target`.
    func newLostBacklinks(bulk targets: [String], dateFrom: String?) throws -> [NewLostBacklinksItem]
    func newLostReferringDomains(bulk targets: [String], dateFrom: String?) throws -> [NewLostReferringDomainsItem]
    /// nil when the provider knows nothing of the target.
    func history(_ request: HistoryRequest) throws -> HistoryResult?
}
