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

/// What a fetch says of its targets is true: of rows that couldn't be read, led elsewhere, were damaged or bought again.
@Suite struct AccountTests {
    private static let links = Dictionary(
        uniqueKeysWithValues: ["a.example", "b.example", "c.example"].map { ($0, FetchFixture.links($0, 25)) })

    /// A row that can't be read is no lost link.
    @Test func aTargetWithARejectedRowIsCoveredInPart() throws {
        let fixture = try FetchFixture()
        var links = Self.links
        links["a.example"]?[12].firstSeen = "2026-99-99"
        let report = try fixture.fetch(fixture.plan(["a.example", "b.example"]), ScriptedSource(links: links)) {
            $0.importing.badRowLimit = .percent(10)
        }
        #expect(report.outcomes.map(\.result) == [.complete, .complete])
        #expect(report.outcomes.map(\.covers) == [.partial, .complete])
        #expect(report.outcomes.map(\.note) == ["1 row couldn't be read", ""])
        #expect(
            try fixture.manifest().coverage
                == .targets([
                    CoveredTarget(target: "a.example", mode: .domain, complete: false),
                    CoveredTarget(target: "b.example", mode: .domain, complete: true),
                ]))
    }

    /// A provider may follow redirects; when most rows lead elsewhere it answered another question.
    @Test func rowsThatLeadElsewhereAreTold() throws {
        for (count, covers) in [(3, TargetOutcome.Covers.complete), (20, .partial)] {
            let fixture = try FetchFixture()
            var rows = FetchFixture.links("x.example", 25)
            for index in 0..<count { rows[index].urlTo = "https://other.example/" }
            let report = try fixture.fetch(
                fixture.plan(["www.x.example"]), ScriptedSource(links: ["www.x.example": rows]))
            #expect(report.outcomes[0].note == "\(count) rows lead elsewhere")
            #expect(report.outcomes[0].covers == covers)
            #expect(try fixture.manifest().counts.links == 25)
            #expect(
                try fixture.manifest().coverage
                    == .targets([
                        CoveredTarget(target: "www.x.example", mode: .domain, complete: covers == .complete)
                    ]))
        }
    }

    @Test func aDamagedPageIsFetchedAgain() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: Self.links) { number, _ in if number == 3 { throw ScriptedSource.Killed() } })
        }
        let folder = "\(fixture.store.path)/staging/\(try fixture.leftovers()[0])"
        let page = URL(fileURLWithPath: "\(folder)/t00001-00002.csv.gz")
        var bytes = try Array(Data(contentsOf: page))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: page)
        let source = ScriptedSource(links: Self.links)
        #expect(try fixture.fetch(plan, source).error == nil)
        #expect(fixture.said.lines.first == "a.example: the file of page 2 is damaged; going on from there")
        #expect(source.sold.calls == ["raw a.example g1/10", "raw a.example g1/20"])
        #expect(try fixture.manifest().counts.links == 25)
    }

    @Test func aTargetWrittenInSeveralWaysIsFetchedOnce() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan([
            "www.a.example", "A.EXAMPLE", "a.example.", "https://WWW.b.example/", "https://www.b.example",
            "https://b.example/", "A.EXAMPLE",
        ])
        #expect(plan.targets.map(\.text) == ["A.EXAMPLE", "https://WWW.b.example/", "https://b.example/"])
        #expect(
            plan.sameTargets == [
                "www.a.example is the same target as A.EXAMPLE: fetched once",
                "a.example. is the same target as A.EXAMPLE: fetched once",
                "https://www.b.example is the same target as https://WWW.b.example/: fetched once",
            ])
        let hosts = try FetchPlan(
            provider: .seoPowerSuite, snapshotID: plan.snapshotID,
            targets: ["www.a.example", "a.example"].map { try FetchTarget($0, mode: .host) })
        #expect(hosts.targets.count == 2 && hosts.sameTargets == [])
    }

    /// A count that a budget was checked against is bought once.
    @Test func aCountIsKept() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"], method: .export)
        for run in 1...2 {
            let source = ScriptedSource(links: Self.links)
            let report = try fixture.fetch(plan, source) { $0.maxRows = 20 }
            #expect(source.sold.requests == (run == 1 ? 1 : 0))
            #expect(report.error?.description.contains("the counts are kept") == true)
            #expect(report.outcomes[0].result == .notFetched)
        }
        let source = ScriptedSource(links: Self.links)
        try source.serveExport(of: Self.links["a.example", default: []])
        // 25 rows, and one for the count.
        #expect(try fixture.fetch(plan, source) { $0.maxRows = 26 }.outcomes[0].result == .complete)
        #expect(source.sold.calls.allSatisfy { !$0.hasPrefix("metrics") })
    }

    @Test func aRepeatedCursorIsNotTriedAgain() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        let looping = LoopingSource(cursors: ["x", "y", "x"], rows: FetchFixture.links("a.example", 5))
        let first = try FetchJob(plan, source: looping, options: fixture.options(plan)).run(into: fixture.store)
        #expect(first.outcomes[0].rowCount == 15)
        let source = ScriptedSource(links: Self.links)
        let report = try fixture.fetch(plan, source)
        #expect(source.sold.requests == 0)
        #expect(report.outcomes[0].result == .failed)
        for words in ["used already", "--max-rows 0", "--restart --method export"] {
            #expect(report.error?.description.contains(words) == true)
        }
        #expect(try fixture.fetch(plan, source) { $0.maxRows = 0 }.imported != nil)
        #expect(source.sold.requests == 0)
        #expect(try fixture.manifest().counts.links == 5)
    }

    @Test func aTopThatTheBudgetMadeSmallerIsCut() throws {
        for (most, result) in [(12, TargetOutcome.Result.cut), (25, .cut), (26, .complete)] {
            let fixture = try FetchFixture()
            let report = try fixture.fetch(fixture.plan(["a.example"], method: .top), ScriptedSource(links: Self.links))
            {
                $0.maxRows = most
            }
            #expect(report.outcomes[0].result == result, "\(most)")
            #expect(report.outcomes[0].note == (result == .cut ? "the budget is used up" : ""))
            #expect(report.outcomes[0].covers == .partial)
        }
    }

    @Test func rowsThatWereBoughtAgainArentSaved() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: Self.links) { number, _ in if number == 3 { throw ScriptedSource.Killed() } })
        }
        let source = ScriptedSource(links: Self.links)
        source.generation.withLock { $0 = 2 }
        let outcome = try fixture.fetch(plan, source).outcomes[0]
        #expect(outcome.savedRowCount == 0)
        #expect(outcome.note == "the cursor was refused: 20 rows of an earlier run were bought again")
    }

    /// The reason stands where it was met; the others only say that the fetch stopped.
    @Test func aStopIsNotedWhereItWasMet() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links) { number, _ in
            if number == 2 { throw ClientError(.paymentRequired, "a.example: pay") }
        }
        let report = try fixture.fetch(fixture.plan(["a.example", "b.example"]), source)
        #expect(report.outcomes.map(\.result) == [.stopped, .stopped])
        #expect(report.outcomes.map(\.covers) == [.none, .none])
        #expect(report.outcomes[0].note.contains("pay"))
        #expect(report.outcomes[1].note == "the fetch stopped: the account is empty.")
    }
}
