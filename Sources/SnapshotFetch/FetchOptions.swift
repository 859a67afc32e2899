package import SnapshotImport

/// How a fetch works; none of it decides which rows come.
package struct FetchOptions: Sendable {
    package var prices: PriceTable.ProviderPrices?
    package var maxCost: Money?
    package var maxRows: Int?
    /// Targets that are fetched at the same time.
    package var connections = 4
    /// Seconds for the whole fetch; nil: no limit.
    package var deadlineSeconds: Double?
    /// Seconds that an export may take to be made.
    package var exportWaitSeconds = 3600.0
    /// Seconds during which an export is ordered again while the provider rejects it.
    package var exportRejectedSeconds = 300.0
    /// Of one export's file, as it comes: more isn't taken, whoever sends it.
    package var downloadByteLimit = 64 << 30
    /// Throws away what an unfinished fetch of the same snapshot left.
    package var restart = false
    /// For the import at the end. Its snapshot id and coverage are set by the fetch.
    package var importing: ImportOptions
    package var clock = FetchClock.system
    /// Where the client's events leave the ids of requests.
    package var requestLog = RequestLog()
    /// A line for the user, from any thread.
    package var say: @Sendable (String) -> Void = { _ in }
    /// Rows so far, targets done, targets in all; from any thread.
    package var progress: @Sendable (_ rows: Int, _ targetsDone: Int, _ targets: Int) -> Void = { _, _, _ in }

    package init(importing: ImportOptions) { self.importing = importing }
}
