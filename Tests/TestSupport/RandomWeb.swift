package import LinkModel

/// A small web made from a seed: few sites, so that every kind of neighbourhood comes up. URLs are normalised.
package struct RandomWeb: Sendable {
    package let seed: UInt64
    package var date: Day
    /// The hosts in use.
    package var hosts: [String]
    /// Distinct URLs.
    package var pages: [String]
    /// Some rows are there twice (equal in identity, with other dates and titles).
    package var rows: [LinkRow]
    package var coverage: Coverage
    var random: SeededRandom

    /// Registrable domain → hosts. Written by hand from the public suffix list, not computed. Sorted keys of some sites
    /// lie between those of another site; two private suffixes are inside it.
    package static let sites: [String: [String]] = [
        "alpha.com": ["alpha.com", "www.alpha.com", "blog.alpha.com", "a.blog.alpha.com"],
        "alpha-beta.com": ["alpha-beta.com", "www.alpha-beta.com"],
        "alphab.com": ["alphab.com"],
        "beta.co.uk": ["beta.co.uk", "www.beta.co.uk", "shop.beta.co.uk"],
        "amazonaws.com": ["amazonaws.com", "www.amazonaws.com", "zone.amazonaws.com"],
        "s3.amazonaws.com": ["s3.amazonaws.com"],
        "bucket.s3.amazonaws.com": ["bucket.s3.amazonaws.com", "x.bucket.s3.amazonaws.com"],
        "mit.edu": ["mit.edu", "cs.mit.edu"],
        "nasa.gov": ["www.nasa.gov", "data.nasa.gov"],
        "ann.github.io": ["ann.github.io"],
        "bob.github.io": ["bob.github.io", "docs.bob.github.io"],
        "github.io": ["github.io"],
        "192.0.2.7": ["192.0.2.7"],
        "xn--bcher-kva.de": ["xn--bcher-kva.de", "www.xn--bcher-kva.de"],
        "delta.net": ["delta.net", "www.delta.net", "m.delta.net"],
        "edu.net": ["edu.net"],
    ]

    /// Host → registrable domain.
    package static let domains: [String: String] = Dictionary(
        uniqueKeysWithValues: sites.flatMap { site in site.value.map { host in (host, site.key) } })

    /// Registrable domain → public suffix; an address has none.
    package static let publicSuffixes: [String: String] = [
        "alpha.com": "com", "alpha-beta.com": "com", "alphab.com": "com", "beta.co.uk": "co.uk", "amazonaws.com": "com",
        "s3.amazonaws.com": "s3.amazonaws.com", "bucket.s3.amazonaws.com": "s3.amazonaws.com", "mit.edu": "edu",
        "nasa.gov": "gov", "ann.github.io": "github.io", "bob.github.io": "github.io", "github.io": "github.io",
        "xn--bcher-kva.de": "de", "delta.net": "net", "edu.net": "net",
    ]

    static let anchors: [String?] = [
        nil, nil, "", "home", "Home", "read more", "日本語のリンク", "ссылка", "a,b \"quoted\"", "home page",
    ]

    package init(seed: UInt64) {
        self.seed = seed
        random = SeededRandom(seed: seed)
        date = Day(number: 20_454 + Int32(random.below(60)))  // 2026-01-01 and after
        let sites = Self.sites.sorted { $0.key < $1.key }.shuffled(using: &random).prefix(2 + random.below(7))
        hosts = Array(sites.flatMap(\.value).shuffled(using: &random).prefix(3 + random.below(13)))
        pages = []
        rows = []
        coverage = .everything
        let pageCount = 5 + random.below(56)
        for _ in 0..<pageCount { addPage() }
        let linkCount = random.chance(1, in: 20) ? 0 : pageCount * (1 + random.below(4))
        for _ in 0..<linkCount { addLink(foundAfter: nil) }
        repeatSomeRows()
        rankSomeRows()
        coverage = makeCoverage()
    }

    mutating func addPage() {
        let paths = [
            "/", "/", "/a", "/a/", "/a/b", "/A", "/a?x=1", "/a?x=1&y=2", "/%C3%A9t%C3%A9", "/a-b", "/b/index.html",
            "/~u",
            "/a/b/c/d", "/?q", "/a.html",
        ]
        let scheme = random.chance(1, in: 3) ? "http" : "https"
        let port = random.chance(1, in: 12) ? ":8080" : ""
        let url = "\(scheme)://\(random.pick(hosts))\(port)\(random.pick(paths))"
        if !pages.contains(url) { pages.append(url) }
    }

    /// - foundAfter: the date of the snapshot before; a new link is first seen around it.
    mutating func addLink(foundAfter oldDate: Day?) {
        // The first pages are popular.
        let to = random.chance(1, in: 2) ? random.pick(pages.prefix(1 + pages.count / 8)) : random.pick(pages)
        // Now and then another link between the same pages, which differs in little.
        if let twin = rows.last, random.chance(1, in: 5) {
            rows.append(twin)
            changeLastRow()
            return
        }
        var row = LinkRow(urlFrom: random.chance(1, in: 20) ? to : random.pick(pages), urlTo: to)
        row.type = random.chance(1, in: 6) ? random.pick(LinkType.allCases) : .href
        row.flags = randomFlags()
        row.anchor = random.pick(Self.anchors)
        if row.flags.contains(.image), random.chance(3, in: 4) {
            row.imageSource = random.pick(["https://alpha.com/i.png", "/logo.svg", ""])
        }
        row.title = random.pick(Self.anchors)
        if random.chance(4, in: 5) {
            let earliest = oldDate.map { $0.number - 5 } ?? date.number - 40
            row.firstSeen = Day(number: earliest + Int32(random.below(Int(date.number - earliest) + 1)))
        }
        if random.chance(2, in: 3) { row.lastVisited = Day(number: date.number - Int32(random.below(10))) }
        rows.append(row)
    }

    mutating func randomFlags() -> LinkFlags {
        var flags: LinkFlags = []
        switch random.below(10) {
        case 0, 1: flags.insert(.nofollow)
        case 2: flags.formUnion([.nofollow, .ugc])
        case 3: flags.insert(.sponsored)
        case 4: flags.insert(.relUnknown)
        default: break
        }
        if random.chance(1, in: 5) { flags.insert(.image) }
        return flags
    }

    /// Changes one attribute of the last row.
    mutating func changeLastRow() {
        let last = rows.count - 1
        switch random.below(5) {
        case 0: rows[last].anchor = random.pick(Self.anchors)
        case 1: rows[last].flags = randomFlags()
        case 2: rows[last].flags.formSymmetricDifference(.image)
        case 3: rows[last].imageSource = random.pick([nil, "/logo.svg", "/new.svg"])
        default: rows[last].type = random.pick(LinkType.allCases)
        }
    }

    mutating func repeatSomeRows() {
        for _ in 0..<(rows.count / 10) {
            var row = random.pick(rows)
            row.title = random.pick(Self.anchors)
            row.firstSeen = random.chance(1, in: 3) ? nil : Day(number: date.number - Int32(random.below(50)))
            row.lastVisited = random.chance(1, in: 3) ? nil : Day(number: date.number - Int32(random.below(5)))
            rows.append(row)
        }
    }

    /// In every third web a provider says something of most rows, and something else the next time. Drawn beside the other
    /// numbers, so that the rest of a web doesn't depend on it.
    mutating func rankSomeRows() {
        guard seed % 3 == 0 else { return }
        var random = SeededRandom(seed: seed &* 1_000_003 &+ UInt64(date.number))
        for index in rows.indices {
            rows[index].inlinkRank = random.chance(1, in: 4) ? nil : random.below(101)
            rows[index].domainInlinkRank = random.chance(1, in: 4) ? nil : random.below(101)
        }
    }

    /// Every fourth web covers only some targets completely.
    mutating func makeCoverage() -> Coverage {
        guard random.chance(1, in: 4) else { return .everything }
        return .targets(
            (0..<(1 + random.below(4))).map { _ in
                let mode = random.pick(TargetMode.allCases)
                let name = random.pick(hosts)
                return CoveredTarget(
                    target: mode == .url ? random.pick(pages) : mode == .domain ? Self.domains[name] ?? name : name,
                    mode: mode, complete: random.chance(4, in: 5))
            })
    }

    /// The same web some days later: links and whole pages are gone, links have changed, others are new.
    package func evolved() -> RandomWeb {
        var next = self
        next.date = date.adding(days: 1 + next.random.below(45))
        let droppedPages = Set(pages.filter { _ in next.random.chance(1, in: 12) })
        next.rows = []
        for row in rows where !droppedPages.contains(row.urlFrom) && !next.random.chance(1, in: 7) {
            next.rows.append(row)
            if next.random.chance(1, in: 3) { next.rows[next.rows.count - 1].lastVisited = next.date }
            if next.random.chance(1, in: 15) { next.rows[next.rows.count - 1].title = next.random.pick(Self.anchors) }
            if next.random.chance(1, in: 7) { next.changeLastRow() }
        }
        for _ in 0..<next.random.below(6) { next.addPage() }
        for _ in 0..<(1 + rows.count / 6) { next.addLink(foundAfter: date) }
        next.repeatSomeRows()
        next.rankSomeRows()
        next.rows.shuffle(using: &next.random)
        next.coverage = next.makeCoverage()
        return next
    }

    /// Targets in all modes and spellings, some of them without a single link.
    package mutating func targets() -> [(text: String, mode: TargetMode?)] {
        var targets: [(text: String, mode: TargetMode?)] = [
            (random.pick(pages), nil), (random.pick(pages.prefix(1 + pages.count / 8)), .url),
            (random.pick(hosts), nil), (random.pick(hosts), .host), (random.pick(hosts), .domain),
            (random.pick(pages), .host), (random.pick(pages), .domain),
            (Self.domains[random.pick(hosts)] ?? "", .domain), ("amazonaws.com", .domain), ("com", nil),
            ("nowhere.example", .domain), ("nowhere.example", .host), ("https://nowhere.example/", .url),
        ]
        if let page = pages.first(where: { $0.hasPrefix("https://") }) {
            targets.append((String(page.dropFirst("https://".count)), .url))
        }
        return targets
    }
}
