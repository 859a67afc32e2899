import Foundation
import TestSupport
import Testing

/// Keys appear nowhere: not in answers, messages, the store, or the arguments of processes, whatever fails.
struct FetchLeakTests {
    /// With signs that addresses escape: neither form may show.
    private static let marker = "LEAK+marker/7f3a"
    private static let forms = [
        marker, "LEAK%2Bmarker%2F7f3a", "LEAK%2bmarker%2f7f3a", Data("login:\(marker)".utf8).base64EncodedString(),
        Data(marker.utf8).base64EncodedString(),
    ]

    private static let environment = [
        "STRATA_SEO_POWERSUITE_KEY": marker, "STRATA_DATAFORSEO_LOGIN": "login", "STRATA_DATAFORSEO_PASSWORD": marker,
        "STRATA_AISA_KEY": marker,
    ]

    /// What the server does, all with the key in its words where a server could put it.
    enum Fault: String, CaseIterable, Sendable {
        case status400, status401, status402, status403, status404, status244, status429, status503, redirect, html
        case invalidJSON, invalidUTF8, cut, reset, success, wrongType, taskError, figureName

        func reply(_ request: FaultyRequest) -> FaultyReply {
            let echo = request.value("apikey") ?? request.headers["authorization"] ?? FetchLeakTests.marker
            let body =
                "{\"error\":{\"code\":1,\"message\":\"bad key \(echo)\",\"description\":\"\(FetchLeakTests.marker)\"}}"
            let none = [("Retry-After", "0")]
            if rawValue.hasPrefix("status"), let status = Int(rawValue.dropFirst(6)) {
                return .json(body, status: status, headers: none)
            }
            switch self {
            case .redirect:
                return .json(body, status: 302, headers: [("Location", "http://127.0.0.1:9/?apikey=\(echo)")])
            case .html: return .html("<html><body>\(echo)</body></html>")
            case .invalidJSON: return .json("{\"backlinks\":[{\"url_from\":\"\(echo)")
            case .invalidUTF8: return .answer(Array("{\"backlinks\":[\"\(echo)".utf8) + [0xFF, 0xFE])
            case .cut: return .cut(Array(body.utf8), after: 20)
            case .reset: return .cut(Array(body.utf8), after: 20, end: .reset)
            case .wrongType: return .answer(Array(echo.utf8), type: "text/plain; key=\(echo)")
            case .taskError:
                return .json(
                    """
                    {"status_code":20000,"tasks_error":1,"tasks":[{"status_code":40501,"status_message":"Invalid \(echo)",\
                    "result":null}]}
                    """)
            case .figureName:
                return .json(
                    """
                    {"status_code":20000,"tasks":[{"status_code":20000,"result":[{"target":"a.example","items":[{\
                    "target":"a.example","date":"2026-11-01 00:00:00 +00:00","backlinks":1,"\(FetchLeakTests.marker)":5}]}]}]}
                    """)
            default: return FetchCommandTests.page(request, count: 3)
            }
        }
    }

    /// Answers that are successes, with the key in what is told, journaled or kept of them.
    enum Echo: String, CaseIterable, Sendable {
        case taskID, taskStatus, fileHeader, fileColumn, fileRow, page, cursor

        var method: String { [.page, .cursor].contains(self) ? "raw" : "export" }

        /// What the user is told instead.
        var message: String {
            switch self {
            case .taskID: "its task id holds the key"
            case .taskStatus: "task task-1 has the status \""
            case .fileHeader: "no table of links"
            case .fileRow, .page: "•••"
            case .cursor: "the cursor that came with the last page holds the key"
            case .fileColumn: "1 link"
            }
        }

        func reply(_ request: FaultyRequest, _ echo: String) -> FaultyReply {
            switch request.path {
            case "/file.csv":
                let header = self == .fileHeader ? "a,b,\(echo)" : "url_from,url_to,first_seen"
                let column = self == .fileColumn ? ",\(echo)\n" : "\n"
                let row = "https://s.example/,https://a.example/,\(self == .fileRow ? echo : "2026-01-02")"
                return .answer(Array((header + column + row + column).utf8), type: "text/csv")
            case let path where path.contains("download-all-backlinks"):
                return .json(
                    """
                    {"task_id":"task-\(self == .taskID ? echo : "1")",\
                    "task_status":"\(self == .taskStatus ? echo : "complete")",\
                    "download_file":"http://\(request.headers["host"] ?? "")/file.csv"}
                    """)
            default:
                let row = FetchCommandTests.row(1)
                let echoing = row.replacingOccurrences(of: "2026-01-02", with: echo)
                let next = self == .cursor ? ",\"next\":\"\(echo)\"" : ""
                return .json("{\"backlinks\":[\(self == .page ? echoing : row)]\(next)}")
            }
        }
    }

    @Test(arguments: Echo.allCases) func successesTellNoKey(_ echo: Echo) throws {
        // A part of the key is no key in a row, and still none to be shown.
        let part = String(Self.marker.dropLast(2))
        for form in Self.forms + (echo == .taskID || echo == .fileColumn ? [] : [part]) {
            let server = try FaultyServer { echo.reply($0, form) }
            let folder = try TemporaryDirectory()
            let run = try FetchCommandTests.fetch(
                server, folder, ["--method", echo.method, "--deadline", "3"], environment: Self.environment)
            let told = run.output + run.standardError
            #expect(told.contains(echo.message), "\(echo) \(form): \(told)")
            #expect(!told.contains(part), "\(echo) \(form): \(told)")
            #expect((run.status == 0) == (echo == .fileColumn), "\(echo) \(form): \(told)")
            try expectClean(run, folder, "\(echo) \(form)")
        }
    }

