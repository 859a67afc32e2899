import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

@Suite struct ProviderRankImportTests {
    let fixture: ImportFixture
    init() throws { fixture = try ImportFixture() }

    private static let header = "url_from,url_to,inlink_rank,domain_inlink_rank,last_visited\n"

    private func row(_ ranks: String, from page: String = "a", visited: String = "") -> String {
        "https://\(page).example/,https://b.example/,\(ranks),\(visited)\n"
    }

    @Test func ranksAreStored() throws {
        let report = try fixture.csv([
            Self.header + row("0,100", from: "a") + row("-1,", from: "c") + row("7,-1", from: "d")
        ])
        let rows = try fixture.rows()
        #expect(rows.map(\.inlinkRank) == [0, nil, 7])
        #expect(rows.map(\.domainInlinkRank) == [100, nil, nil])
        #expect(!report.recognised[0].contains("not used"))
        let files = report.manifest.columns.map(\.file)
        #expect(files.contains("links.inlink_rank") && files.contains("links.domain_inlink_rank"))
    }

    @Test func rowsWithUnknownRanksOnlyAreAsThoseWithout() throws {
        _ = try fixture.csv([Self.header + row("-1,")])
        let unknown = try TemporaryDirectory.files(below: fixture.store.path + "/snapshots/2026-11-01")
        _ = try fixture.csv(
            ["url_from,url_to,last_visited\nhttps://a.example/,https://b.example/,\n"], date: "2026-11-02")
        let without = try TemporaryDirectory.files(below: fixture.store.path + "/snapshots/2026-11-02")
        #expect(unknown.keys.sorted() == without.keys.sorted())
        for (name, bytes) in unknown where name != "manifest.json" { #expect(without[name] == bytes, "\(name)") }
    }

    @Test(arguments: ["101", "-2", "1.5", "7 ", "+7", "high", "null", "-", "1000000000000000000000"])
    func whatIsNoRankIsABadRow(text: String) throws {
        let report = try fixture.csv([Self.header + row("5,5") + row("\(text),5", from: "c")], badRows: .count(1))
        #expect(report.rejections.map(\.reason) == ["inlink_rank: not a whole number from -1 to 100"])
        #expect(report.firstRejections[0].hasPrefix("1.csv, line 3, column 3 inlink_rank:"))
        #expect(report.manifest.counts.links == 1)
    }

    @Test func theLatestVisitsRanksAreKept() throws {
        let report = try fixture.csv([
            Self.header + row("90,1", visited: "2026-01-01") + row("20,2", visited: "2026-03-01")
                + row("30,", visited: "2026-03-01")
        ])
        #expect(report.manifest.counts.rowsMerged == 2)
        let rows = try fixture.rows()
        #expect(rows.map(\.inlinkRank) == [30] && rows.map(\.domainInlinkRank) == [2])
    }
}
