import Foundation
import TestSupport
import Testing

@testable import strata

/// What a process may take, by the files in which control groups say so.
@Suite struct MemoryAllowanceTests {
    private func limits(_ list: String, _ files: [String: String]) throws -> [Int] {
        let folder = try TemporaryDirectory()
        for (name, text) in files {
            let path = URL(fileURLWithPath: folder.path("root/\(name)"))
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: path)
        }
        return MemoryAllowance.groupLimits(
            ofProcess: try folder.write(list, to: "cgroup"), root: folder.path("root"))
    }

    @Test func theNewerVersionCountsAllGroupsAbove() throws {
        let files = ["memory.max": "max\n", "a/memory.max": "1073741824\n", "a/b/memory.max": "536870912\n"]
        #expect(try limits("0::/a/b\n", files) == [536_870_912, 1_073_741_824])
        #expect(try limits("0::/a\n", files) == [1_073_741_824])
        #expect(try limits("0::/\n", files) == [])
        #expect(try limits("0::/elsewhere\n", ["memory.max": "4096\n"]) == [4096])
    }

    @Test func theOlderVersionHasAFolderForMemory() throws {
        let files = [
            "memory/memory.limit_in_bytes": "9223372036854771712\n", "memory/x/memory.limit_in_bytes": "268435456\n",
            "cpu/x/memory.limit_in_bytes": "1\n",
        ]
        #expect(try limits("5:cpu,cpuacct:/x\n4:memory:/x\n0::/\n", files) == [268_435_456])
        #expect(try limits("no such list", files) == [])
    }

    @Test func theUsualMemoryFitsTheAllowance() {
        #expect(MemoryAllowance.standardByteCount(allowance: nil) == 2 << 30)
        #expect(MemoryAllowance.standardByteCount(allowance: 64 << 30) == 2 << 30)
        #expect(MemoryAllowance.standardByteCount(allowance: 600 << 20) == 200 << 20)
        #expect(MemoryAllowance.standardByteCount(allowance: 1 << 20) == 64 << 20)
    }

    /// The limit of a process's address space, which Swift would end the program with a trap for.
    @Test func aSmallAllowanceIsEnoughForASmallStore() throws {
        let run = try ProgramRun(
            shell: "ulimit -v 1500000; \"$strata\" metrics braqua.net", store: SampleStore.path())
        #expect(run.status == 0, "\(run.standardError)")
    }

    /// A rank whose vectors lie together (`Heap.layTogether`), on several threads and on one.
    @Test func howMemoryIsLaidOutMakesNoDifference() throws {
        let runs = try ranks(["", "--threads 1"], limit: "")
        #expect(runs[0] == runs[1])
    }

    /// Where addresses are counted, they lie where the C library puts them.
    @Test func countedAddressesMakeNoDifference() throws {
        let limited = try ranks([""], limit: "ulimit -v 8000000;")
        #expect(try limited == ranks([""], limit: ""))
    }

    /// What `rank` says of 140,000 nodes with each of these options.
    private func ranks(_ options: [String], limit: String) throws -> [String] {
        let folder = try TemporaryDirectory()
        let nodeCount = 140_000
        let edges = (0..<nodeCount).map { "\($0) \(($0 * 7_919 + $0 / 3) % nodeCount)\n" }.joined()
        let file = try folder.write(edges, to: "edges.txt")
        let store = folder.path("store")
        try #require(ProgramRun(["import", "edges", file, "--date", "2026-01-01"], store: store).status == 0)
        return try options.map { option in
            try? FileManager.default.removeItem(atPath: "\(store)/snapshots/2026-01-01/ranks")
            let run = try ProgramRun(
                shell: "\(limit) \"$strata\" rank --top 1000 --format csv --tolerance 1.1e-8 \(option)", store: store)
            #expect(run.status == 0 && run.lines.count == 1_001, "\(run.standardError)")
            return run.output
        }
    }

    /// Where no memory is to be had, Swift aborts, which is made a status of its own; no half of an answer is left then. The program
    /// is sent that signal while it writes, and when it is about to give the file its name (tools/trust/killer.c).
    @Test(.timeLimit(.minutes(2)), arguments: [2, 3])
    func anAbortLeavesNoHalfOfAnAnswer(call: Int) throws {
        let folder = try TemporaryDirectory()
        let library = try Preloaded("killer")
        let run = try ProgramRun(
            shell:
                "ulimit -v 8000000; python3 -c \"$unblocked\" /usr/bin/env LD_PRELOAD=\"$library\" STRATA_KILL_AT=\(call) "
                + "STRATA_KILL_WITH=\(SIGABRT) \"$strata\" metrics braqua.net --output \"$answer\"; echo $?",
            store: SampleStore.path(),
            environment: [
                "unblocked": ExitStatusTests.unblocked, "library": library.path, "answer": folder.path("answer.csv"),
            ])
        #expect(run.lines.last == "71" && run.standardError.contains("the memory ran out"), "\(run.standardError)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
