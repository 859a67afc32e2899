import TestSupport
import Testing

/// A day on which nobody looked isn't one on which nothing happened.
struct UnknownDaysTests {
    private func notes(_ words: String, store: String? = nil) throws -> String {
        let run = try ProgramRun(
            ["new-lost"] + words.split(separator: " ").map(String.init), store: store ?? SampleStore.path())
        #expect(run.status == 0)
        return run.standardError
    }

    @Test(arguments: ["backlinks", "refdomains", "backlinks --count", "refdomains --count"])
    func whatLiesOutsideOfTheSnapshotsIsNoted(_ question: String) throws {
        let known = "\(question) braqua.net --from 2026-07-02 --to 2026-11-01"
        #expect(try notes(known) == "")
        let early = try notes("\(question) braqua.net --from 2026-06-01 --to 2026-06-03")
        #expect(early.contains("changes up to 2026-06-03 are unknown, not zero"), "\(early)")
        let both = try notes("\(question) braqua.net --from 2026-06-01 --to 2026-12-01")
        #expect(both.contains("changes up to 2026-07-01 are unknown"), "\(both)")
        #expect(both.contains("changes from 2026-11-02 on are unknown"), "\(both)")
    }

    @Test func oneSnapshotTellsOfNoChange() throws {
        let folder = try TemporaryDirectory()
        let store = folder.path("store")
        for (date, target) in [("2026-10-01", "a.example"), ("2026-11-01", "b.example")] {
            let csv = try folder.write("url_from,url_to\nhttps://s.example/,https://\(target)/\n", to: "\(target).csv")
            let words = ["import", "csv", csv, "--date", date, "--covers", target]
            #expect(try ProgramRun(words, store: store).status == 0)
        }
        let late = try notes("backlinks a.example", store: store)
        #expect(
            late.contains("changes from 2026-10-31 on are unknown") && late.contains("a.example is 2026-10-01"),
            "\(late)")
        let only = try notes("backlinks a.example --from 2026-09-01", store: store)
        #expect(only.contains("only 2026-10-01 tells of a.example"), "\(only)")
        #expect(try notes("backlinks c.example --count", store: store).contains("no snapshot covers c.example"))
    }
}
