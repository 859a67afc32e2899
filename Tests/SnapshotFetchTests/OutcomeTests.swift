import BacklinkClient
import BacklinkContracts
import Foundation
import LinkModel
import SnapshotImport
import SnapshotStore
import Synchronization
import TestSupport
import Testing

@testable import SnapshotFetch

@Suite struct OutcomeTests {
    private static let links = Dictionary(
        uniqueKeysWithValues: ["a.example", "b.example", "c.example"].map { ($0, FetchFixture.links($0, 15)) })

    @Test func oneFailureDoesNotLoseTheOthers() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links) { _, call in
            if call.hasPrefix("raw b.example g1") { throw ClientError(.tooLarge, "status 244") }
        }
        let report = try fixture.fetch(fixture.plan(["a.example", "b.example", "c.example"]), source)
        #expect(report.outcomes.map(\.result) == [.complete, .failed, .complete])
        #expect(report.outcomes.map(\.rowCount) == [15, 10, 15])
        #expect(report.outcomes.map(\.covers) == [.complete, .partial, .complete])
        #expect(report.error?.kind == .unavailable)
        #expect(try fixture.manifest().counts.links == 40)
        #expect(
            try fixture.manifest().coverage
                == .targets([
                    CoveredTarget(target: "a.example", mode: .domain, complete: true),
                    CoveredTarget(target: "b.example", mode: .domain, complete: false),
                    CoveredTarget(target: "c.example", mode: .domain, complete: true),
                ]))
        #expect(try fixture.leftovers() == [])
    }

    /// A refused key meets every target: nothing more is asked, what came is kept, the same command goes on.
    @Test(arguments: [ClientError.Kind.unauthorised, .paymentRequired, .forbidden, .rateLimited, .deadline])
    func whatMeetsEveryTargetStopsTheFetch(_ kind: ClientError.Kind) throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links) { number, _ in
            if number >= 4 { throw ClientError(kind, "no") }
        }
        let plan = try fixture.plan(["a.example", "b.example", "c.example"])
        let report = try fixture.fetch(plan, source)
        #expect(report.outcomes.map(\.result) == [.complete, .stopped, .stopped])
        #expect(source.sold.requests == 4)
        #expect(report.error?.kind == (kind == .rateLimited || kind == .deadline ? .tryAgain : .notPermitted))
        #expect(try fixture.snapshotCount() == 0 && fixture.leftovers().count == 1)
        let again = ScriptedSource(links: Self.links)
        let rest = try fixture.fetch(plan, again)
        #expect(rest.error == nil && again.sold.rows == 20)
        #expect(rest.outcomes.map(\.savedRowCount) == [15, 10, 0])
        #expect(try fixture.manifest().counts.links == 45)
    }

    /// Stopped for good, what was paid for can still be had: a budget of no further row builds the snapshot.
    @Test func aBudgetOfNothingMoreBuildsWhatIsThere() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example", "b.example"])
        try fixture.fetch(
            plan,
            ScriptedSource(links: Self.links) { number, _ in
                if number >= 4 { throw ClientError(.paymentRequired, "no") }
            })
        let source = ScriptedSource(links: Self.links)
        let report = try fixture.fetch(plan, source) { $0.maxRows = 0 }
        #expect(source.sold.requests == 0)
        #expect(report.outcomes.map(\.result) == [.complete, .cut])
        #expect(try fixture.manifest().counts.links == 25)
    }

    /// What may pass keeps the cursor: the others are fetched, and the same command goes on.
    @Test func aFailureThatMayPassKeepsWhatWasPaid() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example", "b.example", "c.example"])
        let failing: @Sendable (Int, String) throws -> Void = { _, call in
            if call.hasPrefix("raw b.example g1") {
                throw ClientError(.badAnswer, provider: .seoPowerSuite, isRetryable: true, message: "cut")
            }
        }
        let report = try fixture.fetch(plan, ScriptedSource(links: Self.links, fault: failing))
        #expect(report.outcomes.map(\.result) == [.complete, .stopped, .complete])
        #expect(report.error?.kind == .unavailable && report.error?.description.contains("--max-rows 0") == true)
        #expect(try fixture.snapshotCount() == 0 && fixture.leftovers().count == 1)
        let source = ScriptedSource(links: Self.links)
        #expect(try fixture.fetch(plan, source).error == nil)
        #expect(source.sold.calls == ["raw b.example g1/10"])
        #expect(try fixture.manifest().counts.links == 45 && fixture.leftovers() == [])
    }

    @Test func whenEveryTargetFailsThereIsNoSnapshot() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links) { _, _ in throw ClientError(.unavailable, "503") }
        let report = try fixture.fetch(fixture.plan(["a.example", "b.example"]), source)
        #expect(report.outcomes.map(\.result) == [.failed, .failed])
        #expect(report.imported == nil && report.error?.kind == .tryAgain)
        #expect(try fixture.snapshotCount() == 0 && fixture.leftovers() == [])
    }

    /// That there are no links is an answer: the target is covered.
    @Test(arguments: FetchPlan.Method.allCases) func nothingIsAnAnswer(_ method: FetchPlan.Method) throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: [:])
        try source.serveExport(of: [])
        let report = try fixture.fetch(fixture.plan(["a.example", "b.example"], method: method), source)
        #expect(report.outcomes.map(\.result) == [.empty, .empty])
        let id = try #require(SnapshotID("2026-11-01"))
        let snapshot = try fixture.store.snapshot(id)
        #expect(snapshot.pages.count == 0)
        #expect(snapshot.coverage.covers(try Target("a.example").ranges) == (method != .top))
        #expect(try snapshot.verify() > 0)
    }

    @Test func overlapsAreMergedAndTold() throws {
        let fixture = try FetchFixture()
        let rows = FetchFixture.links("a.example", 15)
        let source = ScriptedSource(links: ["a.example": rows, "https://a.example/p1": Array(rows[5..<10])])
        let report = try fixture.fetch(fixture.plan(["a.example", "https://a.example/p1"]), source)
        let imported = try #require(report.imported)
        #expect(imported.manifest.counts.links == 15 && imported.manifest.counts.rowsMerged == 5)
        #expect(imported.notes.contains { $0.hasPrefix("5 rows came more than once") })
    }

    /// Rows that can't be read are counted; too many keep the snapshot from being made, and nothing is lost.
    @Test func badRowsAreCountedAndToldWithTheirPlace() throws {
        let fixture = try FetchFixture()
        var rows = FetchFixture.links("a.example", 15)
        rows[12].urlFrom = "not a url"
        let plan = try fixture.plan(["a.example"])
        do {
            try fixture.fetch(plan, ScriptedSource(links: ["a.example": rows]))
            Issue.record("a bad row of 15 is more than 1 %")
        } catch let error as ImportError {
            #expect(error.kind == .tooManyBadRows)
            #expect(
                error.description.contains(
                    "seo-powersuite get-raw-backlinks a.example (domain), page 2, line 4, column 1 url_from"),
                "\(error)")
        }
        #expect(try fixture.snapshotCount() == 0)
        let source = ScriptedSource(links: [:])
        let report = try fixture.fetch(plan, source) { $0.importing.badRowLimit = .percent(10) }
        #expect(source.sold.requests == 0)
        #expect(report.imported?.manifest.counts.rowsRejected == 1)
        #expect(report.imported?.manifest.counts.links == 14)
    }

    @Test func anotherPlanMustNotOverwriteAnUnfinishedFetch() throws {
        let fixture = try FetchFixture()
        let dying = ScriptedSource(links: Self.links) { number, _ in if number == 2 { throw ScriptedSource.Killed() } }
        #expect(throws: ScriptedSource.Killed.self) { try fixture.fetch(fixture.plan(["a.example"]), dying) }
        let other = try fixture.plan(["b.example"])
        let source = ScriptedSource(links: Self.links)
        do {
            try fixture.fetch(other, source)
            Issue.record("two plans for one snapshot")
        } catch let error as FetchError {
            #expect(error.kind == .cannotCreate)
            for words in ["seo-powersuite raw a.example", "1 page, 10 rows paid for", "--restart", "--label"] {
                #expect(error.description.contains(words), "\(error)")
            }
        }
        #expect(source.sold.requests == 0)
        // Of another snapshot: no matter.
        try fixture.fetch(fixture.plan(["b.example"], date: "2026-11-01-b"), source)
        try fixture.fetch(other, source) { $0.restart = true }
        #expect(fixture.said.text.contains("thrown away: seo-powersuite raw a.example, 1 page, 10 rows paid for"))
        #expect(try fixture.snapshotCount() == 2 && fixture.leftovers() == [])
        // A snapshot that is there is refused before anything is sent.
        let requests = source.sold.requests
        #expect(throws: StoreError.self) { try fixture.fetch(fixture.plan(["c.example"]), source) }
        #expect(source.sold.requests == requests)
    }

    @Test func twoProcessesDontFetchTheSame() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        let folder = try FetchFolder(
            store: fixture.store, id: plan.snapshotID.description, identity: plan.identity, restart: false)
        #expect { try fixture.fetch(plan, ScriptedSource(links: Self.links)) } throws: {
            ($0 as? FetchError)?.kind == .tryAgain
        }
        try folder.remove()
    }

    @Test func targetsAreFetchedAtTheSameTime() throws {
        let fixture = try FetchFixture()
        let names = (0..<40).map { "t\($0).example" }
        let links = Dictionary(uniqueKeysWithValues: names.map { ($0, FetchFixture.links($0, 12)) })
        let active = Mutex((now: 0, most: 0))
        let source = ScriptedSource(links: links) { _, _ in
            active.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            usleep(2_000)
            active.withLock { $0.now -= 1 }
        }
        let report = try fixture.fetch(fixture.plan(names), source) { $0.connections = 8 }
        #expect(report.outcomes.map(\.target.text) == names)
        #expect(active.withLock { $0.most } <= 8)
        #expect(try fixture.manifest().counts.links == 480)
        let one = try FetchFixture()
        try one.fetch(one.plan(names), ScriptedSource(links: links))
        #expect(try one.columns() == fixture.columns())
    }

    @Test func aPlanIsCheckedBeforeAnythingIsSent() throws {
        let fixture = try FetchFixture()
        #expect(throws: TargetError.self) { try FetchTarget("a.example:80") }
        #expect(throws: FetchError.self) { try fixture.plan([]) }
        #expect(throws: FetchError.self) { try fixture.plan(["a.example"], pageSize: 100_001).check() }
        let once = try fixture.plan(["a.example", "a.example"])
        #expect(once.targets.count == 1)
        #expect(try FetchTarget("https://a.example/x").mode == .url)
        #expect(try FetchTarget("www.a.example", mode: .host).mode == .host)
        #expect(once.identity != (try fixture.plan(["b.example"])).identity)
        #expect(once.identity == (try fixture.plan(["a.example"], pageSize: 3)).identity)
    }
}
