import BacklinkClient
import Foundation
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotFetch

/// What was paid for and waits in staging is named wherever it is in the way.
@Suite struct WaitingTests {
    private static let links = ["a.example": FetchFixture.links("a.example", 25)]

    private func killed(_ plan: FetchPlan, _ fixture: FetchFixture) {
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: Self.links) { number, _ in if number == 3 { throw ScriptedSource.Killed() } })
        }
    }

    /// Another command makes a snapshot with the id while a fetch is unfinished.
    @Test func anIdThatWasTakenMeanwhile() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        killed(plan, fixture)
        let folder = try #require(fixture.leftovers().first)
        let staging = "\(fixture.store.path)/staging"
        try FileManager.default.moveItem(atPath: "\(staging)/\(folder)", toPath: "\(fixture.store.path)-kept")
        let other = ScriptedSource(links: ["b.example": FetchFixture.links("b.example", 5)])
        try fixture.fetch(fixture.plan(["b.example"]), other)
        try FileManager.default.moveItem(atPath: "\(fixture.store.path)-kept", toPath: "\(staging)/\(folder)")
        let source = ScriptedSource(links: Self.links)
        do {
            try fixture.fetch(plan, source)
            Issue.record("two snapshots with one id")
        } catch let error as FetchError {
            #expect(error.kind == .cannotCreate)
            for words in ["2 pages, 20 rows, paid for", "strata remove 2026-11-01", "--restart"] {
                #expect(error.description.contains(words), "\(error)")
            }
        }
        #expect(source.sold.requests == 0)
        #expect(throws: FetchError.self) { try fixture.fetch(plan, source) { $0.restart = true } }
        #expect(fixture.said.text.contains("thrown away: seo-powersuite raw a.example, 2 pages, 20 rows paid for"))
        #expect(try fixture.leftovers() == [])
    }

    @Test func anotherLabelOfTheSame() throws {
        let fixture = try FetchFixture()
        killed(try fixture.plan(["a.example"]), fixture)
        let other = try fixture.plan(["a.example"], date: "2026-11-01-b")
        let source = ScriptedSource(links: Self.links)
        #expect { try fixture.fetch(other, source) } throws: {
            ($0 as? FetchError)?.kind == .cannotCreate && "\($0)".contains("2026-11-01 (seo-powersuite raw a.example")
        }
        #expect(source.sold.requests == 0)
        #expect(try fixture.fetch(other, source) { $0.restart = true }.imported != nil)
        #expect(try fixture.leftovers().count == 1)
        #expect(
            try FetchEstimate.unfinished(fixture.plan(["a.example"]), storePath: fixture.store.path) == [
                "seo-powersuite raw a.example, 2 pages, 20 rows paid for"
            ])
    }
}
