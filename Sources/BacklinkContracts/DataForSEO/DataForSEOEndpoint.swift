/// The three endpoints of the DataForSEO Backlinks API that Strata speaks, all `POST …/live`.
package enum DataForSEOEndpoint: String, CaseIterable, Sendable {
    case bulkNewLostBacklinks = "bulk_new_lost_backlinks"
    case bulkNewLostReferringDomains = "bulk_new_lost_referring_domains"
    case history = "history"

    /// The folder of the path, and the `function` that answers echo.
    package var pathComponent: String { rawValue }

    /// What an answer's task has as `path`: ["v3", "backlinks", "history", "live"].
    package var path: [String] { ["v3", "backlinks", rawValue, "live"] }

    /// The third part of a task id. That of history isn't public: Strata's servers use one of their own.
    package var functionCode: String {
        switch self {
        case .bulkNewLostBacklinks: "0349"
        case .bulkNewLostReferringDomains: "0350"
        case .history: "0351"
        }
    }
}
