import BacklinkContracts
import LinkModel
import SnapshotStore
import TestSupport
import Testing

/// A store with a snapshot for each client: a target is answered from the newest snapshot that was fetched for it. The newest of all
/// would say "none" where nobody looked.
struct TargetSnapshotTests {
    private let fixture: ServerFixture

    init() throws {
        fixture = try ServerFixture(rows: [])
        try add("2026-09-01", "t.com", ["https://a.com/"])
        try add("2026-10-01", "t.com", ["https://a.com/", "https://b.com/"])
        try add("2026-10-20", "u.com", ["https://a.com/", "https://b.com/", "https://c.com/"])
    }

    private func add(_ date: String, _ target: String, _ sources: [String]) throws {
        let covered = Coverage.targets([CoveredTarget(target: target, mode: .domain, complete: true)])
        try fixture.store.add(
            sources.map { ServerFixture.link($0, "https://\(target)/") }, date: ServerFixture.day(date),
            coverage: covered)
    }

    @Test func metricsOfEachTarget() throws {
        let query = "target=t.com&target=u.com&target=v.com&target=www.t.com&mode=domain"
        let rows = try fixture.get("get-metrics", query).rows(.getMetrics, MetricsRow.self)
        #expect(rows.map(\.target) == ["t.com", "u.com", "v.com", "www.t.com"])
        #expect(rows.map(\.backlinks) == [2, 3, 0, 2])
    }

    @Test func rowsOfEachTarget() throws {
        for (target, count) in [("t.com", 2), ("u.com", 3), ("v.com", 0)] {
            let query = "target=\(target)&mode=domain"
            #expect(try fixture.get("get-backlinks", query).rows(.getBacklinks, BacklinkRow.self).count == count)
            #expect(try fixture.get("get-refdomains", query).rows(.getRefdomains, RefdomainRow.self).count == count)
            let page = try fixture.get("get-raw-backlinks", "\(query)&limit=1")
            #expect(try page.rows(.getRawBacklinks, BacklinkRow.self).count == min(1, count))
        }
    }

    @Test func ranksOfEachTarget() throws {
        let query = "target=https://t.com/&target=https://u.com/&target=https://a.com/&target=https://v.com/"
        let rows = try fixture.get("get-inlink-rank", query).rows(.getInlinkRank, InlinkRankRow.self)
        #expect(rows.map { ($0.inlinkRank ?? -1) >= 0 } == [true, true, true, false])
    }
}
