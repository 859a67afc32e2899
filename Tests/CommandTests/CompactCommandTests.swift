import Foundation
import LinkModel
import SnapshotStore
import TestSupport
import Testing

/// `strata compact`: the same answers from fewer bytes.
struct CompactCommandTests {
    private static let newest = "2026-11-01"

    /// Every command that answers from a store.
    private static let questions: [[String]] = [
        ["rank", "--all"], ["rank", "--level", "page", "--all"], ["rank", "--level", "host", "--nofollow", "follow"],
        ["metrics", "@targets"], ["inlink-rank", "https://braqua.net/"], ["backlinks", "braqua.net", "--all"],
        ["backlinks", "braqua.net", "--all", "--include-internal", "--snapshot", "2026-08-01"],
        ["refdomains", "braqua.net", "--all"], ["refdomains", "--every", "domain"], ["refdomains", "--every", "host"],
        ["diff", "2026-07-01", newest], ["diff", "2026-10-01", newest, "--every", "domain"],
        ["diff", "2026-08-01", "2026-09-01", "--rows"], ["history", "braqua.net", "--from", "2026-01-01"],
        ["new-lost", "backlinks", "braqua.net", "--from", "2026-07-01", "--to", newest],
        ["new-lost", "refdomains", "braqua.net", "--from", "2026-07-01", "--to", newest],
    ]

    private func answers(_ store: String) throws -> [String] {
        try Self.questions.map { question in
            let words = question.map { $0 == "@targets" ? "braqua.net" : $0 }
            let run = try ProgramRun(words + ["--format", "csv"], store: store)
            #expect(run.status == 0, "\(words): \(run.standardError)")
            return run.output
        }
    }

    private func compact(_ arguments: [String], _ store: String) throws {
        let run = try ProgramRun(["compact"] + arguments, store: store)
        #expect(run.status == 0, "\(run.standardError)")
    }

    @Test func everyFormAnswersByteForByte() throws {
        let folder = try TemporaryDirectory()
        let store = try SampleStore.copy(in: folder)
        let expected = try answers(store)
        try compact(SampleStore.dates, store)
        // The oldest one too: it stays whole.
        let deltas = try ProgramRun(["compact", "--delta"] + SampleStore.dates, store: store)
        #expect(deltas.status == 0 && deltas.standardError.contains("no snapshot is older than 2026-07-01"))
        #expect(try answers(store) == expected)
        let verify = try ProgramRun(["verify"], store: store)
        #expect(verify.status == 0 && verify.lines.count == 6)
        let refused = try ProgramRun(["remove", "2026-07-01"], store: store)
        #expect(refused.status == 73)
        #expect(refused.standardError.contains("strata compact --whole 2026-08-01"))
        try compact(["--whole"] + SampleStore.dates, store)
        #expect(try ProgramRun(["diff", "2026-07-01", Self.newest], store: store).status == 0)
        #expect(try ProgramRun(["remove", "2026-07-01"], store: store).status == 0)
    }

    @Test func whatCannotBe() throws {
        let store = try SampleStore.path()
        #expect(try ProgramRun(["compact", "--delta", "--whole", Self.newest], store: store).status == 64)
        #expect(try ProgramRun(["compact", "--delta", "2026-07-01"], store: store).status == 64)
        #expect(try ProgramRun(["compact", "--against", Self.newest, "2026-07-01"], store: store).status == 73)
        #expect(try ProgramRun(["compact", "2026-07-02"], store: store).status == 66)
    }
}
