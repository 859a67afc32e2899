import Foundation
import TestSupport
import Testing

/// What tools/fault-test does with every call, with a few: what commands say and leave when the system fails them.
@Suite(.timeLimit(.minutes(2))) struct FaultCommandTests {
    private let folder: TemporaryDirectory
    private let library: Preloaded
    private let store: String

    init() throws {
        folder = try TemporaryDirectory(inMemory: true)
        library = try Preloaded("faulty")
        store = folder.path("store")
        for (date, target) in [("2026-01-01", "b"), ("2026-02-01", "c")] {
            let file = try folder.write(
                "url_from,url_to\nhttps://a.example/,https://b.example/\nhttps://a.example/1,https://\(target).example/\n",
                to: "\(date).csv")
            try #require(ProgramRun(["import", "csv", file, "--date", date], store: store).status == 0)
        }
    }

    private func run(_ arguments: [String], _ call: FailingCall) throws -> ProgramRun {
        try ProgramRun(arguments, store: store, environment: call.environment(library, root: store))
    }

    private func ids() throws -> [String] {
        try ProgramRun(["snapshots"], store: store).lines.dropFirst().map { String($0.prefix(10)) }
    }

    private var importing: [String] { ["import", "csv", folder.path("2026-01-01.csv"), "--date", "2026-03-01"] }

    @Test(arguments: [["snapshots"], ["metrics", "b.example"], ["remove", "2026-01-01"]])
    func whatMayNotBeLookedAtIsNotMissing(_ command: [String]) throws {
        let run = try run(command, FailingCall(kinds: "i", code: EACCES))
        #expect(run.status == 77, "\(run.standardError)")
        #expect(run.standardError.contains("store.json: Permission denied. Check the permissions"))
    }

    /// A snapshot that can't be looked at is none that can be passed over: the newest one would be another.
    @Test func theNewestSnapshotIsTheNewest() throws {
        for number in 1...12 {
            let run = try run(["metrics", "c.example"], FailingCall(kinds: "i", number: number, code: EIO))
            if run.status == 0 {
                #expect(run.output.contains("c.example,domain,2026-02-01") || run.output.contains("c.example"))
                #expect(run.lines == (try ProgramRun(["metrics", "c.example"], store: store).lines))
            } else {
                #expect(run.status == 74 && run.standardError.contains("Input/output error. "), "\(run.standardError)")
            }
        }
    }

    @Test(
        arguments: [FailingCall(kinds: "wr", code: -1, stays: true)]
            + (1...9).map {
                FailingCall(kinds: "cowrstfx", number: 1 + 3 * ($0 - 1), code: EINTR)
            })
    func signalsAndHalvesGoUnnoticed(_ call: FailingCall) throws {
        let run = try run(importing, call)
        #expect(run.status == 0, "call \(call.number): \(run.standardError)")
        #expect(try ids().count == 3)
        #expect(try ProgramRun(["verify"], store: store).status == 0)
    }

    /// Fewer threads do the work, and one where there is no other: the same snapshot comes of it.
    @Test(arguments: 1...4) func threadsThatCannotBeHadGoUnnoticed(_ number: Int) throws {
        let asked = ["import", "csv", "data/sample/links-2026-07-01.csv.gz", "--date", "2026-07-01"]
        let log = folder.path("log")
        var environment = FailingCall(kinds: "p", number: number, code: EAGAIN, stays: true).environment(
            library, root: store)
        environment["STRATA_FAULT_LOG"] = log
        let run = try ProgramRun(asked + ["--threads", "4"], store: store, environment: environment)
        #expect(run.status == 0 && !run.standardError.contains("strata:"), "\(run.standardError)")
        #expect(try String(contentsOfFile: log, encoding: .utf8).hasPrefix("p \(store)\n"), "no thread was wanted")
        let alone = folder.path("alone")
        try #require(ProgramRun(asked + ["--threads", "1"], store: alone).status == 0)
        let answers = try [store, alone].map {
            try ProgramRun(["refdomains", "--every", "host", "--format", "csv"], store: $0).output
        }
        #expect(answers[0] == answers[1])
    }

    @Test(arguments: [1, 3, 8, 15, 25])
    func aFullDiskLeavesTheStoreAsItWas(_ number: Int) throws {
        let run = try run(importing, FailingCall(kinds: "cwdn", number: number, code: ENOSPC, stays: true))
        #expect(run.status == 74, "\(run.standardError)")
        #expect(run.standardError.contains("No space left on device. Free some space"))
        #expect(try ids() == ["2026-01-01", "2026-02-01"])
        #expect(try ProgramRun(["verify"], store: store).status == 0)
        // Who has no room can make some: even the text of the lock needs none.
        #expect(try self.run(["remove", "2026-02-01"], FailingCall(kinds: "w", code: ENOSPC, stays: true)).status == 0)
        #expect(try ProgramRun(importing, store: store).status == 0)
    }

    @Test func aRankThatCannotBeKeptIsToldAllTheSame() throws {
        let run = try run(["rank"], FailingCall(kinds: "cd", code: EROFS, stays: true))
        #expect(run.status == 0 && run.lines.count > 1)
        #expect(run.standardError.contains("isn't kept") && run.standardError.contains("Read-only file system"))
        let again = try ProgramRun(["rank"], store: store)
        #expect(again.output == run.output && again.standardError == "")
    }

    /// Whether another snapshot is stored against this one isn't known when that one can't be read just now.
    @Test func aBaseStaysWhileItMayBeNeeded() throws {
        try #require(ProgramRun(["compact", "--delta", "2026-02-01"], store: store).status == 0)
        for number in 1...6 {
            let run = try run(["remove", "2026-01-01"], FailingCall(kinds: "o", number: number, code: EMFILE))
            #expect(run.status == 73 || run.status == 74, "open \(number): \(run.status) \(run.standardError)")
        }
        #expect(try ids() == ["2026-01-01", "2026-02-01"])
        #expect(try ProgramRun(["verify"], store: store).status == 0)
    }

    @Test func aFileThatMayNotGrowIsSaid() throws {
        let run = try ProgramRun(
            shell:
                "(ulimit -f 0; exec \"$strata\" \(importing.joined(separator: " "))) 2>&1 | cat; echo ${PIPESTATUS[0]}",
            store: store)
        #expect(run.lines.last == "74")
        #expect(run.output.contains("File too large. Raise the limit of file sizes (ulimit -f)"), "\(run.output)")
        #expect(try ids().count == 2)
    }
}
