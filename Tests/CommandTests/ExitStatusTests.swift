import Foundation
import TestSupport
import Testing

/// Scripts rely on these numbers.
struct ExitStatusTests {
    /// The status, then the arguments.
    private static let wrong: [String] = [
        "64 nonsense",
        "64 rank --damping 1",
        "64 rank --top 0",
        "64 rank --top 1 --all",
        "64 rank --memory 12",
        "64 rank --memory lots",
        "64 rank --threads 0",
        "64 metrics", "64 import", "64 new-lost",
        "64 metrics http://",
        "64 metrics ftp://a.example/",
        "64 backlinks a.example --limit 0",
        "64 refdomains",
        "64 refdomains a.example --every host",
        "64 diff 2026-07-01",
        "64 diff 2026-07-01 yesterday",
        "64 diff 2026-07-01 2026-08-01 --every host --rows",
        "64 diff 2026-07-01 2026-08-01 --kind new",
        "64 new-lost backlinks a.example --from 2026-13-01",
        "64 new-lost backlinks a.example --from 2026-08-02 --to 2026-08-01",
        "64 import csv data/sample/links-2026-11-01.csv.gz --date today",
        "64 import csv x.csv --date 2026-12-01 --label a/b",
        "64 import csv x.csv --date 2026-12-01 --max-bad 101%",
        "64 import csv x.csv --date 2026-12-01 --map url_from",
        "64 import csv x.csv --date 2026-12-01 --map url_from=a --map url_from=b",
        "64 import csv README.md --date 2026-12-01 --map url_from=a --map url_to=A",
        "64 import edges x.txt --date 2026-12-01 --nodes host",
        "64 import edges x.txt --date 2026-12-01 --vertices y.txt",
        "65 import csv README.md --date 2026-12-01",
        "66 show 2026-12-01",
        "66 rank --snapshot 2026-12-01",
        "66 remove 2026-12-01",
        "66 metrics @no-such-file",
        "66 snapshots --store /no/such/store",
        "66 import csv no-such-file.csv --date 2026-12-01",
        "73 import csv data/sample/links-2026-11-01.csv.gz --date 2026-11-01",
        "73 snapshots --output /no/such/folder/x.csv",
        "73 snapshots --output /proc/x.csv",
        "74 snapshots --output /dev/full",
    ]

    @Test(arguments: wrong)
    func wrongAskingHasItsStatus(_ wrong: String) throws {
        let words = wrong.split(separator: " ").map(String.init)
        let arguments = Array(words.dropFirst())
        let status = try #require(Int32(words[0]))
        let run = try ProgramRun(arguments, store: SampleStore.path())
        #expect(run.status == status, "\(run.standardError)")
        #expect(run.standardError.hasPrefix("strata: "))
        #expect(run.output == "")
    }

    @Test(arguments: [["rnak", "--store", "x"], ["--store", "x", "rnak"], ["rnak"]])
    func anUnknownCommandIsNamed(_ words: [String]) throws {
        let run = try ProgramRun(words)
        #expect(run.status == 64 && run.standardError.contains("there is no command rnak"), "\(run.standardError)")
        #expect(run.standardError.contains("new-lost"))
    }

