/// The commands of the SEO PowerSuite Backlinks API v1.0, each a path under /backlinks/v1.0/.
package enum SEOPowerSuiteCommand: String, CaseIterable, Sendable {
    case getMetrics = "get-metrics"
    case getInlinkRank = "get-inlink-rank"
    case getBacklinks = "get-backlinks"
    case getRefdomains = "get-refdomains"
    case downloadAllBacklinks = "download-all-backlinks"
    case downloadAllBacklinksStatus = "download-all-backlinks-status"
    case getRawBacklinks = "get-raw-backlinks"
    case getNewLostBacklinks = "get-new-lost-backlinks"
    case getNewLostRefdomains = "get-new-lost-refdomains"
    case getNewLostBacklinksCount = "get-new-lost-backlinks-count"
    case getNewLostRefdomainsCount = "get-new-lost-refdomains-count"

    /// The path in front of every command.
    package static let basePath = "/backlinks/v1.0/"
    /// Targets of one request where several are allowed.
    package static let batchLimit = 100

    /// The answer's only member with rows; nil for exports, whose answer is an `ExportTask`.
    package var listName: String? {
        switch self {
        case .getMetrics: "metrics"
        case .getInlinkRank: "pages"
        case .getBacklinks, .getRawBacklinks: "backlinks"
        case .getRefdomains: "refdomains"
        case .downloadAllBacklinks, .downloadAllBacklinksStatus: nil
        case .getNewLostBacklinks: "new_lost_backlinks"
        case .getNewLostRefdomains: "new_lost_refdomains"
        case .getNewLostBacklinksCount: "new_lost_backlinks_count"
        case .getNewLostRefdomainsCount: "new_lost_refdomains_count"
        }
    }

    /// Exports and raw pages are GET only.
    package var allowsPOST: Bool {
        switch self {
        case .downloadAllBacklinks, .downloadAllBacklinksStatus, .getRawBacklinks: false
        default: true
        }
    }

    /// Takes up to `batchLimit` targets at once.
    package var allowsBatch: Bool { self == .getMetrics || self == .getInlinkRank }
}
