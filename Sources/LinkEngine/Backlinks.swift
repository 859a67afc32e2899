package import LinkModel
package import SnapshotStore

package enum BacklinkOrder: String, CaseIterable, Sendable {
    /// Newest first_seen first, unknown last.
    case dateFound = "date_found"
    case domainInlinkRank = "domain_inlink_rank"
    case inlinkRank = "inlink_rank"
}

package struct Backlink: Hashable, Sendable {
    package var link: LinkRow
    package var inlinkRank: Int
    package var domainInlinkRank: Int
    package init(link: LinkRow, inlinkRank: Int, domainInlinkRank: Int) {
        self.link = link
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
    }
}

/// As get-refdomains. refdomain = source host.
package struct ReferringDomain: Hashable, Sendable {
    package var refdomain: String
    package var backlinks: Int64
    package var dofollowBacklinks: Int64
    package var firstSeen: Day?
    package var domainInlinkRank: Int
    package init(refdomain: String, backlinks: Int64, dofollowBacklinks: Int64, firstSeen: Day?, domainInlinkRank: Int) {
        self.refdomain = refdomain
        self.backlinks = backlinks
        self.dofollowBacklinks = dofollowBacklinks
        self.firstSeen = firstSeen
        self.domainInlinkRank = domainInlinkRank
    }
}

extension Engine {
    /// The target's backlinks in order (ties: url_from, url_to, anchor ascending bytewise, then link type, image
    /// source, flags), at most `perDomain` of each source host, then at most `limit`. Ranks are compared rounded,
    /// as they are printed. Rows are read one by one.
    package func backlinks(
        _ snapshot: Snapshot, _ target: Target, order: BacklinkOrder = .dateFound, limit: Int? = 100,
        perDomain: Int? = nil, _ body: (Backlink) throws -> Void
    ) throws { fatalError("stub") }
    /// order dateFound: newest first_seen (of the host) first; domainInlinkRank; inlinkRank: highest page rank among its links; ties: contract decisions 18 and 19.
    package func referringDomains(
        _ snapshot: Snapshot, _ target: Target, order: BacklinkOrder = .dateFound, limit: Int? = 100
    ) throws -> [ReferringDomain] { fatalError("stub") }
}
