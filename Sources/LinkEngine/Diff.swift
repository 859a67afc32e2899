package import LinkModel

/// One line of the totals of a comparison.
package struct DiffTotal: Hashable, Sendable {
    /// What is counted. For the three source levels: distinct sources of at least one backlink to the target.
    package enum Level: String, CaseIterable, Sendable {
        case backlinks
        case referringPages = "referring_pages"
        case referringDomains = "referring_domains"
        case referringMainDomains = "referring_main_domains"
    }
    /// "" for the whole snapshots.
    package var target: String
    package var level: Level
    package var oldCount: Int64 = 0
    package var newCount: Int64 = 0
    /// newCount = oldCount + new − lost + unknownNew − unknownLost, always.
    package var new: Int64 = 0
    package var lost: Int64 = 0
    /// Backlinks only; 0 at the source levels.
    package var changed: Int64 = 0
    /// Surplus on one side whose destination is not covered completely by both snapshots. A source is unknown when
    /// it is on one side only and none of its links there goes to a destination that both cover.
    package var unknownNew: Int64 = 0
    package var unknownLost: Int64 = 0
    package var unknown: Int64 { unknownNew + unknownLost }
    package init(target: String, level: Level) {
        self.target = target
        self.level = level
    }
}

/// One row of `diff --every`: only known changes; groups without any change are left out.
package struct GroupDiff: Hashable, Sendable {
    package var target: String
    package var newBacklinks: Int64 = 0
    package var lostBacklinks: Int64 = 0
    package var changedBacklinks: Int64 = 0
    package var newReferringDomains: Int64 = 0
    package var lostReferringDomains: Int64 = 0
    package var newReferringMainDomains: Int64 = 0
    package var lostReferringMainDomains: Int64 = 0
    package init(target: String) { self.target = target }
}

package enum ChangeKind: String, CaseIterable, Sendable { case new, lost, changed, unknown }

package enum LossReason: String, Sendable {
    case none = ""
    case linkRemoved = "link_removed"
    case pageDropped = "page_dropped"
    case other
}

/// One row of `diff --rows` and `new-lost backlinks`, as get-new-lost-backlinks.
package struct ChangedLink: Hashable, Sendable {
    package var date: Day
    package var kind: ChangeKind
    /// The row of the new snapshot (new, changed), or of the old one (lost); unknown: of the one that has it.
    package var link: LinkRow
    /// changed only: the row of the old snapshot.
    package var oldLink: LinkRow?
    package var reasonLost: LossReason
    package var inlinkRank: Int
    package var domainInlinkRank: Int
    package init(
        date: Day, kind: ChangeKind, link: LinkRow, oldLink: LinkRow? = nil, reasonLost: LossReason = .none,
        inlinkRank: Int = -1, domainInlinkRank: Int = -1
    ) {
        self.date = date
        self.kind = kind
        self.link = link
        self.oldLink = oldLink
        self.reasonLost = reasonLost
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
    }
}