    /// Swift would repair them, and lead to another place without a word.
    @Test(arguments: ["--store \"$name\" snapshots", "import csv \"$name\" --date 2026-01-01", "snapshots"])
    func namesThatAreNoTextsAreRefused(_ words: String) throws {
        let folder = try TemporaryDirectory()
        let run = try ProgramRun(
            shell: "name=$'caf\\xe9'; if [ '\(words)' = snapshots ]; then export STRATA_STORE=$name; fi; "
                + "\"$strata\" \(words)", folder: folder.path)
        #expect(run.status == 64, "\(run.standardError)")
        #expect(run.standardError.contains("expected UTF-8, found other bytes"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    /// Files that a command opens mustn't get the numbers of what it was started without.
    @Test func closedDescriptorsAreNobodyElses() throws {
        let folder = try TemporaryDirectory()
        try folder.write("1 2\n2 3\n", to: "edges.txt")
        func run(_ words: String) throws -> ProgramRun {
            try ProgramRun(shell: "\"$strata\" \(words); echo $?", store: folder.path("store"), folder: folder.path)
        }
        let vertices = try run("import edges edges.txt --vertices - --nodes host --date 2026-01-01 <&-")
        #expect(vertices.lines.last == "74")
        #expect(vertices.standardError.contains("standard input"), "\(vertices.standardError)")
        #expect(try run("import csv - --date 2026-01-01 <&-").lines.last == "74")
        #expect(try run("import edges edges.txt --date 2026-01-01 >&- 2>&-").lines.last == "74")
        #expect(try run("verify").lines.last == "0")
        #expect(try run("snapshots --output list.csv 2>&-").lines.last == "0")
        #expect(try folder.read("list.csv").starts(with: Array("id,".utf8)))
    }

    @Test func answersDoNotReplaceWhatIsRead() throws {
        let folder = try TemporaryDirectory()
        let store = try SampleStore.copy(in: folder)
        let csv = try folder.write("url_from,url_to\nhttps://a.example/,https://b.example/\n", to: "links.csv")
        let manifest = "\(store)/snapshots/2026-11-01/manifest.json"
        // Links that lead nowhere yet.
        for (link, target) in [("log", "store-link/new.log"), ("store-link", "\(store)/snapshots/2026-11-01")] {
            try FileManager.default.createSymbolicLink(atPath: folder.path(link), withDestinationPath: target)
        }
        for words in [
            ["snapshots", "--output", manifest], ["snapshots", "--output", "\(store)/new.csv"],
            ["import", "csv", csv, "--date", "2027-01-01", "--output", csv],
            ["serve", "--port", "0", "--access-log", manifest], ["backup", ""],
            ["serve", "--port", "0", "--access-log", folder.path("log")],
            ["snapshots", "--output", folder.path("log")],
            // Folders that aren't there yet.
            ["backup", folder.path("new"), "--output", folder.path("new/store.json")],
            [
                "import", "csv", csv, "--date", "2027-01-01", "--store", folder.path("b"), "--output",
                folder.path("b/store.json"),
            ],
        ] {
            let run = try ProgramRun(words, store: store)
            #expect(run.status == 64, "\(words): \(run.standardError)")
        }
        #expect(try ProgramRun(["verify", "2026-11-01"], store: store).status == 0)
        #expect(try folder.read("links.csv").starts(with: Array("url_from".utf8)))
        let open = try ProgramRun(["serve", "--port", "0"], store: store, environment: ["STRATA_SERVE_KEY": ""])
        #expect(open.status == 64 && open.standardError.contains("STRATA_SERVE_KEY is set and empty"))
    }

    @Test func aClosedPipeIsSuccess() throws {
        let run = try ProgramRun(
            shell: "\"$strata\" diff 2026-07-01 2026-11-01 --rows | head -n 1; echo ${PIPESTATUS[0]}",
            store: SampleStore.path())
        #expect(run.lines.count == 2)
        #expect(run.lines.last == "0")
        #expect(run.standardError == "")
    }

    /// A process that a test starts inherits a mask that blocks every signal, and a shell's background process ignores
    /// SIGINT; this runs another without either.
    static let unblocked = """
        import os, signal, sys
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execv(sys.argv[1], sys.argv[1:])
        """

    /// Killed while it waits for its input, a command takes its unfinished file with it.
    @Test func anInterruptionLeavesNoHalfFile() throws {
        let folder = try TemporaryDirectory()
        let run = try ProgramRun(
            shell: """
                mkfifo fifo
                python3 -c "$unblocked" "$strata" import csv - --date 2026-12-01 --output a.csv < fifo &
                pid=$!
                exec 3> fifo
                for i in $(seq 200); do ls a.csv.*.partial 2> /dev/null && break; sleep 0.05; done
                python3 -c "import os, time; time.sleep(15); os.kill($pid, 9)" & guard=$!
                kill -TERM $pid; wait $pid; echo $?; kill -KILL $guard
                ls
                """, store: folder.path("store"),
            environment: ["unblocked": Self.unblocked], folder: folder.path)
        #expect(run.lines.first?.hasPrefix("a.csv.") == true)
        #expect(Array(run.lines.dropFirst()) == ["143", "fifo", "store"])
    }

    @Test func aFullDiskIsNotSuccess() throws {
        let run = try ProgramRun(shell: "\"$strata\" snapshots > /dev/full", store: SampleStore.path())
        #expect(run.status == 74)
        #expect(run.standardError.contains("No space left"))
    }

    @Test func damageIsFoundAndNamed() throws {
        let folder = try TemporaryDirectory()
        let store = try SampleStore.copy(in: folder)
        let column = "\(store)/snapshots/2026-08-01/links.anchor"
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: column)))
        bytes[bytes.count / 2] ^= 0x10
        try Data(bytes).write(to: URL(fileURLWithPath: column))
        let run = try ProgramRun(["verify"], store: store)
        #expect(run.status == 74)
        #expect(run.lines.count == 6)
        #expect(run.lines.filter { $0.hasSuffix(",ok") }.count == 4)
        #expect(run.standardError.contains("2026-08-01"))
        let sound = try ProgramRun(["verify", "2026-09-01"], store: store)
        #expect(sound.status == 0)
    }

    @Test func aDamagedSnapshotIsListedAndCanBeRemoved() throws {
        let folder = try TemporaryDirectory()
        let store = try SampleStore.copy(in: folder)
        for (date, file) in [("2026-08-01", "links.anchor"), ("2026-09-01", "manifest.json")] {
            try Data("damaged".utf8).write(to: URL(fileURLWithPath: "\(store)/snapshots/\(date)/\(file)"))
        }
        let list = try ProgramRun(["snapshots"], store: store)
        #expect(list.status == 74)
        #expect(list.lines.dropFirst().map { String($0.prefix(10)) } == SampleStore.dates)
        #expect(list.standardError.contains("links.anchor") && list.standardError.contains("manifest.json"))
        for date in ["2026-08-01", "2026-09-01"] {
            #expect(try ProgramRun(["remove", date], store: store).status == 0)
        }
        let rest = try ProgramRun(["snapshots"], store: store)
        #expect(rest.status == 0 && rest.lines.count == 4)
    }

    @Test func aFailedImportLeavesNothing() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(
            "url_from,url_to\nhttps://a.example/,https://b.example/\nnot a url,x\n", to: "bad.csv")
        let run = try ProgramRun(["import", "csv", file, "--date", "2026-12-01"], store: folder.path("store"))
        #expect(run.status == 65)
        #expect(run.output == "")
        #expect(run.standardError.contains("--max-bad"))
        let list = try ProgramRun(["snapshots"], store: folder.path("store"))
        #expect(list.lines.count == 1)
        let bears = try ProgramRun(
            ["import", "csv", file, "--date", "2026-12-01", "--max-bad", "1"], store: folder.path("store"))
        #expect(bears.status == 0, "\(bears.standardError)")
        #expect(bears.standardError.contains("1 row rejected"))
    }

    @Test func aMissingInputMakesNoStore() throws {
        let folder = try TemporaryDirectory()
        let run = try ProgramRun(
            ["import", "csv", "missing.csv", "--date", "2026-12-01"], store: folder.path("store"), folder: folder.path)
        #expect(run.status == 66)
        #expect(!FileManager.default.fileExists(atPath: folder.path("store")))
    }

    /// Root may read everything.
    @Test(.enabled(if: getuid() != 0, "needs a user other than root")) func anUnreadableInputIsNotPermitted() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("url_from,url_to\n", to: "locked.csv")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: file)
        let run = try ProgramRun(["import", "csv", file, "--date", "2026-12-01"], store: folder.path("store"))
        #expect(run.status == 77)
    }

    @Test func whatCannotBeAskedOfNumbersSaysSo() throws {
        let folder = try TemporaryDirectory()
        let edges = try folder.write("1\t2\n2\t3\n", to: "edges.txt")
        let store = folder.path("store")
        #expect(try ProgramRun(["import", "edges", edges, "--date", "2026-12-01"], store: store).status == 0)
        let rank = try ProgramRun(["rank"], store: store)
        #expect(rank.status == 0, "\(rank.standardError)")
        #expect(rank.lines.count == 4)
        let domains = try ProgramRun(["refdomains", "--every", "domain"], store: store)
        #expect(domains.status == 65)
        #expect(domains.standardError.hasPrefix("strata: "))
    }
}
