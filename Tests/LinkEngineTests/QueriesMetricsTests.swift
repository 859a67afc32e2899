import LinkModel
import TestSupport
import Testing

@testable import LinkEngine

@Suite struct QueriesMetricsTests {
    private let web: QueriesWeb

    init() throws {
        web = try QueriesWeb([("2026-01-01", SmallWeb.first)])
    }

    private func metrics(_ target: String, _ mode: TargetMode?) throws -> [Int64] {
        let metrics = try web.engine.metrics(web.snapshot(), [Target(target, mode: mode)])[0]
        #expect(metrics.target == target && metrics.subnets == -1 && metrics.ips == -1)
        return [
            metrics.backlinks, metrics.refdomains, metrics.nofollowBacklinks, metrics.dofollowBacklinks,
            metrics.eduBacklinks, metrics.govBacklinks,
        ]
    }

    @Test func aTargetInEachMode() throws {
        #expect(try metrics("target.com", nil) == [9, 8, 2, 7, 2, 1])
        #expect(try metrics("target.com", .host) == [7, 6, 2, 5, 2, 0])
        #expect(try metrics("https://target.com/", nil) == [6, 5, 2, 4, 2, 0])
        #expect(try metrics("target.com/", .url) == [6, 5, 2, 4, 2, 0])
        #expect(try metrics("nowhere.com", nil) == [0, 0, 0, 0, 0, 0])
    }

    @Test func severalTargetsComeInTheOrderAsked() throws {
        let targets = try ["z.amazonaws.com", "nowhere.com", "target.com", "z.amazonaws.com"].map { try Target($0) }
        let metrics = try web.engine.metrics(web.snapshot(), targets)
        #expect(metrics.map(\.target) == targets.map(\.text))
        #expect(metrics.map(\.backlinks) == [2, 0, 9, 2])
        #expect(metrics.map(\.refdomains) == [2, 0, 8, 2])
    }

    @Test func internalLinksCountWhenAskedFor() throws {
        let engine = Engine(Engine.Options(threads: 1, includeInternal: true))
        let metrics = try engine.metrics(web.snapshot(), [Target("target.com")])[0]
        #expect(metrics.backlinks == 10 && metrics.refdomains == 9)
    }

    private func row(_ counts: ReferringCounts) -> String {
        "\(counts.target) \(counts.backlinks) \(counts.referringPages) \(counts.referringDomains) "
            + "\(counts.referringMainDomains) \(counts.dofollowBacklinks) \(counts.nofollowBacklinks)"
    }

    @Test func everyDomainAlsoAScatteredOne() throws {
        let counts = try web.engine.referringCounts(web.snapshot(), every: .domain)
        #expect(
            counts.map(row) == [
                "a.com 1 1 1 1 1 0", "amazonaws.com 3 2 2 2 3 0", "b.s3.amazonaws.com 2 2 2 2 2 0",
                "target.com 9 8 8 6 7 2",
            ])
    }

    @Test func everyHost() throws {
        let counts = try web.engine.referringCounts(web.snapshot(), every: .host)
        #expect(
            counts.map(row) == [
                "a.com 1 1 1 1 1 0", "aws.amazonaws.com 1 1 1 1 1 0", "b.s3.amazonaws.com 2 2 2 2 2 0",
                "blog.target.com 1 1 1 1 1 0", "target.com 7 6 6 5 5 2", "www.target.com 1 1 1 1 1 0",
                "z.amazonaws.com 2 2 2 2 2 0",
            ])
    }

    @Test func everyHostAgreesWithMetrics() throws {
        for includeInternal in [false, true] {
            let engine = Engine(Engine.Options(threads: 2, includeInternal: includeInternal))
            let counts = try engine.referringCounts(web.snapshot(), every: .host)
            let metrics = try engine.metrics(
                web.snapshot(), counts.map { try Target($0.target, mode: .host) })
            #expect(counts.map(\.backlinks) == metrics.map(\.backlinks))
            #expect(counts.map(\.referringDomains) == metrics.map(\.refdomains))
            #expect(counts.map(\.nofollowBacklinks) == metrics.map(\.nofollowBacklinks))
        }
    }

    @Test func hostGraphsHaveNodesForPages() throws {
        let links = [("x.org", "y.com"), ("a.x.org", "y.com"), ("x.org", "a.x.org"), ("mit.edu", "y.com")]
        let web = try QueriesWeb(
            [("2026-01-01", links.map { LinkRow(urlFrom: $0, urlTo: $1, flags: .relUnknown) })], .host)
        let metrics = try web.engine.metrics(web.snapshot(), [Target("y.com"), Target("x.org")])
        #expect(metrics.map(\.backlinks) == [3, 0])
        #expect(metrics.map(\.refdomains) == [3, 0])
        #expect(metrics.map(\.eduBacklinks) == [1, 0])
        let counts = try web.engine.referringCounts(web.snapshot(), every: .domain)
        #expect(counts.map(row) == ["y.com 3 3 3 2 3 0"])
    }

    @Test func historyKeepsToTheNewestKindOfNodes() throws {
        let store = try TestStore()
        let (old, new) = (try #require(Day("2026-01-01")), try #require(Day("2026-02-01")))
        try store.add(edges: [(1, 2)], date: old)
        try store.add(SmallWeb.first, date: new)
        let history = try web.engine.history(store.store, Target("target.com"))
        #expect(history.map(\.date) == [new])
    }

    @Test func theGreatestLimitIsNoLimit() throws {
        var sorter = BacklinkSorter(limit: .max, perDomain: nil, memoryLimit: 1 << 20)
        #expect(try sorter.finish(web.snapshot()).isEmpty)
        var best = BestChanges(.newLostDate, limit: .max)
        best.add([])
        #expect(best.sorted().isEmpty)
    }

    @Test func numbersHaveNoHosts() throws {
        let web = try QueriesWeb([("2026-01-01", [LinkRow(urlFrom: "1", urlTo: "2")])], .number)
        let snapshot = try web.snapshot()
        let target = try Target("example.com")
        #expect(throws: EngineError.self) { try web.engine.metrics(snapshot, [target]) }
        #expect(throws: EngineError.self) { try web.engine.referringCounts(snapshot, every: .host) }
        #expect(throws: EngineError.self) { try web.engine.inlinkRanks(snapshot, urls: ["https://a.com/"]) }
        #expect(throws: EngineError.self) { try web.engine.backlinks(snapshot, target) { _ in } }
        #expect(throws: EngineError.self) { try web.engine.referringDomains(snapshot, target) }
        #expect(throws: EngineError.self) { try web.engine.history(web.store, target) }
    }
}