    @Test(arguments: Fault.allCases) func keysAppearNowhere(_ fault: Fault) throws {
        let server = try FaultyServer { fault.reply($0) }
        let asks = [
            ["seo-powersuite", "--method", "raw"], ["seo-powersuite", "--method", "export"],
            ["seo-powersuite", "--method", "top"], ["dataforseo"], ["aisa"],
        ]
        for ask in asks {
            let folder = try TemporaryDirectory()
            let arguments =
                ["fetch", ask[0], "a.example", "--date", "2026-12-01", "--base-url", server.baseURL] + ask.dropFirst()
                + ["--attempts", "2", "--deadline", "2"]
            let run = try ProgramRun(arguments, store: folder.path("store"), environment: Self.environment)
            try expectClean(run, folder, "\(fault) \(ask)")
        }
        #expect(!server.requests.isEmpty)
        #expect(
            server.requests.contains {
                "\($0.query) \($0.headers)".contains("LEAK") || $0.headers["authorization"] != nil
            })
    }

    @Test func noServerAndNoFileLeakNeither() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(
            "STRATA_SEO_POWERSUITE_KEY=\(Self.marker)\nSTRATA_AISA_KEY \(Self.marker)\n", to: "key")
        for mode in [0o644, 0o640, 0o600] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            let run = try ProgramRun(
                ["fetch", "seo-powersuite", "a.example", "--date", "2026-12-01", "--key-file", file],
                store: folder.path("store"))
            #expect(run.status == 64 || run.status == 77, "\(run.standardError)")
            #expect(run.standardError.contains("chmod 600") == (mode != 0o600), "\(run.standardError)")
            try expectClean(run, nil, "key file \(mode)")
        }
        let refused = try ProgramRun(
            [
                "fetch", "seo-powersuite", "a.example", "--date", "2026-12-01", "--base-url", "http://127.0.0.1:1",
                "--attempts", "1",
            ], store: folder.path("store"), environment: Self.environment)
        #expect(refused.status == 69 || refused.status == 75, "\(refused.standardError)")
        try expectClean(refused, nil, "refused")
        let userInfo = try ProgramRun(
            [
                "fetch", "seo-powersuite", "a.example", "--date", "2026-12-01", "--base-url",
                "http://127.0.0.1:1/?apikey=\(Self.marker)",
            ], store: folder.path("store"))
        #expect(userInfo.status != 0)
        #expect(!userInfo.standardError.contains(Self.marker), "\(userInfo.standardError)")
    }

    /// While a request is under way, no process shows the key among its arguments.
    @Test func argumentsOfProcessesHoldNoKey() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { _ in FaultyReply([.stall]) }
        let run = try ProgramRun(
            shell: """
                (exec "$strata" fetch seo-powersuite a.example --date 2026-12-01 --base-url "$url" > out 2> err) & pid=$!
                for i in $(seq 200); do ls "$STRATA_STORE"/staging/fetch-*/journal > /dev/null 2>&1 && break; sleep 0.05; done
                cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\\0' ' '
                kill -KILL $pid; wait $pid; cat out err
                """, store: folder.path("store"), environment: Self.environment.merging(["url": server.baseURL]) { $1 },
            folder: folder.path)
        #expect(run.output.contains("fetch seo-powersuite a.example"))
        try expectClean(run, folder, "killed")
    }

    /// Our own server checks the key, refuses another one, and writes neither into its log.
    @Test func theServersLogHoldsNoKey() throws {
        let folder = try TemporaryDirectory()
        let run = try ServeTests.session(
            "",
            """
            export STRATA_STORE=\(folder.path("store"))
            fetch() { "$strata" fetch "$@" braqua.net --date 2026-11-01 --base-url http://127.0.0.1:$port 2>&1; }
            fetch seo-powersuite --figures metrics,inlink-rank
            fetch aisa; fetch dataforseo
            STRATA_SEO_POWERSUITE_KEY=x$STRATA_SEO_POWERSUITE_KEY fetch seo-powersuite --label refused; echo "refused $?"
            """, store: SampleStore.path(),
            environment: Self.environment.merging(["STRATA_SERVE_KEY": Self.marker]) { $1 })
        #expect(run.output.contains("braqua.net,domain,raw,complete,"), "\(run.output)")
        #expect(run.output.contains("apikey=***") && run.output.contains("refused 77"), "\(run.output)")
        try expectClean(run, folder, "served")
    }

    private func expectClean(_ run: ProgramRun, _ folder: TemporaryDirectory?, _ what: String) throws {
        for form in Self.forms {
            #expect(!run.output.contains(form), "\(what): \(run.output)")
            #expect(!run.standardError.contains(form), "\(what): \(run.standardError)")
        }
        guard let folder else { return }
        for (name, bytes) in try TemporaryDirectory.files(below: folder.path) {
            var text = String(decoding: bytes, as: UTF8.self)
            if name.hasSuffix(".gz") {
                // What a kill left may end too early, and what came is packed or not, whatever its name.
                text += try ProgramRun(shell: "gzip -dc \"$file\"; true", environment: ["file": folder.path(name)])
                    .output
            }
            for form in Self.forms { #expect(!text.contains(form), "\(what): \(name)") }
        }
    }
}
