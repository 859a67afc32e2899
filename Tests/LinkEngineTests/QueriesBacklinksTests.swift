import LinkModel
import Testing

@testable import LinkEngine

@Suite struct QueriesBacklinksTests {
    private let web: QueriesWeb

    init() throws {
        web = try QueriesWeb([("2026-01-01", SmallWeb.first)])
    }

    private func backlinks(
        _ target: String, _ order: BacklinkOrder = .dateFound, limit: Int? = nil, perDomain: Int? = nil
    ) throws -> [Backlink] {
        var backlinks: [Backlink] = []
        try web.engine.backlinks(web.snapshot(), Target(target), order: order, limit: limit, perDomain: perDomain) {
            backlinks.append($0)
        }
        return backlinks
    }

    /// By date; unknown dates last, in the order of url_from.
    private let sources = [
        "https://a.com/1", "https://cs.mit.edu/x", "https://mit.edu/", "http://www.a.com/", "https://a.com/1",
        "https://edu.com/", "https://nasa.gov/", "https://u1.github.io/", "https://u2.github.io/",
    ]

    @Test func newestFirst() throws {
        #expect(try backlinks("target.com").map(\.link.urlFrom) == sources)
        #expect(try backlinks("target.com", limit: 3).map(\.link.urlFrom) == Array(sources.prefix(3)))
        #expect(try backlinks("target.com", limit: 5).map(\.link.urlFrom) == Array(sources.prefix(5)))
        #expect(try backlinks("target.com", limit: 0).isEmpty)
        #expect(try backlinks("nowhere.com").isEmpty)
    }

    @Test func aCapForEachSourceHostBeforeTheLimit() throws {
        let capped = Array(sources[..<4] + sources[5...])
        #expect(try backlinks("target.com", perDomain: 1).map(\.link.urlFrom) == capped)
        #expect(try backlinks("target.com", limit: 5, perDomain: 1).map(\.link.urlFrom) == Array(capped.prefix(5)))
        #expect(try backlinks("target.com", perDomain: 2).map(\.link.urlFrom) == sources)
    }

    @Test func rowsHaveAllTheirTexts() throws {
        let links = Set(try backlinks("target.com").map(\.link))
        let expected = SmallWeb.first.filter { row in
            row.urlTo.contains("target.com") && !row.urlFrom.contains("target.com")
        }
        #expect(links == Set(expected))
    }

    @Test(arguments: [BacklinkOrder.domainInlinkRank, .inlinkRank])
    func highestRankFirst(order: BacklinkOrder) throws {
        let found = try backlinks("target.com", order)
        #expect(found.count == 9)
        let ranks = try web.engine.inlinkRanks(web.snapshot(), urls: found.map(\.link.urlFrom))
        #expect(found.map(\.inlinkRank) == ranks.map(\.inlinkRank))
        #expect(found.map(\.domainInlinkRank) == ranks.map(\.domainInlinkRank))
        for (left, right) in zip(found, found.dropFirst()) {
            let weights = [left, right].map { order == .inlinkRank ? $0.inlinkRank : $0.domainInlinkRank }
            #expect(weights[0] > weights[1] || weights[0] == weights[1] && left.link.urlFrom <= right.link.urlFrom)
        }
        #expect(try backlinks("target.com", order, limit: 4) == Array(found.prefix(4)))
    }

