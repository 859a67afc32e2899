import Foundation
import TestSupport
import Testing

/// `strata backup`, `strata restore`, `strata verify --deep`.
struct BackupCommandTests {
    private let folder: TemporaryDirectory
    private let store: String

    init() throws {
        folder = try TemporaryDirectory()
        store = try SampleStore.copy(in: folder)
    }

    private func results(_ arguments: [String], store: String, status: Int32 = 0) throws -> [String] {
        let run = try ProgramRun(arguments + ["--format", "csv"], store: store, folder: folder.path)
        #expect(run.status == status, "\(run.standardError)")
        return run.lines.dropFirst().map { line in
            let cells = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            return "\(cells[0]) \(cells[2])"
        }
    }

    @Test func aBackupIsAStoreAndComesBack() throws {
        #expect(try ProgramRun(["rank", "--level", "host"], store: store).status == 0)
        #expect(try ProgramRun(["compact", "--delta"] + SampleStore.dates, store: store).status == 0)
        let copied = SampleStore.dates.map { "\($0) copied" }
        #expect(try results(["backup", "kept"], store: store) == copied)
        #expect(try results(["backup", "kept"], store: store) == SampleStore.dates.map { "\($0) unchanged" })
        let question = ["backlinks", "braqua.net", "--all", "--format", "csv"]
        let answer = try ProgramRun(question, store: store)
        #expect(try ProgramRun(question, store: folder.path("kept")).output == answer.output)
        // The oldest month, on which all others stand, loses a byte.
        let column = "\(store)/snapshots/2026-07-01/links.adjacency"
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: column)))
        bytes[100] ^= 4
        try Data(bytes).write(to: URL(fileURLWithPath: column))
        #expect(try ProgramRun(["verify"], store: store).status == 74)
        #expect(try results(["backup", "other"], store: store, status: 74).count == 5)
        let restored = try results(["restore", "kept"], store: store)
        #expect(restored.first == "2026-07-01 repaired" && restored.count == 5)
        #expect(try ProgramRun(["verify", "--deep"], store: store).status == 0)
        #expect(try ProgramRun(question, store: store).output == answer.output)
        // A month alone brings along what it is stored against.
        #expect(
            try results(["restore", "kept", "2026-08-01"], store: folder.path("new"))
                == ["2026-07-01 copied", "2026-08-01 copied"])
    }

    @Test func whatCannotBe() throws {
        for folder in [store, store + "/inside", folder.path] {
            let run = try ProgramRun(["backup", folder], store: store)
            #expect(run.status == 64 && run.standardError.contains("lie in one another"))
        }
        let empty = try ProgramRun(["restore", folder.path("nowhere")], store: store)
        #expect(empty.status == 66)
        let unknown = try ProgramRun(["backup", "kept", "2020-01-01"], store: store, folder: folder.path)
        #expect(unknown.status == 66 && !FileManager.default.fileExists(atPath: folder.path("kept")))
        try FileManager.default.createDirectory(atPath: folder.path("full/of"), withIntermediateDirectories: true)
        #expect(try ProgramRun(["backup", folder.path("full")], store: store).status == 73)
        // Of one id, other contents.
        #expect(try results(["backup", "kept", "2026-07-01"], store: store) == ["2026-07-01 copied"])
        #expect(try ProgramRun(["remove", "2026-07-01"], store: folder.path("kept")).status == 0)
        let imported = try ProgramRun(
            ["import", "csv", "data/sample/links-2026-08-01.csv.gz", "--date", "2026-07-01"], store: folder.path("kept")
        )
        #expect(imported.status == 0)
        let refused = try ProgramRun(["backup", folder.path("kept")], store: store)
        #expect(refused.status == 73 && refused.standardError.contains("says other things"))
        #expect(refused.standardError.contains("strata remove --store"))
    }

    @Test func deepChecksSayWhatIsWrong() throws {
        let run = try ProgramRun(["verify", "--deep", "--format", "csv"], store: store)
        #expect(run.status == 0 && run.lines.count == 6 && run.lines.dropFirst().allSatisfy { $0.hasSuffix(",ok") })
    }
}
