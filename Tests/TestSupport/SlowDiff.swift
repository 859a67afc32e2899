package import LinkEngine
package import LinkModel

/// What changed between two snapshots, link by link.
package struct SlowDiff: Sendable {
    package struct Change: Sendable {
        package var kind: ChangeKind
        /// The side that has it: the new one for new and changed.
        package var link: SlowLink
        package var oldLink: SlowLink?
        /// unknown only: which side has it.
        package var isOnNewSide: Bool
    }

    package let old: SlowSnapshot
    package let new: SlowSnapshot
    package let includeInternal: Bool
    package let changes: [Change]

    package init(_ old: SlowSnapshot, _ new: SlowSnapshot, includeInternal: Bool = false) {
        self.old = old
        self.new = new
        self.includeInternal = includeInternal
        struct Key: Hashable {
            var urlFrom: String
            var urlTo: String
            var type: LinkType
            init(_ link: SlowLink) {
                (urlFrom, urlTo, type) = (link.row.urlFrom, link.row.urlTo, link.row.type)
            }
        }
        let oldGroups = Dictionary(grouping: old.backlinks(nil, includeInternal: includeInternal)) { Key($0) }
        let newGroups = Dictionary(grouping: new.backlinks(nil, includeInternal: includeInternal)) { Key($0) }
        var changes: [Change] = []
        for key in Set(oldGroups.keys).union(newGroups.keys) {
            let pairing = SlowPairing(oldGroups[key] ?? [], newGroups[key] ?? [])
            for (oldLink, newLink) in pairing.pairs where SlowPairing.differ(oldLink.row, newLink.row) {
                changes.append(Change(kind: .changed, link: newLink, oldLink: oldLink, isOnNewSide: true))
            }
            for link in pairing.oldSurplus {
                let known = old.covers(link) && new.covers(link)
                changes.append(Change(kind: known ? .lost : .unknown, link: link, oldLink: nil, isOnNewSide: false))
            }
            for link in pairing.newSurplus {
                let known = old.covers(link) && new.covers(link)
                changes.append(Change(kind: known ? .new : .unknown, link: link, oldLink: nil, isOnNewSide: true))
            }
        }
        self.changes = changes
    }

    /// The rows of `diff --rows`, in no order. The dates of changed and unknown rows are the new snapshot's.
    package func rows(
        _ targets: [SlowTarget], kinds: Set<ChangeKind>, oldRanks: SlowRanks, newRanks: SlowRanks
    ) -> [ChangedLink] {
        let newSources = Set(new.links.map(\.row.urlFrom))
        return changes.compactMap { change -> ChangedLink? in
            guard kinds.contains(change.kind) else { return nil }
            guard targets.isEmpty || targets.contains(where: { $0.matches(change.link) }) else { return nil }
            let row = change.link.row
            let ranks = change.isOnNewSide ? newRanks : oldRanks
            var changed = ChangedLink(
                date: new.date, kind: change.kind, link: row, oldLink: change.oldLink?.row,
                inlinkRank: ranks.page(row.urlFrom), domainInlinkRank: ranks.domain(change.link.fromDomain))
            if change.kind == .new { changed.date = newDate(of: row) }
            if change.kind == .lost {
                let isRemoved = row.type == .redirect || newSources.contains(row.urlFrom)
                changed.reasonLost = isRemoved ? .linkRemoved : .pageDropped
            }
            return changed
        }
    }

    /// The day of its first sight where that lies between the snapshots.
    package func newDate(of row: LinkRow) -> Day {
        guard let firstSeen = row.firstSeen, firstSeen > old.date, firstSeen <= new.date else { return new.date }
        return firstSeen
    }

    package func totals(_ target: SlowTarget?) -> [DiffTotal] {
        let oldLinks = old.backlinks(target, includeInternal: includeInternal)
        let newLinks = new.backlinks(target, includeInternal: includeInternal)
        let mine = changes.filter { change in target.map { $0.matches(change.link) } ?? true }
        return DiffTotal.Level.allCases.map { level in
            var total = DiffTotal(target: target?.text ?? "", level: level)
            guard let source = Self.source(level) else {
                total.oldCount = Int64(oldLinks.count)
                total.newCount = Int64(newLinks.count)
                total.new = Int64(mine.filter { $0.kind == .new }.count)
                total.lost = Int64(mine.filter { $0.kind == .lost }.count)
                total.changed = Int64(mine.filter { $0.kind == .changed }.count)
                total.unknownNew = Int64(mine.filter { $0.kind == .unknown && $0.isOnNewSide }.count)
                total.unknownLost = Int64(mine.filter { $0.kind == .unknown && !$0.isOnNewSide }.count)
                return total
            }
            let transitions = transitions(oldLinks, newLinks, source)
            total.oldCount = Int64(Set(oldLinks.map(source)).count)
            total.newCount = Int64(Set(newLinks.map(source)).count)
            total.new = Int64(transitions.new.count)
            total.lost = Int64(transitions.lost.count)
            total.unknownNew = Int64(transitions.unknownNew.count)
            total.unknownLost = Int64(transitions.unknownLost.count)
            return total
        }
    }

    package func groups(every level: GroupLevel) -> [GroupDiff] {
        let group = { (link: SlowLink) in level == .host ? link.toHost : link.toDomain }
        let oldGroups = Dictionary(grouping: old.backlinks(nil, includeInternal: includeInternal), by: group)
        let newGroups = Dictionary(grouping: new.backlinks(nil, includeInternal: includeInternal), by: group)
        let changesOfGroup = Dictionary(grouping: changes) { group($0.link) }
        return Set(oldGroups.keys).union(newGroups.keys).compactMap { name -> GroupDiff? in
            var diff = GroupDiff(target: name)
            let mine = changesOfGroup[name] ?? []
            diff.newBacklinks = Int64(mine.filter { $0.kind == .new }.count)
            diff.lostBacklinks = Int64(mine.filter { $0.kind == .lost }.count)
            diff.changedBacklinks = Int64(mine.filter { $0.kind == .changed }.count)
            let hosts = transitions(oldGroups[name] ?? [], newGroups[name] ?? [], \.fromHost)
            diff.newReferringDomains = Int64(hosts.new.count)
            diff.lostReferringDomains = Int64(hosts.lost.count)
            let domains = transitions(oldGroups[name] ?? [], newGroups[name] ?? [], \.fromDomain)
            diff.newReferringMainDomains = Int64(domains.new.count)
            diff.lostReferringMainDomains = Int64(domains.lost.count)
            return diff == GroupDiff(target: name) ? nil : diff
        }
        .sorted { isBytewiseLess($0.target, $1.target) }
    }

    package struct Transitions {
        package var new: Set<String>
        package var lost: Set<String>
        package var unknownNew: Set<String>
        package var unknownLost: Set<String>
    }

    /// Sources on one side only: known when one of their links there goes where both snapshots look completely.
    package func transitions(
        _ oldLinks: [SlowLink], _ newLinks: [SlowLink], _ source: (SlowLink) -> String
    ) -> Transitions {
        let oldSources = Set(oldLinks.map(source))
        let newSources = Set(newLinks.map(source))
        func known(_ links: [SlowLink]) -> Set<String> {
            Set(links.filter { old.covers($0) && new.covers($0) }.map(source))
        }
        let appeared = newSources.subtracting(oldSources)
        let gone = oldSources.subtracting(newSources)
        return Transitions(
            new: appeared.intersection(known(newLinks)), lost: gone.intersection(known(oldLinks)),
            unknownNew: appeared.subtracting(known(newLinks)), unknownLost: gone.subtracting(known(oldLinks)))
    }

    /// nil: the links themselves.
    private static func source(_ level: DiffTotal.Level) -> ((SlowLink) -> String)? {
        switch level {
        case .backlinks: nil
        case .referringPages: { $0.row.urlFrom }
        case .referringDomains: { $0.fromHost }
        case .referringMainDomains: { $0.fromDomain }
        }
    }
}

/// Which rows of one (url_from, url_to, type) are the same link in both snapshots.
private struct SlowPairing {
    var pairs: [(SlowLink, SlowLink)] = []
    var oldSurplus: [SlowLink]
    var newSurplus: [SlowLink]

    init(_ old: [SlowLink], _ new: [SlowLink]) {
        oldSurplus = old
        newSurplus = new
        pair { !Self.differ($0, $1) }
        pair { $0.anchor == $1.anchor && $0.flags.contains(.image) == $1.flags.contains(.image) }
        pair { _, _ in true }
    }

    static func differ(_ left: LinkRow, _ right: LinkRow) -> Bool {
        left.anchor != right.anchor || left.imageSource != right.imageSource || left.flags != right.flags
    }

    private mutating func pair(_ fits: (LinkRow, LinkRow) -> Bool) {
        var left: [SlowLink] = []
        for link in oldSurplus {
            if let index = newSurplus.firstIndex(where: { fits(link.row, $0.row) }) {
                pairs.append((link, newSurplus.remove(at: index)))
            } else {
                left.append(link)
            }
        }
        oldSurplus = left
    }
}
