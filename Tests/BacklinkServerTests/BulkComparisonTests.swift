import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import BacklinkServer

/// Comparisons of the newest snapshot with another one, while snapshots go.
@Suite(.timeLimit(.minutes(3))) struct BulkComparisonTests {
    @Test func aSnapshotThatGoesMeanwhileIsNoFailure() async throws {
        let first = ServerFixture.day("2026-06-01")
        let fixture = try ServerFixture(
            rows: (0..<40).map { index in
                let pages = ["https://a.com/", "https://b.org/\(index % 3)", "https://c.net/\(index % 2)"]
                return (first.adding(days: index), pages.map { ServerFixture.link($0, "https://t.com/") })
            })
        let store = fixture.store.store
        let tasks = try DataForSEOTaskReader.tasks(Array(#"[{"targets":["t.com"],"date_from":"2026-06-02"}]"#.utf8))
        let question = try BulkQuestion(#require(tasks.first ?? nil), today: store.newestSnapshot())
        let comparison = BulkComparison(ServedStore(store, upTo: nil, fixture.engine) { _ in })
        let ids = try store.snapshotIDs()
        let removing = Task.detached { for id in ids.dropFirst(3).reversed() { try store.remove(id) } }
        repeat {
            // Each removal may fall between a look at what there is and the opening of it.
            #expect(try comparison.changes(question).map(\.target) == ["t.com"])
            await Task.yield()
        } while try store.snapshotIDs().count > 3
        try await removing.value
        let last = try #require(comparison.changes(question).first)
        // Those of the second and the third day.
        #expect(last.newBacklinks == 2 && last.lostBacklinks == 2)
    }
}
