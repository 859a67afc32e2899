import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

/// our.com in three snapshots, and what two providers said of it.
@Suite struct FigureComparisonTests {
    private let store: TestStore
    private let engine = Engine(Engine.Options(threads: 2))

    init() throws {
        store = try TestStore()
        func row(_ from: String, _ flags: LinkFlags = []) -> LinkRow {
            LinkRow(urlFrom: "https://\(from)", urlTo: "https://our.com/", flags: flags)
        }
        let july = [row("a.com/"), row("b.com/", .nofollow), row("our.com/about")]
        let september = [row("a.com/"), row("www.a.com/"), row("c.com/"), row("our.com/about")]
        for (date, rows) in [("2026-06-28", july), ("2026-08-30", september)] {
            try store.add(rows, date: #require(Day(date)))
        }
        try store.add([row("else.com/")], date: #require(Day("2026-08-31")), coverage: Self.coverage("other.com"))
    }

    private static func coverage(_ name: String) -> Coverage {
        .targets([CoveredTarget(target: name, mode: .domain, complete: true)])
    }

    private func figure(
        _ endpoint: String, _ date: String, from: String? = nil, target: String = "our.com", mode: String? = nil,
        provider: String = "dataforseo", _ values: [String: Int64]
    ) -> ProviderFigure {
        ProviderFigure(
            provider: provider, endpoint: endpoint, target: target, mode: mode, date: date, dateFrom: from,
            fetchedAt: "2026-11-01T00:00:00Z", values: values)
    }

    private func compare(
        _ figures: [ProviderFigure], _ target: String = "our.com", mode: TargetMode? = nil, from: Day? = nil,
        to: Day? = nil
    ) throws -> [FigureComparison] {
        try engine.compareFigures(store.store, Target(target, mode: mode), figures, from: from, to: to)
    }

    @Test func historiesAreComparedByMonth() throws {
        // A month's end, as some of the provider's answers have it: our September is the first of September.
        let rows = try compare([
            figure(
                "history", "2026-09-30",
                [
                    "rank": 300, "backlinks": 10, "new_backlinks": 1, "lost_backlinks": 4, "new_referring_domains": 2,
                    "lost_referring_domains": 1, "referring_domains": 3, "referring_main_domains": 5,
                    "referring_pages": 3, "referring_pages_nofollow": 1, "crawled_pages": 99,
                ])
        ])
        let found = Dictionary(uniqueKeysWithValues: rows.map { ($0.metric, [$0.ours, $0.difference]) })
        #expect(rows.count == 10 && rows.allSatisfy { $0.month == "2026-09" && $0.provider == "dataforseo" })
        #expect(found["backlinks"] == [3, -7])
        #expect(found["new_backlinks"] == [2, 1] && found["lost_backlinks"] == [1, -3])
        #expect(found["new_referring_domains"] == [2, 0] && found["lost_referring_domains"] == [1, 0])
        #expect(found["referring_domains"] == [3, 0] && found["referring_main_domains"] == [2, -3])
        #expect(found["referring_pages"] == [3, 0] && found["referring_pages_nofollow"] == [0, -1])
        #expect(try #require(rows.first { $0.metric == "rank" }).difference == nil)
        let backlinks = try #require(rows.first { $0.metric == "backlinks" })
        #expect(backlinks.ourPeriod == "2026-08-30" && backlinks.theirPeriod == "2026-09-30")
        #expect(
            backlinks.note
                == "theirs is of 2026-09-30, ours of 2026-08-30; ours leaves out links inside a registrable domain")
        let new = try #require(rows.first { $0.metric == "new_backlinks" })
        #expect(new.ourPeriod == "2026-06-28..2026-08-30" && new.theirPeriod == "2026-08..2026-09")
        #expect(new.note.hasPrefix("theirs is against the month before, ours of 2026-08-30 against 2026-06-28;"))
        let rank = try #require(rows.first { $0.metric == "rank" })
        #expect(rank.ours != nil && rank.note.contains("by our own formula: not comparable"))
        let nofollow = try #require(rows.first { $0.metric == "referring_pages_nofollow" })
        #expect(nofollow.note.hasSuffix("with at least one nofollow link"))
    }

    /// What isn't known is null, not zero.
    @Test func monthsWithoutSnapshots() throws {
        let values: [String: Int64] = ["backlinks": 8, "new_backlinks": 3]
        let rows = try compare(["2026-06-01", "2026-07-01", "2026-08-01"].map { figure("history", $0, values) })
        #expect(rows.map(\.month) == ["2026-06", "2026-06", "2026-07", "2026-07", "2026-08", "2026-08"])
        #expect(rows.map(\.ours) == [nil, nil, 2, nil, 2, nil])
        #expect(rows.map(\.difference) == [nil, nil, -6, nil, -6, nil])
        #expect(rows[0].note == "none of our snapshots is as old as 2026-06-01")
        #expect(rows[3].note == "none of our snapshots is as old as 2026-06-01")
        #expect(rows[5].note == "we have no snapshot between 2026-07-01 and 2026-08-01")
    }

    @Test func countsOfPeriods() throws {
        let backlinks: [String: Int64] = ["new_backlinks": 5, "lost_backlinks": 0]
        let domains: [String: Int64] = [
            "new_referring_domains": 2, "lost_referring_domains": 1, "new_referring_main_domains": 1,
            "lost_referring_main_domains": 1,
        ]
        let rows = try compare([
            figure("bulk_new_lost_backlinks", "2026-09-15", from: "2026-07-15", backlinks),
            figure("bulk_new_lost_referring_domains", "2026-09-15", from: "2026-07-15", domains),
        ])
        #expect(
            rows.map(\.metric) == ["new_backlinks", "lost_backlinks"] + [
                "new_referring_domains", "lost_referring_domains", "new_referring_main_domains",
                "lost_referring_main_domains",
            ])
        #expect(rows.map(\.ours) == [2, 1, 2, 1, 1, 1])
        #expect(rows.map(\.difference) == [-3, 1, 0, 0, 0, 0])
        #expect(rows[0].ourPeriod == "2026-06-28..2026-08-30" && rows[0].theirPeriod == "2026-07-15..2026-09-15")
        #expect(rows[0].note.hasPrefix("theirs is of 2026-07-15 to 2026-09-15, ours of 2026-06-28 to 2026-08-30;"))
        // No snapshot of the first day; none in between.
        let early = try compare([figure("bulk_new_lost_backlinks", "2026-09-15", from: "2026-06-27", backlinks)])
        #expect(early.map(\.ours) == [nil, nil] && early[0].note == "none of our snapshots is as old as 2026-06-27")
        let between = try compare([figure("bulk_new_lost_backlinks", "2026-08-29", from: "2026-07-15", backlinks)])
        #expect(between.map(\.ours) == [nil, nil])
        #expect(between[0].note == "we have no snapshot after 2026-07-15 and not after 2026-08-29")
    }

