import Foundation
import SnapshotStore
import TestSupport
import Testing

struct HistoryComparisonTests {
    private let folder: TemporaryDirectory
    private let store: String

    init() throws {
        folder = try TemporaryDirectory()
        store = try SampleStore.copy(in: folder)
    }

    private func add(_ provider: String, _ endpoint: String, _ values: [String: Int64]) throws {
        try Store(opening: store).addProviderFigures(
            [
                ProviderFigure(
                    provider: provider, endpoint: endpoint, target: "braqua.net", mode: nil, date: "2026-10-01",
                    dateFrom: nil, fetchedAt: "2026-11-01T00:00:00Z", values: values)
            ], source: Manifest.Provenance())
    }

    @Test func withoutFiguresItSaysHowToGetSome() throws {
        let run = try ProgramRun(["history", "braqua.net", "--compare"], store: store)
        #expect(run.status == 66 && run.output.isEmpty)
        #expect(run.standardError.contains("strata fetch dataforseo braqua.net --date 2026-11-01"))
        try add("aisa", "history", ["backlinks": 5])
        let other = try ProgramRun(["history", "braqua.net", "--compare", "--provider", "dataforseo"], store: store)
        #expect(other.status == 66 && other.standardError.contains("There are those of aisa."))
        let elsewhere = try ProgramRun(["history", "grako.net", "--compare"], store: store)
        #expect(elsewhere.status == 66 && elsewhere.standardError.contains("There are figures of braqua.net."))
        #expect(try ProgramRun(["history", "braqua.net", "--provider", "aisa"], store: store).status == 64)
        let bogus = try ProgramRun(["history", "braqua.net", "--compare", "--provider", "bogus"], store: store)
        #expect(bogus.status == 64 && bogus.standardError.contains("seo-powersuite, dataforseo, aisa"))
        let host = try ProgramRun(["history", "grako.net", "--mode", "host", "--compare"], store: store)
        #expect(host.standardError.contains("seo-powersuite grako.net --mode host --date"))
        #expect(!host.standardError.contains("fetch dataforseo"))
    }

    @Test func theNumbersAreThoseOfHistory() throws {
        try add("dataforseo", "history", ["backlinks": 100, "new_backlinks": 7, "rank": 200])
        try add("aisa", "history", ["backlinks": 50])
        let history = try ProgramRun(["history", "braqua.net", "--format", "json"], store: store)
        let months = try #require(
            try JSONSerialization.jsonObject(with: Data(history.standardOutput)) as? [[String: Any]])
        let october = try #require(months.first { ($0["date"] as? String)?.hasPrefix("2026-10") == true })
        let run = try ProgramRun(["history", "braqua.net", "--compare", "--format", "json"], store: store)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(run.standardOutput)) as? [[String: Any]])
        #expect(rows.map { $0["provider"] as? String } == ["aisa", "dataforseo", "dataforseo", "dataforseo"])
        for row in rows {
            let ours = try #require(row["ours"] as? Int)
            #expect(ours == october[row["metric"] as? String ?? ""] as? Int)
            if row["metric"] as? String == "rank" {
                #expect(row["difference"] is NSNull)
            } else {
                #expect(row["difference"] as? Int == ours - (row["theirs"] as? Int ?? 0))
            }
        }
        try add("aisa", "get-metrics", ["subnets": 3])
        let all = try ProgramRun(["history", "braqua.net", "--compare", "--mode", "host"], store: store)
        let both = try ProgramRun(
            ["history", "braqua.net", "--compare", "--mode", "host", "--comparable"], store: store)
        #expect(all.lines.count == 2 && both.status == 0 && both.lines.count == 1, "\(all.output)")
        let csv = try ProgramRun(["history", "braqua.net", "--compare", "--provider", "aisa"], store: store)
        #expect(
            csv.lines[0] == "month,provider,endpoint,metric,ours,theirs,difference,our_period,their_period,note")
        #expect(csv.lines.count == 2 && csv.lines[1].hasPrefix("2026-10,aisa,history,backlinks,"))
        let verified = try ProgramRun(["verify"], store: store)
        #expect(verified.status == 0 && verified.lines.last?.hasPrefix("figures,") == true)
    }
}
