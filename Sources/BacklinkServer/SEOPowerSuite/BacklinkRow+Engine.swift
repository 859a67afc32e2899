import BacklinkContracts
import LinkEngine
import LinkModel

// The engine's answers as rows of the contract.

extension BacklinkRow {
    init(_ backlink: Backlink, isExtended: Bool) {
        let link = backlink.link
        self.init(
            urlFrom: link.urlFrom, urlTo: link.urlTo, title: link.title, anchor: link.anchor,
            nofollow: link.flags.contains(.nofollow), image: link.flags.contains(.image),
            imageSource: link.imageSource, inlinkRank: Int64(backlink.inlinkRank),
            domainInlinkRank: Int64(backlink.domainInlinkRank), firstSeen: link.firstSeen?.description,
            lastVisited: link.lastVisited?.description)
        if isExtended {
            linkType = link.type.name
            rel = link.flags.contains(.relUnknown) ? nil : Self.rel(link.flags)
        }
    }

    private static func rel(_ flags: LinkFlags) -> String {
        let tokens: [(flag: LinkFlags, name: String)] = [
            (.nofollow, "nofollow"), (.ugc, "ugc"), (.sponsored, "sponsored"),
        ]
        return tokens.filter { flags.contains($0.flag) }.map(\.name).joined(separator: " ")
    }
}

extension MetricsRow {
    init(_ metrics: TargetMetrics) {
        self.init(
            target: metrics.target, backlinks: metrics.backlinks, refdomains: metrics.refdomains,
            subnets: metrics.subnets, ips: metrics.ips, nofollowBacklinks: metrics.nofollowBacklinks,
            dofollowBacklinks: metrics.dofollowBacklinks, eduBacklinks: metrics.eduBacklinks,
            govBacklinks: metrics.govBacklinks)
    }
}

extension InlinkRankRow {
    init(_ ranks: InlinkRanks) {
        self.init(
            url: ranks.url, inlinkRank: Int64(ranks.inlinkRank), domainInlinkRank: Int64(ranks.domainInlinkRank))
    }
}

extension RefdomainRow {
    init(_ domain: ReferringDomain) {
        self.init(
            refdomain: domain.refdomain, backlinks: domain.backlinks, dofollowBacklinks: domain.dofollowBacklinks,
            firstSeen: domain.firstSeen?.description, domainInlinkRank: Int64(domain.domainInlinkRank))
    }
}

extension NewLostBacklinkRow {
    init(_ change: ChangedLink) {
        let link = change.link
        self.init(
            newLostDate: change.date.description, newLostType: change.kind.rawValue, urlFrom: link.urlFrom,
            urlTo: link.urlTo, title: link.title, anchor: link.anchor, linkType: link.type.name,
            nofollow: link.flags.contains(.nofollow), image: link.flags.contains(.image),
            imageSource: link.imageSource, reasonLost: change.reasonLost.rawValue,
            inlinkRank: Int64(change.inlinkRank), domainInlinkRank: Int64(change.domainInlinkRank),
            firstSeen: link.firstSeen?.description)
    }
}

extension NewLostRefdomainRow {
    init(_ change: ChangedReferringDomain) {
        self.init(
            newLostDate: change.date.description, newLostType: change.kind.rawValue, refdomain: change.refdomain,
            backlinks: change.backlinks, dofollowBacklinks: change.dofollowBacklinks,
            firstSeen: change.firstSeen?.description, domainInlinkRank: Int64(change.domainInlinkRank))
    }
}