    @Test func totalsOfADay() throws {
        let values: [String: Int64] = [
            "backlinks": 2, "refdomains": 9, "subnets": 4, "nofollow_backlinks": 1, "dofollow_backlinks": 1,
        ]
        let rows = try compare([
            figure("get-metrics", "2026-06-28", mode: "domain", provider: "seo-powersuite", values)
        ])
        #expect(
            rows.map(\.metric) == ["backlinks", "refdomains", "subnets", "nofollow_backlinks", "dofollow_backlinks"])
        #expect(rows.map(\.ours) == [2, 2, nil, 1, 1] && rows.map(\.difference) == [0, -7, nil, 0, 0])
        #expect(rows[0].note == "ours leaves out links inside a registrable domain")
        #expect(rows[2].note == "a link table has no addresses")
    }

    @Test func targetsAreTheSameWhenTheirPagesAre() throws {
        let values: [String: Int64] = ["backlinks": 2]
        let figures = [
            figure("get-metrics", "2026-07-01", mode: nil, values),
            figure("get-metrics", "2026-07-02", mode: "host", values),
            figure("get-metrics", "2026-07-03", target: "WWW.Our.com", mode: "domain", values),
            figure("history", "2026-07-04", target: "OUR.com.", values),
            figure("history", "2026-07-05", target: "www.our.com", values),
            figure("history", "2026-07-06", target: "not a name", values),
            figure("bulk_new_lost_backlinks", "2026-07-07", target: "https://our.com", ["new_backlinks": 1]),
        ]
        func days(_ target: String, _ mode: TargetMode? = nil) throws -> [String] {
            try compare(figures, target, mode: mode).map { String($0.theirPeriod.suffix(2)) }
        }
        #expect(try days("our.com") == ["03", "04"])
        #expect(try days("our.com", .host) == ["01", "02"])
        #expect(try days("www.our.com") == ["05"])
        #expect(try days("https://our.com/") == ["07"])
        #expect(try days("nowhere.com") == [])
    }

    @Test func monthsAreChosen() throws {
        let figures = ["2026-07-31", "2026-08-31", "2026-09-30"].map { figure("history", $0, ["backlinks": 1]) }
        #expect(
            try compare(figures, from: Day("2026-08-20"), to: Day("2026-09-01")).map(\.month) == ["2026-08", "2026-09"])
    }

    @Test func partialCoverageIsSaid() throws {
        let web = try TestStore()
        let rows = [LinkRow(urlFrom: "https://a.com/", urlTo: "https://www.our.com/")]
        try web.add(rows, date: #require(Day("2026-06-30")), coverage: Self.coverage("www.our.com"))
        let comparison = try engine.compareFigures(
            web.store, Target("our.com"), [figure("history", "2026-07-01", ["backlinks": 4])])
        #expect(comparison.first?.note.hasSuffix("; 2026-06-30 does not cover all of the target") == true)
    }
}
