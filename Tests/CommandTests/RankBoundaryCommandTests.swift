import Foundation
import TestSupport
import Testing

struct RankBoundaryCommandTests {
    private let folder: TemporaryDirectory
    private let store: String

    init() throws {
        folder = try TemporaryDirectory()
        store = folder.path("store")
        try folder.write(
            """
            url_from,url_to,inlink_rank,domain_inlink_rank
            https://strong.org/a,https://our.com/,50,40
            https://weak.org/,https://our.com/x,0,-1
            https://our.com/,https://our.com/x,,

            """, to: "links.csv")
    }

    private func importing(_ arguments: String...) throws {
        let run = try ProgramRun(
            ["import", "csv", folder.path("links.csv"), "--date", "2026-11-01"] + arguments, store: store)
        #expect(run.status == 0, "\(run.standardError)")
    }

    @Test func theProvidersRankIsKept() throws {
        try importing("--covers", "our.com")
        let run = try ProgramRun(
            ["rank", "--level", "page", "--boundary", "provider", "--tolerance", "1e-13", "--format", "json"],
            store: store)
        #expect(run.status == 0)
        #expect(run.standardError.contains("2 of 4 nodes kept the provider's rank"))
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(run.standardOutput)) as? [[String: Any]])
        let ratios = rows.reduce(into: [String: Double]()) { ratios, row in
            ratios[row["node"] as? String ?? ""] = row["floor_ratio"] as? Double
        }
        #expect(abs((ratios["https://strong.org/a"] ?? 0) / 1e4 - 1) < 1e-12)
        #expect(abs((ratios["https://our.com/"] ?? 0) / 8_501 - 1) < 1e-12)
        #expect(abs((ratios["https://our.com/x"] ?? 0) / (1 + 0.85 * 8_502) - 1) < 1e-12)
        // The next one reads what was stored; the plain rank is another.
        let shown = try ProgramRun(["show", "2026-11-01"], store: store)
        #expect(shown.output.contains("boundary provider, boundary_nodes 2"))
        #expect(try ProgramRun(["rank", "--level", "page"], store: store).output.contains("https://strong.org/a,"))
        #expect(try ProgramRun(["verify"], store: store).lines.last?.hasSuffix(",ok") == true)
        #expect(try ProgramRun(["inlink-rank", "https://strong.org/a"], store: store).lines[1].hasSuffix(",0,0"))
    }

    @Test func withoutABoundaryItSaysSo() throws {
        try importing()
        let run = try ProgramRun(["rank", "--boundary", "provider"], store: store)
        #expect(run.standardError.contains("no boundary: 2026-11-01 covers everything"))
        #expect(run.output == (try ProgramRun(["rank"], store: store).output))
        #expect(try ProgramRun(["rank", "--boundary", "mine"], store: store).status == 64)
    }
}