    @Test func tiesGoByURLThenAnchor() throws {
        let rows = ["b", "", "a"].flatMap { anchor in
            ["https://t.com/b", "https://t.com/a"].map { LinkRow(urlFrom: "http://s.com/", urlTo: $0, anchor: anchor) }
        }
        let more = [
            LinkRow(urlFrom: "http://s.com/", urlTo: "https://t.com/a", type: .canonical, anchor: "a"),
            LinkRow(urlFrom: "http://s.com/", urlTo: "https://t.com/a", flags: .image, anchor: "a", imageSource: "i"),
        ]
        let web = try QueriesWeb([("2026-01-01", rows + more)])
        var found: [String] = []
        try web.engine.backlinks(web.snapshot(), Target("t.com"), limit: nil) { backlink in
            let link = backlink.link
            found.append("\(link.urlTo.last!)/\(link.anchor!)/\(link.type.name)/\(link.imageSource ?? "")")
        }
        #expect(
            found == [
                "a//href/", "a/a/href/", "a/a/href/i", "a/a/canonical/", "a/b/href/", "b//href/", "b/a/href/",
                "b/b/href/",
            ])
    }

    @Test func tooManyToSortIsAnError() throws {
        let engine = Engine(Engine.Options(threads: 1, memoryLimit: 100))
        #expect(throws: EngineError.self) { try engine.backlinks(web.snapshot(), Target("target.com")) { _ in } }
    }

    @Test func referringDomainsNewestFirst() throws {
        let domains = try web.engine.referringDomains(web.snapshot(), Target("target.com"))
        #expect(
            domains.map(\.refdomain) == [
                "a.com", "cs.mit.edu", "mit.edu", "edu.com", "nasa.gov", "u1.github.io", "u2.github.io", "www.a.com",
            ])
        #expect(domains.map(\.backlinks) == [2, 1, 1, 1, 1, 1, 1, 1])
        #expect(domains.map(\.dofollowBacklinks) == [1, 0, 1, 1, 1, 1, 1, 1])
        #expect(domains.prefix(4).map(\.firstSeen) == [Day("2026-01-02"), Day("2026-01-02"), Day("2025-05-05"), nil])
        let limited = try web.engine.referringDomains(web.snapshot(), Target("target.com"), limit: 2)
        #expect(limited == Array(domains.prefix(2)))
    }

    @Test func referringDomainsByRank() throws {
        let snapshot = try web.snapshot()
        let byDomain = try web.engine.referringDomains(snapshot, Target("target.com"), order: .domainInlinkRank)
        for (left, right) in zip(byDomain, byDomain.dropFirst()) {
            #expect(
                (right.domainInlinkRank, left.refdomain) < (left.domainInlinkRank, right.refdomain))
        }
        // Only a.com and www.a.com have a rank above 0 (target.com links to a.com); neither linking page has one.
        #expect(byDomain.prefix(2).map(\.refdomain) == ["a.com", "www.a.com"])
        #expect(byDomain[0].domainInlinkRank > 0 && byDomain[2].domainInlinkRank == 0)
        let byPage = try web.engine.referringDomains(snapshot, Target("target.com"), order: .inlinkRank)
        #expect(byPage == byDomain)
    }

    @Test func inlinkRanksOfPagesAndDomains() throws {
        let urls = [
            "https://target.com/", "target.com", "https://a.com/1", "https://a.com/unknown", "https://x.target.com/",
            "https://nowhere.com/", "https://nowhere.github.io/",
        ]
        let ranks = try web.engine.inlinkRanks(web.snapshot(), urls: urls)
        #expect(ranks.map(\.url) == urls)
        #expect(ranks[0].inlinkRank > 0 && ranks[0].domainInlinkRank > 0)
        #expect(ranks[1].inlinkRank == ranks[0].inlinkRank)
        #expect(ranks[2].inlinkRank == 0 && ranks[2].domainInlinkRank > 0)
        #expect(ranks[3].inlinkRank == -1 && ranks[3].domainInlinkRank == ranks[2].domainInlinkRank)
        #expect(ranks[4].inlinkRank == -1 && ranks[4].domainInlinkRank == ranks[0].domainInlinkRank)
        #expect(ranks[5].inlinkRank == -1 && ranks[5].domainInlinkRank == -1)
        #expect(ranks[6].inlinkRank == -1 && ranks[6].domainInlinkRank == -1)
        #expect(throws: EngineError.self) { try web.engine.inlinkRanks(web.snapshot(), urls: ["ftp://a.com/"]) }
    }
}
