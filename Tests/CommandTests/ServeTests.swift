import Foundation
import TestSupport
import Testing

/// `strata serve` as a program: how it starts, answers and ends.
@Suite struct ServeTests {
    /// Starts the server on a free port, runs a line of shell in which `get PATH [HEADER]` asks it, stops it, and prints
    /// its exit status and what it has logged.
    static func session(
        _ arguments: String, _ line: String, store: String, environment: [String: String] = [:]
    ) throws -> ProgramRun {
        let script = #"""
            set -u
            log=$(mktemp)
            "$strata" serve --port 0 ARGUMENTS 2>"$log" & pid=$!
            for _ in $(seq 400); do grep -q '^listening on' "$log" && break; kill -0 $pid 2>/dev/null || break; sleep 0.05; done
            port=$(sed -n 's,^listening on http://127.0.0.1:,,p' "$log")
            get() {
                exec 3<>"/dev/tcp/127.0.0.1/$port"
                printf 'GET %s HTTP/1.1\r\nHost: localhost\r\n%sConnection: close\r\n\r\n' "$1" "${2:+$2$'\r\n'}" >&3
                cat <&3
                exec 3>&-
                echo
            }
            LINE
            kill -TERM $pid 2>/dev/null
            wait $pid
            echo "status $?"
            cat "$log"
            rm -f "$log"
            """#
            .replacingOccurrences(of: "ARGUMENTS", with: arguments).replacingOccurrences(of: "LINE", with: line)
        return try ProgramRun(shell: script, store: store, environment: environment)
    }

    @Test func theExampleAnswersAndStops() throws {
        let run = try Self.session("", "get /health", store: SampleStore.path())
        #expect(run.output.contains("HTTP/1.1 200 OK\r\n"))
        #expect(run.output.contains(#""status":"ok""#) && run.output.contains(#""snapshot":"2026-11-01""#))
        #expect(run.lines.contains("status 0"))
        #expect(run.lines.contains { $0.contains("GET /health 200") })
        #expect(run.lines.contains("stopping; again to stop at once"))
    }

    @Test func theKeyIsAskedForAndStaysOutOfTheLog() throws {
        let run = try Self.session(
            "",
            "get '/backlinks/v1.0/get-metrics?target=braqua.net'; get '/backlinks/v1.0/get-metrics?target=braqua.net&apiKey=k3y-Mark'",
            store: SampleStore.path(), environment: ["STRATA_SERVE_KEY": "k3y-Mark"])
        #expect(run.output.contains("401 Unauthorized") && run.output.contains("HTTP/1.1 200 OK"))
        #expect(!run.output.contains("k3y-Mark") && !run.standardError.contains("k3y-Mark"))
        #expect(run.output.contains("apiKey=***"))
    }

    @Test func aKeyFileIsOnesOwn() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("k3y-Mark\n", to: "key")
        let store = try SampleStore.path()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let open = try ProgramRun(["serve", "--port", "0", "--key-file", path], store: store)
        #expect(open.status == 77 && open.standardError.contains("chmod 600"))
        for (name, status) in [("missing", 66), ("", 65)] {
            let run = try ProgramRun(["serve", "--port", "0", "--key-file", folder.path(name)], store: store)
            #expect(run.status == status, "\(run.standardError)")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let run = try Self.session("--key-file '\(path)'", "get /backlinks/v1.0/get-metrics", store: store)
        #expect(run.output.contains("401 Unauthorized"))
    }

    /// The rules are those of providers' key files: spaces around the key, empty lines and comments don't count.
    @Test func keyFilesAreReadAsProvidersAre() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("# mine\n\n k3y-Mark \n", to: "key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let run = try Self.session(
            "--key-file '\(path)'",
            "get '/backlinks/v1.0/get-metrics?target=braqua.net' 'Authorization: Bearer k3y-Mark'",
            store: SampleStore.path())
        #expect(run.output.contains("HTTP/1.1 200 OK"))
    }

    @Test func anOpenServerWithoutAKeyIsWarnedOf() throws {
        let store = try SampleStore.path()
        let open = try Self.session("--host 0.0.0.0", "true", store: store)
        #expect(open.output.contains("no key is asked for: whoever reaches 0.0.0.0"))
        let locked = try Self.session("--host 0.0.0.0", "true", store: store, environment: ["STRATA_SERVE_KEY": "k3y"])
        let loopback = try Self.session("--host 127.0.0.1", "true", store: store)
        for run in [locked, loopback] {
            #expect(!run.output.contains("no key is asked for") && run.output.contains("listening on"))
        }
    }

    /// A server that is killed can't tidy up: the next one does, and leaves those alone that run.
    @Test func exportsOfAKilledServerGoWithTheNext() throws {
        let folder = try TemporaryDirectory()
        let environment = ["TMPDIR": folder.path]
        let store = try SampleStore.path()
        func left() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("strata-") }
        }
        let order = """
            get '/backlinks/v1.0/download-all-backlinks?target=braqua.net' >/dev/null
            for _ in $(seq 400); do ls -d "$TMPDIR"/strata-exports-* >/dev/null 2>&1 && break; sleep 0.05; done
            """
        let killed = try Self.session("", "\(order); kill -KILL $pid", store: store, environment: environment)
        #expect(killed.lines.contains("status 137"))
        #expect(try left().count == 1)
        // One that runs while another one starts keeps its own, and takes it away at its end.
        let other = """
            "$strata" serve --port 0 2>"$TMPDIR/other" & other=$!
            for _ in $(seq 400); do grep -q '^listening on' "$TMPDIR/other" && break; sleep 0.05; done
            ls "$TMPDIR"; kill -TERM $other; wait $other
            """
        let both = try Self.session("", "\(order)\n\(other)", store: store, environment: environment)
        #expect(both.lines.contains("status 0") && both.lines.count { $0.hasPrefix("strata-exports-") } == 1)
        #expect(try left() == [])
    }

    @Test func anOlderSnapshotIsToday() throws {
        let run = try Self.session("--quiet --snapshot 2026-09-01", "get /health", store: SampleStore.path())
        #expect(run.output.contains(#""snapshot":"2026-09-01","snapshots":3"#))
        #expect(!run.lines.contains { $0.contains("GET /health") })
    }

    @Test func whatCannotBeServed() throws {
        let store = try SampleStore.path()
        #expect(try ProgramRun(["serve", "--port", "0", "--host", "example.com"], store: store).status == 64)
        #expect(try ProgramRun(["serve", "--port", "0", "--host", "192.0.2.1"], store: store).status == 69)
        #expect(try ProgramRun(["serve", "--port", "0", "--snapshot", "2001-01-01"], store: store).status == 66)
        #expect(try ProgramRun(["serve", "--port", "0", "--rate-limit", "0"], store: store).status == 64)
    }
}
