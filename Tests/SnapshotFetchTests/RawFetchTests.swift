import BacklinkClient
import BacklinkContracts
import Foundation
import LinkModel
import SnapshotStore
import Synchronization
import TestSupport
import Testing

@testable import SnapshotFetch

@Suite struct RawFetchTests {
    private static let links = [
        "a.example": FetchFixture.links("a.example", 35), "b.example": FetchFixture.links("b.example", 10),
    ]

    @Test func pagesBecomeASnapshot() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links)
        let report = try fixture.fetch(fixture.plan(["a.example", "b.example"]), source)
        #expect(report.error == nil)
        #expect(report.outcomes.map(\.result) == [.complete, .complete])
        #expect(report.outcomes.map(\.rowCount) == [35, 10])
        #expect(report.outcomes.map(\.requestCount) == [4, 1])
        #expect(source.sold.rows == 45)
        let manifest = try fixture.manifest()
        #expect(manifest.counts.links == 45)
        #expect(manifest.provenance.source == "seo-powersuite")
        #expect(manifest.provenance.endpoint == "get-raw-backlinks")
        #expect(manifest.provenance.files.first?.name == "seo-powersuite get-raw-backlinks a.example (domain), page 1")
        #expect(
            manifest.coverage
                == .targets([
                    CoveredTarget(target: "a.example", mode: .domain, complete: true),
                    CoveredTarget(target: "b.example", mode: .domain, complete: true),
                ]))
        #expect(try fixture.leftovers() == [])
    }

    /// Killed before any request or after any answer: no row is bought twice but those of the page under way, and the
    /// snapshot is the same.
    @Test func aKilledFetchGoesOnWhereItStopped() throws {
        let whole = try FetchFixture()
        let plan = try whole.plan(["a.example", "b.example"])
        try whole.fetch(plan, ScriptedSource(links: Self.links))
        for kill in 1...5 {
            let fixture = try FetchFixture()
            let dying = ScriptedSource(links: Self.links) { number, _ in
                if number == kill { throw ScriptedSource.Killed() }
            }
            #expect(throws: ScriptedSource.Killed.self) { try fixture.fetch(plan, dying) }
            #expect(try fixture.snapshotCount() == 0)
            // Other writers leave it alone.
            let other = try #require(SnapshotID("2026-01-01"))
            try fixture.store.beginSnapshot(other).discard()
            #expect(try fixture.leftovers().count == 1)
            let source = ScriptedSource(links: Self.links)
            let report = try fixture.fetch(plan, source)
            #expect(report.error == nil)
            #expect(source.sold.rows + dying.sold.rows == 45, "killed at request \(kill)")
            #expect(source.sold.requests == 6 - kill)
            #expect(try fixture.columns() == whole.columns())
            #expect(fixture.said.text.contains("not bought again") == (kill > 1))
            if kill == 4 { #expect(fixture.said.lines == ["resumed: 3 pages, 30 rows, not bought again"]) }
        }
    }

    /// Whatever a crash leaves of the journal's end, the rest is fetched and the snapshot is the same.
    @Test func theJournalMayEndAnywhere() throws {
        let fixture = try FetchFixture()
        let links = ["a.example": FetchFixture.links("a.example", 12)]
        let plan = try fixture.plan(["a.example"], pageSize: 5)
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: links) { number, _ in
                    if number == 3 { throw ScriptedSource.Killed() }
                })
        }
        let folder = "\(fixture.store.path)/staging/\(try #require(fixture.leftovers().first))"
        let journal = try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/journal")))
        let lineEnds = journal.indices.filter { journal[$0] == UInt8(ascii: "\n") }
        #expect(lineEnds.count == 3)
        let id = try #require(SnapshotID("2026-11-01"))
        var expected: [String: [UInt8]]?
        for cut in 0...journal.count {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(journal[..<cut]).write(to: URL(fileURLWithPath: "\(folder)/journal"))
            let pages = max(0, lineEnds.count { $0 < cut } - 1)
            for page in 1...2 {
                let spool = try PageSpool(path: "\(folder)/t00001-0000\(page).csv.gz")
                for row in links["a.example", default: []][(page * 5 - 5)..<(page * 5)] { try spool.receive(row) }
                try spool.close()
            }
            let source = ScriptedSource(links: links)
            #expect(try fixture.fetch(plan, source).error == nil)
            #expect(source.sold.requests == 3 - pages, "cut at byte \(cut)")
            let columns = try fixture.columns()
            #expect(columns == expected ?? columns)
            expected = columns
            try fixture.store.remove(id)
        }
    }

    @Test func aDamagedJournalIsToldAndNothingAfterItCounts() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: Self.links) { number, _ in
                    if number == 4 { throw ScriptedSource.Killed() }
                })
        }
        let journal = URL(fileURLWithPath: "\(fixture.store.path)/staging/\(try fixture.leftovers()[0])/journal")
        var text = try Array(Data(contentsOf: journal))
        let second = try #require(text.firstIndex(of: UInt8(ascii: "\n"))) + 30
        text[second] ^= 1
        try Data(text).write(to: journal)
        let source = ScriptedSource(links: Self.links)
        try fixture.fetch(plan, source)
        #expect(
            fixture.said.lines.first
                == "the fetch's journal: line 2 is damaged, and nothing after it counts; it is kept as journal.damaged")
        #expect(source.sold.requests == 4)
    }

    @Test func aMissingPageIsFetchedAgainFromItsCursor() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: Self.links) { number, _ in
                    if number == 4 { throw ScriptedSource.Killed() }
                })
        }
        let folder = "\(fixture.store.path)/staging/\(try fixture.leftovers()[0])"
        try FileManager.default.removeItem(atPath: "\(folder)/t00001-00002.csv.gz")
        let source = ScriptedSource(links: Self.links)
        #expect(try fixture.fetch(plan, source).error == nil)
        #expect(source.sold.calls == ["raw a.example g1/10", "raw a.example g1/20", "raw a.example g1/30"])
        #expect(try fixture.manifest().counts.links == 35)
    }

    @Test func aRefusedCursorStartsTheTargetAnew() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: Self.links) { number, _ in
                    if number == 3 { throw ScriptedSource.Killed() }
                })
        }
        let source = ScriptedSource(links: Self.links)
        source.generation.withLock { $0 = 2 }
        let report = try fixture.fetch(plan, source)
        #expect(report.outcomes[0].result == .complete)
        #expect(source.sold.rows == 35)
        #expect(fixture.said.text.contains("this target starts anew, 20 rows are bought again"))
        #expect(try fixture.manifest().counts.links == 35)
    }

    /// Only status 400 speaks of the cursor, and the old pages go once the first has come anew.
    @Test(arguments: [400, 422]) func pagesOutliveARefusal(_ status: Int) throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        #expect(throws: ScriptedSource.Killed.self) {
            try fixture.fetch(
                plan,
                ScriptedSource(links: Self.links) { number, _ in if number == 3 { throw ScriptedSource.Killed() } })
        }
        let source = ScriptedSource(links: Self.links) { number, _ in
            if number == 1 { throw ClientError(.badRequest, provider: nil, statusCode: status, message: "no") }
            throw ClientError(.paymentRequired, "no")
        }
        let report = try fixture.fetch(plan, source)
        #expect(report.outcomes[0].result == (status == 400 ? .stopped : .failed))
        #expect(report.outcomes[0].rowCount == 20)
        #expect(source.sold.requests == (status == 400 ? 2 : 1))
        let rest = ScriptedSource(links: Self.links)
        #expect(try fixture.fetch(plan, rest).error == nil)
        #expect(rest.sold.calls.first == "raw a.example g1/20")
    }

    @Test func anAttemptThatFailedLeavesNoRows() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links)
        source.abandonedRows.withLock { $0 = 7 }
        try fixture.fetch(fixture.plan(["a.example"]), source)
        let counts = try fixture.manifest().counts
        #expect(counts.rowsRead == 35 && counts.rowsMerged == 0)
    }

    @Test func aCursorThatComesAgainIsAnErrorWithItsPlace() throws {
        let fixture = try FetchFixture()
        let source = LoopingSource(cursors: ["x", "y", "x"], rows: FetchFixture.links("a.example", 5))
        let plan = try fixture.plan(["a.example"])
        let report = try FetchJob(plan, source: source, options: fixture.options(plan)).run(into: fixture.store)
        let error = try #require(report.error)
        #expect(error.kind == .badData)
        for word in ["seo-powersuite", "get-raw-backlinks", "a.example", "--method export"] {
            #expect(error.description.contains(word))
        }
        #expect(report.outcomes[0].covers == .partial)
        #expect(try fixture.snapshotCount() == 0)
        #expect(try fixture.leftovers().count == 1)
    }

    @Test func pagesWithoutRowsDontGoOnForever() throws {
        let fixture = try FetchFixture()
        let source = LoopingSource(cursors: (1...100).map { "c\($0)" }, rows: [])
        let plan = try fixture.plan(["a.example"])
        let report = try FetchJob(plan, source: source, options: fixture.options(plan)).run(into: fixture.store)
        #expect(report.error?.description.contains("3 pages in a row were empty") == true)
    }
}
