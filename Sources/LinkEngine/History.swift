package import LinkModel
package import SnapshotStore

/// One month of a target's history, as an item of backlinks/history. nil where a link table can't know.
package struct HistoryPoint: Hashable, Sendable {
    /// The first day of the month.
    package var date: Day
    /// The snapshot that answered: the newest one not after `date`.
    package var snapshot: SnapshotID
    package var rank: Int
    package var backlinks: Int64 = 0
    package var newBacklinks: Int64 = 0
    package var lostBacklinks: Int64 = 0
    package var newReferringDomains: Int64 = 0
    package var lostReferringDomains: Int64 = 0
    package var referringDomains: Int64 = 0
    package var referringDomainsNofollow: Int64 = 0
    package var referringMainDomains: Int64 = 0
    package var referringMainDomainsNofollow: Int64 = 0
    package var referringPages: Int64 = 0
    package var referringPagesNofollow: Int64 = 0
    /// Backlinks by the source's public suffix, by link type (anchor, image, redirect …), by rel value.
    package var linksByTLD: [String: Int64] = [:]
    package var linksByType: [String: Int64] = [:]
    package var linksByAttribute: [String: Int64] = [:]
    package init(date: Day, snapshot: SnapshotID, rank: Int) {
        self.date = date
        self.snapshot = snapshot
        self.rank = rank
    }
}

extension Engine {
    /// Months of from … to (contract decision 54); from and to default to the oldest and newest snapshot.
    package func history(_ store: Store, _ target: Target, from: Day? = nil, to: Day? = nil) throws -> [HistoryPoint] {
        fatalError("stub")
    }
}
