package import LinkEngine
package import LinkModel

extension SlowNewLost {
    /// Month by month. `tenths` gives round(10 · score) by registrable domain and snapshot.
    package func history(
        _ target: SlowTarget, ids: [SnapshotID], from: Day?, to: Day?, tenths: [[String: Int]]
    ) -> [HistoryPoint] {
        guard let oldest = snapshots.first?.date, let newest = snapshots.last?.date else { return [] }
        let (from, to) = (from ?? oldest, to ?? newest)
        var points: [HistoryPoint] = []
        var previous: Int?
        for number in stride(from: from.number, through: to.number, by: 1) where Day(number: number).day == 1 {
            let month = Day(number: number)
            guard let index = telling(target).last(where: { snapshots[$0].date <= month }) else { continue }
            let host = slowHost(target.text)
            var point = HistoryPoint(
                date: month, snapshot: ids[index], rank: tenths[index][RandomWeb.domains[host] ?? host] ?? 0)
            fill(&point, snapshots[index].backlinks(target))
            if let previous {
                let totals = SlowDiff(snapshots[previous], snapshots[index]).totals(target)
                for total in totals where total.level == .backlinks {
                    (point.newBacklinks, point.lostBacklinks) = (total.new, total.lost)
                }
                for total in totals where total.level == .referringDomains {
                    (point.newReferringDomains, point.lostReferringDomains) = (total.new, total.lost)
                }
            }
            points.append(point)
            previous = index
        }
        return points
    }

    private func fill(_ point: inout HistoryPoint, _ links: [SlowLink]) {
        let nofollow = links.filter(\.isNofollow)
        point.backlinks = Int64(links.count)
        point.referringPages = Int64(Set(links.map(\.row.urlFrom)).count)
        point.referringPagesNofollow = Int64(Set(nofollow.map(\.row.urlFrom)).count)
        point.referringDomains = Int64(Set(links.map(\.fromHost)).count)
        point.referringDomainsNofollow = Int64(Set(nofollow.map(\.fromHost)).count)
        point.referringMainDomains = Int64(Set(links.map(\.fromDomain)).count)
        point.referringMainDomainsNofollow = Int64(Set(nofollow.map(\.fromDomain)).count)
        for link in links {
            if let suffix = RandomWeb.publicSuffixes[link.fromDomain] { point.linksByTLD[suffix, default: 0] += 1 }
            let isImage = link.row.flags.contains(.image)
            let type = link.row.type == .href ? (isImage ? "image" : "anchor") : link.row.type.name
            point.linksByType[type, default: 0] += 1
            if link.isNofollow { point.linksByAttribute["nofollow", default: 0] += 1 }
            if link.row.flags.contains(.ugc) { point.linksByAttribute["ugc", default: 0] += 1 }
            if link.row.flags.contains(.sponsored) { point.linksByAttribute["sponsored", default: 0] += 1 }
        }
    }
}
