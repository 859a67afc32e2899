import Foundation
import TestSupport
import Testing

/// What a signal leaves of a command that writes a snapshot.
@Suite(.timeLimit(.minutes(2))) struct InterruptionTests {
    /// Sends the signal to itself at its Nth call that changes a file (tools/trust/killer.c).
    private func interrupted(
        _ command: String, _ signal: Int32, at number: Int, again: Bool = false, _ library: Preloaded, _ store: String
    ) throws -> ProgramRun {
        let variables =
            "LD_PRELOAD=\(library.path) STRATA_KILL_AT=\(number) STRATA_KILL_WITH=\(signal)"
            + (again ? " STRATA_KILL_STAYS=1" : "")
        return try ProgramRun(
            shell: "python3 -c \"$unblocked\" /usr/bin/env \(variables) \"$strata\" \(command); echo $?", store: store,
            environment: ["unblocked": ExitStatusTests.unblocked])
    }

    @Test(arguments: [(SIGINT, 8), (SIGTERM, 20), (SIGHUP, 14)])
    func anInterruptedImportLeavesNothing(signal: Int32, number: Int) throws {
        let folder = try TemporaryDirectory()
        let library = try Preloaded("killer")
        let store = try SampleStore.copy(in: folder)
        let command = "import csv data/sample/links-2026-11-01.csv.gz --date 2026-12-01"
        let run = try interrupted(command, signal, at: number, library, store)
        #expect(run.lines.last == "\(128 + signal)", "\(run.output)\(run.standardError)")
        #expect(!run.standardError.contains("can't"), "\(run.standardError)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(store)/staging") == [])
        #expect(try ProgramRun(["snapshots"], store: store).lines.count == 6)
        #expect(try ProgramRun(["verify"], store: store).status == 0)
    }

    @Test func anInterruptedCompactLeavesTheSnapshot() throws {
        let folder = try TemporaryDirectory()
        let library = try Preloaded("killer")
        let store = try SampleStore.copy(in: folder)
        for number in stride(from: 5, to: 60, by: 9) {
            let run = try interrupted("compact 2026-09-01", SIGINT, at: number, library, store)
            #expect(["0", "130"].contains(run.lines.last), "\(run.output)\(run.standardError)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(store)/staging") == [])
            #expect(try ProgramRun(["verify", "2026-09-01"], store: store).status == 0)
        }
    }

    @Test func aSecondSignalEndsAtOnce() throws {
        let folder = try TemporaryDirectory()
        let library = try Preloaded("killer")
        let store = try SampleStore.copy(in: folder)
        let command = "import csv data/sample/links-2026-11-01.csv.gz --date 2026-12-01"
        let run = try interrupted(command, SIGTERM, at: 12, again: true, library, store)
        #expect(run.lines.last == "143", "\(run.output)\(run.standardError)")
        // It didn't stay to delete what it had made. The next writer takes that away.
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(store)/staging").count == 1)
        #expect(try ProgramRun(command.split(separator: " ").map(String.init), store: store).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(store)/staging") == [])
    }
}
