package import LinkModel

package enum AnchorKind: String, CaseIterable, Sendable { case text, image, undefined }
package enum DofollowKind: String, CaseIterable, Sendable { case dofollow, nofollow, undefined }
package enum NewLostOrder: String, CaseIterable, Sendable {
    case newLostDate = "new_lost_date"
    case domainInlinkRank = "domain_inlink_rank"
    case inlinkRank = "inlink_rank"
}

/// The filters of get-new-lost-backlinks; nil = no filter.
package struct NewLostFilter: Sendable {
    package var kinds: Set<ChangeKind> = [.new, .lost]
    /// Only links of this type.
    package var linkType: LinkType?
    package var anchor: AnchorKind?
    package var dofollow: DofollowKind?
    /// A name or URL; its host with all subdomains, path ignored.
    package var urlFrom: String?
    package init() {}
}

/// As get-new-lost-refdomains.
package struct ChangedReferringDomain: Hashable, Sendable {
    package var date: Day
    package var kind: ChangeKind
    package var refdomain: String
    package var backlinks: Int64
    package var dofollowBacklinks: Int64
    package var firstSeen: Day?
    package var domainInlinkRank: Int
    package init(
        date: Day, kind: ChangeKind, refdomain: String, backlinks: Int64, dofollowBacklinks: Int64, firstSeen: Day?,
        domainInlinkRank: Int
    ) {
        self.date = date
        self.kind = kind
        self.refdomain = refdomain
        self.backlinks = backlinks
        self.dofollowBacklinks = dofollowBacklinks
        self.firstSeen = firstSeen
        self.domainInlinkRank = domainInlinkRank
    }
}

package struct DayCount: Hashable, Sendable {
    package var date: Day
    package var new: Int64
    package var lost: Int64
    package init(date: Day, new: Int64, lost: Int64) {
        self.date = date
        self.new = new
        self.lost = lost
    }
}
