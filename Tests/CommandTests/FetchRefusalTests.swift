import Foundation
import TestSupport
import Testing

/// What `strata fetch` refuses before it sends anything, and what it says then.
struct FetchRefusalTests {
    private static func fetch(
        _ arguments: [String], _ server: FaultyServer, _ folder: TemporaryDirectory
    ) throws -> ProgramRun {
        try ProgramRun(
            ["fetch"] + arguments + ["--date", "2026-12-01", "--base-url", server.baseURL], store: folder.path("store"))
    }

    @Test(arguments: [
        (["dataforseo", "a.example", "--from", "2025-11-30"], 64, "--figures history"),
        (["dataforseo", "a.example", "--from", "2026-12-02"], 64, "is after --date"),
        (["seo-powersuite", "http://u:secret@a.example/"], 64, "user name or password"),
        (["seo-powersuite", "u:secret@a.example"], 64, "user name or password"),
        (["seo-powersuite", "u:secret@a.example", "--mode", "url"], 64, "user name or password"),
        (["seo-powersuite", "mailto:me@a.example"], 64, "what stands before the @"),
        (["seo-powersuite", "@"], 64, "name a file after @"),
        (["seo-powersuite", "a.example", "--key-file", "missing.key"], 66, "missing.key"),
    ])
    func nothingIsSent(_ arguments: [String], _ status: Int, _ words: String) throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { _ in .status(500) }
        let run = try Self.fetch(arguments, server, folder)
        #expect(run.status == status && run.standardError.contains(words), "\(run.standardError)")
        #expect(!run.standardError.contains("secret"))
        #expect(server.requests.isEmpty)
    }

    @Test func keyFilesThatAreNoSecretAreRefused() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { _ in .status(500) }
        for (text, mode) in [("key", 0o644), ("", 0o600), ("STRATA_AISA_KEY=x", 0o600)] {
            let path = try folder.write(text, to: "key")
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let run = try Self.fetch(["seo-powersuite", "a.example", "--key-file", path], server, folder)
            #expect(run.status == 77, "\(run.standardError)")
        }
        #expect(server.requests.isEmpty)
    }

    @Test func aTargetInAFileIsNamedByItsLine() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { _ in .status(500) }
        let path = try folder.write("# mine\n\na.example\nb.example:80\n", to: "targets")
        let run = try Self.fetch(["seo-powersuite", "@\(path)"], server, folder)
        #expect(run.status == 64 && run.standardError.contains("\(path), line 4: target"), "\(run.standardError)")
    }

    @Test func withoutAKeyItSaysThatNoneWasGiven() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { _ in .status(401) }
        let run = try Self.fetch(["seo-powersuite", "com"], server, folder)
        #expect(run.status == 77 && run.standardError.contains("No key was given"), "\(run.standardError)")
        #expect(run.standardError.contains("com is a public suffix"))
    }

    @Test(arguments: [("INT", 130), ("TERM", 143)])
    func anInterruptedFetchSaysWhatIsKept(_ signal: String, _ status: Int) throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { _ in FaultyReply([.stall]) }
        let run = try ProgramRun(
            shell: """
                python3 -c "$unblocked" "$strata" \
                    fetch seo-powersuite a.example --date 2026-12-01 --base-url "$url" & pid=$!
                for i in $(seq 200); do
                    ls "$STRATA_STORE"/staging/fetch-*/journal > /dev/null 2>&1 && break
                    sleep 0.05
                done
                python3 -c "import os, time; time.sleep(15); os.kill($pid, 9)" & guard=$!
                kill -\(signal) $pid; wait $pid; echo $?; kill -KILL $guard
                """, store: folder.path("store"),
            environment: ["url": server.baseURL, "unblocked": ExitStatusTests.unblocked])
        #expect(run.lines.last == "\(status)", "\(run.standardError)")
        #expect(run.standardError.contains("interrupted; what came is kept"))
    }
}
