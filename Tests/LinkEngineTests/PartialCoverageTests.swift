import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

/// One store for two clients, each fetched on days of its own.
struct PartialCoverageTests {
    private func store() throws -> TestStore {
        let store = try TestStore()
        func add(_ date: String, _ target: String, _ sources: [String]) throws {
            let rows = sources.map { LinkRow(urlFrom: "https://\($0)/", urlTo: "https://\(target)/") }
            let day = try #require(Day(date))
            let covered = CoveredTarget(target: target, mode: .domain, complete: true)
            _ = try store.add(rows, date: day, coverage: .targets([covered]))
        }
        try add("2026-01-01", "t.com", ["a.com", "b.com"])
        try add("2026-01-02", "u.com", ["a.com"])
        try add("2026-02-01", "t.com", ["a.com", "c.com"])
        try add("2026-02-02", "u.com", ["b.com"])
        return store
    }

    @Test func newAndLostCompareSnapshotsOfTheSameTarget() throws {
        let testStore = try self.store()
        let store = testStore.store
        let engine = Engine(Engine.Options(threads: 1))
        let target = try Target("t.com")
        let from = try #require(Day("2026-01-01"))
        let to = try #require(Day("2026-02-28"))
        let rows = try engine.newLostBacklinks(store, target, from: from, to: to)
        #expect(
            rows.map { "\($0.kind) \($0.link.urlFrom) \($0.date)" }.sorted() == [
                "lost https://b.com/ 2026-02-01", "new https://c.com/ 2026-02-01",
            ])
        let hosts = try engine.newLostReferringDomains(store, target, from: from, to: to)
        #expect(hosts.map { "\($0.kind) \($0.refdomain)" }.sorted() == ["lost b.com", "new c.com"])
    }

    @Test func historyIsAnsweredByWhatCoversTheTarget() throws {
        let testStore = try self.store()
        let store = testStore.store
        let engine = Engine(Engine.Options(threads: 1))
        let points = try engine.history(store, Target("t.com"), to: Day("2026-03-01"))
        #expect(
            points.map { "\($0.date) \($0.snapshot) \($0.backlinks) +\($0.newBacklinks) -\($0.lostBacklinks)" } == [
                "2026-01-01 2026-01-01 2 +0 -0", "2026-02-01 2026-02-01 2 +1 -1", "2026-03-01 2026-02-01 2 +0 -0",
            ])
    }
}
