package import LinkModel

/// Truth by the slowest means: arrays of rows, URLs as texts, no sort keys, no ids. Written from the documents, not from
/// the engine.
package struct SlowSnapshot: Sendable {
    package let date: Day
    /// Distinct in identity, in the order of rows with equal ends that the store promises.
    package let links: [SlowLink]
    /// nil: everything. Else the targets that are covered completely.
    package let covered: [SlowTarget]?

    package init(_ web: RandomWeb) {
        self.init(rows: web.rows, date: web.date, coverage: web.coverage)
    }

    package init(rows: [LinkRow], date: Day, coverage: Coverage = .everything) {
        self.date = date
        links = SlowSnapshot.merged(rows).map { SlowLink($0) }
        switch coverage {
        case .everything: covered = nil
        case .targets(let targets):
            covered = targets.filter(\.complete).map { SlowTarget($0.target, $0.mode) }
        }
    }

    package func covers(_ link: SlowLink) -> Bool {
        guard let covered else { return true }
        return covered.contains { $0.matches(link) }
    }

    /// Every URL of the snapshot.
    package var pages: Set<String> { Set(links.flatMap { [$0.row.urlFrom, $0.row.urlTo] }) }

    /// The links to the target that are backlinks.
    package func backlinks(_ target: SlowTarget?, includeInternal: Bool = false) -> [SlowLink] {
        links.filter { link in (includeInternal || !link.isInternal) && (target.map { $0.matches(link) } ?? true) }
    }

    /// Rows equal in identity become one: earliest first seen, latest last visited, its title (ties: the smallest)
    /// and ranks (ties: the largest).
    private static func merged(_ rows: [LinkRow]) -> [LinkRow] {
        var groups: [LinkRow: [LinkRow]] = [:]
        for row in rows {
            var identity = row
            (identity.title, identity.firstSeen, identity.lastVisited) = (nil, nil, nil)
            (identity.inlinkRank, identity.domainInlinkRank) = (nil, nil)
            groups[identity, default: []].append(row)
        }
        return groups.map { identity, rows in
            var link = identity
            link.firstSeen = rows.compactMap(\.firstSeen).min()
            link.lastVisited = rows.compactMap(\.lastVisited).max()
            let latest = rows.filter { $0.lastVisited == link.lastVisited }
            link.title = latest.compactMap(\.title).min { isBytewiseLess($0, $1) }
            link.inlinkRank = latest.compactMap(\.inlinkRank).max()
            link.domainInlinkRank = latest.compactMap(\.domainInlinkRank).max()
            return link
        }
        .sorted { left, right in
            if left.urlTo != right.urlTo { return isBytewiseLess(left.urlTo, right.urlTo) }
            if left.urlFrom != right.urlFrom { return isBytewiseLess(left.urlFrom, right.urlFrom) }
            if left.type != right.type { return left.type.rawValue < right.type.rawValue }
            if left.anchor != right.anchor { return isBytewiseLess(left.anchor, right.anchor) }
            if left.imageSource != right.imageSource { return isBytewiseLess(left.imageSource, right.imageSource) }
            return left.flags.rawValue < right.flags.rawValue
        }
    }
}

/// A row with what the questions ask of its ends.
package struct SlowLink: Hashable, Sendable {
    package let row: LinkRow
    package let fromHost: String
    package let toHost: String
    package let fromDomain: String
    package let toDomain: String

    package init(_ row: LinkRow) {
        self.row = row
        fromHost = slowHost(row.urlFrom)
        toHost = slowHost(row.urlTo)
        fromDomain = RandomWeb.domains[fromHost] ?? fromHost
        toDomain = RandomWeb.domains[toHost] ?? toHost
    }

    package var isInternal: Bool { fromDomain == toDomain }
    package var isNofollow: Bool { row.flags.contains(.nofollow) }
}

/// A target by comparing texts.
package struct SlowTarget: Hashable, Sendable {
    package let text: String
    package let mode: TargetMode
    fileprivate let name: String

    /// - mode nil: a URL with scheme is that page, anything else a domain, taken literally.
    package init(_ text: String, _ mode: TargetMode?) {
        self.text = text
        self.mode = mode ?? (text.contains("://") ? .url : .domain)
        switch self.mode {
        case .url: name = text
        case .host: name = slowHost(text)
        case .domain:
            let host = slowHost(text)
            name = mode == .domain && host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
        }
    }

    /// Whether the link points to the target.
    package func matches(_ link: SlowLink) -> Bool {
        switch mode {
        case .domain: return slowHost(link.toHost, isBelow: name)
        case .host: return link.toHost == name
        case .url:
            if name.contains("://") { return link.row.urlTo == name }
            return link.row.urlTo == "http://" + name || link.row.urlTo == "https://" + name
        }
    }
}

extension SlowTarget {
    /// Whether some URL belongs to both targets.
    package func meets(_ other: SlowTarget) -> Bool {
        if mode == .url { return urls.contains { other.matches($0) } }
        if other.mode == .url { return other.urls.contains { matches($0) } }
        let below = slowHost(name, isBelow: other.name)
        let above = slowHost(other.name, isBelow: name)
        return (other.mode == .domain && below) || (mode == .domain && above) || name == other.name
    }

    /// Links to the page or, without scheme, the two pages of a URL target.
    private var urls: [SlowLink] {
        let spelled = name.contains("://") ? [name] : ["http://" + name, "https://" + name]
        return spelled.map { SlowLink(LinkRow(urlFrom: "http://nobody.example/", urlTo: $0)) }
    }
}

/// The host of a normalised URL, or of a name without scheme.
package func slowHost(_ url: String) -> String {
    var rest = Substring(url)
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    rest = rest.prefix { $0 != "/" && $0 != "?" }
    if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") { rest = rest[..<colon] }
    return String(rest)
}

/// The host itself or one of its subdomains.
package func slowHost(_ host: String, isBelow name: String) -> Bool {
    host == name || host.hasSuffix("." + name)
}

/// Bytes in order, unknown before all texts.
package func isBytewiseLess(_ left: String?, _ right: String?) -> Bool {
    guard let right else { return false }
    guard let left else { return true }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// The ranks that rows show: rounded scores by URL and by registrable domain.
package struct SlowRanks: Sendable {
    package var pages: [String: Int]
    package var domains: [String: Int]

    package init(pages: [String: Int] = [:], domains: [String: Int] = [:]) {
        self.pages = pages
        self.domains = domains
    }

    package func page(_ url: String) -> Int { pages[url] ?? -1 }
    package func domain(_ name: String) -> Int { domains[name] ?? -1 }
}
