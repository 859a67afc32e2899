package import LinkEngine
package import LinkModel

extension SlowSnapshot {
    package func metrics(_ target: SlowTarget, includeInternal: Bool = false) -> TargetMetrics {
        let backlinks = backlinks(target, includeInternal: includeInternal)
        var metrics = TargetMetrics(target: target.text)
        metrics.backlinks = Int64(backlinks.count)
        metrics.refdomains = Int64(Set(backlinks.map(\.fromHost)).count)
        metrics.nofollowBacklinks = Int64(backlinks.filter(\.isNofollow).count)
        metrics.dofollowBacklinks = metrics.backlinks - metrics.nofollowBacklinks
        metrics.eduBacklinks = Int64(backlinks.filter { $0.fromHost.hasSuffix(".edu") }.count)
        metrics.govBacklinks = Int64(backlinks.filter { $0.fromHost.hasSuffix(".gov") }.count)
        return metrics
    }

    package func inlinkRanks(_ url: String, _ ranks: SlowRanks) -> InlinkRanks {
        let host = slowHost(url)
        return InlinkRanks(
            url: url, inlinkRank: ranks.page(url), domainInlinkRank: ranks.domain(RandomWeb.domains[host] ?? host))
    }

    package func referringCounts(every level: GroupLevel, includeInternal: Bool = false) -> [ReferringCounts] {
        let groups = Dictionary(grouping: backlinks(nil, includeInternal: includeInternal)) {
            level == .host ? $0.toHost : $0.toDomain
        }
        return groups.map { name, links in
            var counts = ReferringCounts(target: name)
            counts.backlinks = Int64(links.count)
            counts.referringPages = Int64(Set(links.map(\.row.urlFrom)).count)
            counts.referringDomains = Int64(Set(links.map(\.fromHost)).count)
            counts.referringMainDomains = Int64(Set(links.map(\.fromDomain)).count)
            counts.nofollowBacklinks = Int64(links.filter(\.isNofollow).count)
            counts.dofollowBacklinks = counts.backlinks - counts.nofollowBacklinks
            return counts
        }
        .sorted { isBytewiseLess($0.target, $1.target) }
    }

    package func backlinks(
        _ target: SlowTarget, _ ranks: SlowRanks, order: BacklinkOrder, limit: Int?, perDomain: Int?,
        includeInternal: Bool = false
    ) -> [Backlink] {
        func sortNumber(_ link: SlowLink) -> Int {
            switch order {
            case .dateFound: Int(link.row.firstSeen?.number ?? .min)
            case .inlinkRank: ranks.page(link.row.urlFrom)
            case .domainInlinkRank: ranks.domain(link.fromDomain)
            }
        }
        let sorted = backlinks(target, includeInternal: includeInternal).sorted { left, right in
            let (leftNumber, rightNumber) = (sortNumber(left), sortNumber(right))
            return leftNumber != rightNumber ? leftNumber > rightNumber : isTieLess(left.row, right.row)
        }
        var ofHost: [String: Int] = [:]
        let capped = sorted.filter { link in
            ofHost[link.fromHost, default: 0] += 1
            return ofHost[link.fromHost, default: 0] <= perDomain ?? .max
        }
        return capped.prefix(limit ?? .max).map { link in
            Backlink(
                link: link.row, inlinkRank: ranks.page(link.row.urlFrom),
                domainInlinkRank: ranks.domain(link.fromDomain))
        }
    }

    package func referringDomains(
        _ target: SlowTarget, _ ranks: SlowRanks, order: BacklinkOrder, limit: Int?, includeInternal: Bool = false
    ) -> [ReferringDomain] {
        let groups = Dictionary(grouping: backlinks(target, includeInternal: includeInternal), by: \.fromHost)
        let rows = groups.map { host, links in
            (
                bestPage: links.map { ranks.page($0.row.urlFrom) }.max() ?? -1,
                row: ReferringDomain(
                    refdomain: host, backlinks: Int64(links.count),
                    dofollowBacklinks: Int64(links.filter { !$0.isNofollow }.count),
                    firstSeen: links.compactMap(\.row.firstSeen).min(),
                    domainInlinkRank: ranks.domain(RandomWeb.domains[host] ?? host))
            )
        }
        func sortNumbers(_ entry: (bestPage: Int, row: ReferringDomain)) -> (Int, Int) {
            switch order {
            case .dateFound: (Int(entry.row.firstSeen?.number ?? .min), 0)
            case .domainInlinkRank: (entry.row.domainInlinkRank, 0)
            case .inlinkRank: (entry.bestPage, entry.row.domainInlinkRank)
            }
        }
        return rows.sorted { left, right in
            let (leftNumbers, rightNumbers) = (sortNumbers(left), sortNumbers(right))
            if leftNumbers != rightNumbers { return leftNumbers > rightNumbers }
            return isBytewiseLess(left.row.refdomain, right.row.refdomain)
        }
        .prefix(limit ?? .max).map(\.row)
    }
}

/// url_from, url_to, anchor, link type, image source, flags.
package func isTieLess(_ left: LinkRow, _ right: LinkRow) -> Bool {
    if left.urlFrom != right.urlFrom { return isBytewiseLess(left.urlFrom, right.urlFrom) }
    if left.urlTo != right.urlTo { return isBytewiseLess(left.urlTo, right.urlTo) }
    if left.anchor != right.anchor { return isBytewiseLess(left.anchor, right.anchor) }
    if left.type != right.type { return left.type.rawValue < right.type.rawValue }
    if left.imageSource != right.imageSource { return isBytewiseLess(left.imageSource, right.imageSource) }
    return left.flags.rawValue < right.flags.rawValue
}
