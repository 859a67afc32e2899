import LinkModel
import SnapshotStore
import Testing

@testable import LinkEngine

@Suite struct QueriesHistoryTests {
    private let web: QueriesWeb

    init() throws {
        web = try QueriesWeb([("2026-01-01", SmallWeb.first), ("2026-02-15", SmallWeb.second)])
    }

    @Test func oneFirstDayForEachMonth() throws {
        let points = try web.engine.history(
            web.store, Target("target.com"), from: Day("2025-11-20"), to: Day("2026-04-01"))
        #expect(points.map(\.date.description) == ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"])
        #expect(points.map(\.snapshot.description) == ["2026-01-01", "2026-01-01", "2026-02-15", "2026-02-15"])
        #expect(points.map(\.backlinks) == [9, 9, 9, 9])
        #expect(points.map(\.newBacklinks) == [0, 0, 1, 0])
        #expect(points.map(\.lostBacklinks) == [0, 0, 1, 0])
        #expect(points.map(\.newReferringDomains) == [0, 0, 1, 0])
        #expect(points.map(\.lostReferringDomains) == [0, 0, 1, 0])
    }

    @Test func oneMonthInFull() throws {
        let point = try web.engine.history(web.store, Target("target.com"))[0]
        #expect(point.referringPages == 8 && point.referringPagesNofollow == 2)
        #expect(point.referringDomains == 8 && point.referringDomainsNofollow == 2)
        #expect(point.referringMainDomains == 6 && point.referringMainDomainsNofollow == 2)
        #expect(point.linksByTLD == ["com": 4, "edu": 2, "gov": 1, "github.io": 2])
        #expect(point.linksByType == ["anchor": 7, "image": 1, "redirect": 1])
        #expect(point.linksByAttribute == ["nofollow": 2, "ugc": 1])
        let snapshot = try web.store.snapshot(point.snapshot)
        let domain = try #require(try snapshot.domain(ofHostKey: Array("com,target".utf8)))
        let score = try web.engine.rank(snapshot, RankParameters(level: .domain)).score(domain)
        #expect(point.rank == Int((score * 10).rounded()) && point.rank > 0)
    }

    @Test func fromAndToDefaultToTheSnapshots() throws {
        let points = try web.engine.history(web.store, Target("target.com"))
        #expect(points.map(\.date.description) == ["2026-01-01", "2026-02-01"])
        let unknown = try web.engine.history(web.store, Target("nowhere.com"))
        #expect(unknown.map(\.rank) == [0, 0] && unknown.map(\.backlinks) == [0, 0])
    }

    @Test func whatCannotBeAsked() throws {
        #expect(throws: EngineError.self) { try web.engine.history(web.store, Target("https://target.com/")) }
        #expect(throws: EngineError.self) {
            try web.engine.history(
                web.store, Target("target.com"), from: Day("2026-02-01"), to: Day("2026-01-01"))
        }
    }

    @Test(arguments: [
        ("example.com", "com"), ("example.co.uk", "co.uk"), ("user.github.io", "github.io"), ("github.io", "github.io"),
        ("com", "com"), ("localhost", "localhost"), ("10.0.0.1", nil), ("[2001:db8::1]", nil),
    ])
    func publicSuffixes(domain: String, suffix: String?) {
        #expect(HistoryTally.publicSuffix(ofDomain: domain) == suffix)
    }
}
