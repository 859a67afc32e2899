import BacklinkClient
import Foundation
import LinkModel
import SnapshotStore
import Synchronization
import TestSupport
import Testing

@testable import SnapshotFetch

/// A target that starts anew, killed at any line of its journal: nothing that was paid for is lost or uncharged.
@Suite struct PageAnewTests {
    private static let links = ["a.example": FetchFixture.links("a.example", 35)]
    private static let json = """
        {"providers": {"seo-powersuite": {"currency": "USD", "commands": {"get-raw-backlinks": {"per_row": 1}}}}}
        """

    /// Two pages, then a cursor that is refused, and one page anew.
    private func killed(_ fixture: FetchFixture, _ plan: FetchPlan) throws -> (files: [String: [UInt8]], folder: String)
    {
        let prices = try PriceTable(json: Array(Self.json.utf8), name: "p").prices(
            of: .seoPowerSuite, for: ["get-raw-backlinks"])
        var files: [String: [UInt8]] = [:]
        var folder = ""
        for generation in 1...2 {
            let source = ScriptedSource(links: Self.links) { number, _ in
                if number == 3 { throw ScriptedSource.Killed() }
            }
            source.generation.withLock { $0 = generation }
            #expect(throws: ScriptedSource.Killed.self) { try fixture.fetch(plan, source) { $0.prices = prices } }
            folder = "\(fixture.store.path)/staging/\(try #require(fixture.leftovers().first))"
            try files.merge(TemporaryDirectory.files(below: folder)) { $1 }
        }
        return (files, folder)
    }

    @Test func everyLineKeepsWhatWasPaid() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"])
        let (files, folder) = try killed(fixture, plan)
        let entries = try FetchJournal.entries(at: "\(folder)/journal")
        #expect(entries.map(\.kind) == [.begin, .page, .page, .pageAnew])
        for count in 0...entries.count {
            let state = TargetState.states(of: Array(entries.prefix(count)), count: 1)[0]
            let pageCount = max(0, count - 1)
            #expect(state.rowCount + state.otherRowCount == 10 * pageCount)
            #expect(state.cost == Money(Double(10 * pageCount)) && state.requestCount == pageCount)
            // Never is there nothing to go on from once something was bought.
            #expect(state.pages.map(\.file) == Self.names(count), "after line \(count)")
        }
        // Those that count no more are gone once the line is there.
        let left = Set(try TemporaryDirectory.files(below: folder).keys)
        #expect(left.filter { $0.hasSuffix(".gz") } == ["t00001-00003.csv.gz"])
        #expect(files.keys.count { $0.hasSuffix(".gz") } == 3)
    }

    private static func names(_ lineCount: Int) -> [String] {
        switch lineCount {
        case 2: ["t00001-00001.csv.gz"]
        case 3: ["t00001-00001.csv.gz", "t00001-00002.csv.gz"]
        case 4: ["t00001-00003.csv.gz"]
        default: []
        }
    }

    /// Cut at each line, the budget of the next run counts all before.
    @Test func theNextRunIsChargedWithEveryPage() throws {
        for count in 3...4 {
            let fixture = try FetchFixture()
            let plan = try fixture.plan(["a.example"])
            let (files, folder) = try killed(fixture, plan)
            let journal = String(decoding: try #require(files["journal"]), as: UTF8.self)
            let lines = journal.split(separator: "\n").prefix(count).joined(separator: "\n") + "\n"
            for (name, bytes) in files where name.hasSuffix(".gz") {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            try lines.write(toFile: "\(folder)/journal", atomically: false, encoding: .utf8)
            let source = ScriptedSource(links: Self.links)
            source.generation.withLock { $0 = 2 }
            let paidRowCount = 10 * (count - 1)
            let report = try fixture.fetch(plan, source) { $0.maxRows = paidRowCount + 7 }
            #expect(source.sold.rows == 7)
            #expect(report.outcomes[0].rowCount == (count == 4 ? 17 : 7))
        }
    }

    /// Journals of before have two lines for it.
    @Test func twoLinesMeanTheSame() throws {
        func page(_ kind: JournalEntry.Kind, _ name: String) -> JournalEntry {
            var entry = JournalEntry(kind, target: 0)
            (entry.file, entry.rows, entry.byteCount, entry.next) = (name, 10, 5, "next")
            return entry
        }
        let old = [page(.page, "a"), page(.page, "b"), JournalEntry(.anew, target: 0), page(.page, "c")]
        let new = [page(.page, "a"), page(.page, "b"), page(.pageAnew, "c")]
        let states = [old, new].map { TargetState.states(of: $0, count: 1)[0] }
        #expect(states.map { $0.pages.map(\.file) } == [["c"], ["c"]])
        #expect(states.map(\.otherRowCount) == [20, 20] && states.map(\.fileCount) == [3, 3])
    }
}
