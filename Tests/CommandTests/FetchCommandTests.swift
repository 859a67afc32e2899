import Foundation
import TestSupport
import Testing

/// `strata fetch` against a server whose every byte the test decides.
struct FetchCommandTests {
    static let key = "STRATA_SEO_POWERSUITE_KEY"

    /// One row of get-raw-backlinks.
    static func row(_ number: Int, target: String = "a.example") -> String {
        """
        {"url_from":"https://s\(number % 5).example.org/\(number)","url_to":"https://\(target)/","title":"T","anchor":"x",\
        "alt":null,"nofollow":false,"image":false,"image_source":null,"inlink_rank":3,"domain_inlink_rank":4,\
        "first_seen":"2026-01-02","last_visited":"2026-10-30"}
        """
    }

    /// The pages of a target with `count` rows; the cursor is the next row's number.
    static func page(_ request: FaultyRequest, count: Int, target: String? = nil) -> FaultyReply {
        let start = request.value("next").flatMap { Int($0) } ?? 0
        let end = min(count, start + (request.value("limit").flatMap { Int($0) } ?? 10_000))
        let rows = (start..<max(start, end)).map { row($0, target: target ?? request.value("target") ?? "") }
        let next = end < count ? ",\"next\":\"\(end)\"" : ""
        return .json("{\"backlinks\":[\(rows.joined(separator: ","))]\(next)}")
    }

    static func fetch(
        _ server: FaultyServer, _ folder: TemporaryDirectory, _ arguments: [String], targets: [String] = ["a.example"],
        environment: [String: String] = [key: "k-1"]
    ) throws -> ProgramRun {
        try ProgramRun(
            ["fetch", "seo-powersuite"] + targets + ["--date", "2026-12-01", "--base-url", server.baseURL] + arguments,
            store: folder.path("store"), environment: environment)
    }

    @Test func linksBecomeASnapshotWithItsOutcomes() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { Self.page($0, count: $0.value("target") == "a.example" ? 25 : 0) }
        let run = try Self.fetch(
            server, folder, ["--page-size", "10", "--connections", "1"], targets: ["a.example", "https://b.example/x"])
        #expect(run.status == 0, "\(run.standardError)")
        #expect(
            run.lines == [
                "target,mode,method,outcome,rows,requests,cost,coverage,note",
                "a.example,domain,raw,complete,25,3,,complete,\"\"",
                "https://b.example/x,url,raw,empty,0,1,,complete,\"\"",
            ])
        #expect(server.requests.map { $0.value("mode") } == ["domain", "domain", "domain", "url"])
        #expect(server.requests.allSatisfy { $0.value("apikey") == "k-1" && $0.path.hasSuffix("/get-raw-backlinks") })
        let show = try ProgramRun(["show", "2026-12-01"], store: folder.path("store"))
        for words in ["source,seo-powersuite", "endpoint,get-raw-backlinks", "\"a.example (domain, complete)\""] {
            #expect(show.output.contains(words), "\(show.output)")
        }
        #expect(try ProgramRun(["verify"], store: folder.path("store")).status == 0)
        let again = try Self.fetch(server, folder, [])
        #expect(again.status == 73)
        // Nor are its figures bought.
        #expect(try Self.fetch(server, folder, ["--figures", "metrics"]).status == 73)
        #expect(server.requests.count == 4)
    }

    @Test func limitsAndPricesAreHeld() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { Self.page($0, count: 25) }
        let run = try Self.fetch(
            server, folder,
            ["--page-size", "10", "--prices", "data/prices.example.json", "--max-cost", "17", "--connections", "1"],
            targets: ["a.example", "b.example"])
        #expect(run.status == 0, "\(run.standardError)")
        #expect(
            Array(run.lines.dropFirst()) == [
                "a.example,domain,raw,cut,17,2,17.0,partial,the budget is used up",
                "b.example,domain,raw,not fetched,0,0,,none,the budget is used up",
            ])
        #expect(server.requests.map { $0.value("limit") } == ["10", "7"])
    }

    @Test func aDryRunSendsNothing() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { Self.page($0, count: 25) }
        let run = try Self.fetch(
            server, folder, ["--dry-run", "--prices", "data/prices.example.json", "--max-rows", "100"], environment: [:]
        )
        #expect(run.status == 0, "\(run.standardError)")
        #expect(run.lines.count == 3)
        #expect(run.lines.last == "total,\"\",\"\",,100,,\"at most, by --max-rows\"")
        #expect(server.requests.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path("store")))
    }

    /// Killed while the third page is under way: the two before it are not bought again.
    @Test func aKilledFetchGoesOn() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { request in
            request.index == 2 ? FaultyReply([.stall]) : Self.page(request, count: 25)
        }
        let run = try ProgramRun(
            shell: """
                fetch() { exec "$strata" fetch seo-powersuite a.example --date 2026-12-01 --base-url "$url" --page-size 10; }
                (fetch) & pid=$!
                for i in $(seq 200); do
                    [ "$(cat "$STRATA_STORE"/staging/fetch-*/journal 2> /dev/null | wc -l)" = 3 ] && break
                    sleep 0.05
                done
                kill -KILL $pid; wait $pid; echo $?
                "$strata" import csv data/sample/links-2026-10-01.csv.gz --date 2026-10-01 > /dev/null 2>&1; echo $?
                (fetch); echo $?
                ls "$STRATA_STORE"/staging
                """, store: folder.path("store"), environment: ["url": server.baseURL, Self.key: "k-1"])
        #expect(run.standardError.contains("strata: resumed: 2 pages, 20 rows, not bought again\n"))
        #expect(
            run.lines == [
                "137", "0", "target,mode,method,outcome,rows,requests,cost,coverage,note",
                "a.example,domain,raw,complete,25,1,,complete,20 rows from an earlier run", "0",
            ], "\(run.standardError)")
        #expect(server.requests.map { $0.value("next") ?? "-" } == ["-", "10", "20", "20"])
    }

    /// The status that a failing provider leads to, and what the message names.
    @Test(arguments: [
        (400, 65), (401, 77), (402, 77), (403, 77), (404, 69), (244, 69), (429, 75), (500, 75), (503, 75),
    ])
    func aRefusalHasItsStatus(_ status: Int, _ exit: Int) throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { _ in
            .json(
                "{\"error\":{\"code\":\(status),\"message\":\"Scripted\"}}", status: status,
                headers: [("Retry-After", "0")])
        }
        let run = try Self.fetch(server, folder, [])
        #expect(run.status == exit, "\(run.standardError)")
        for word in ["seo-powersuite", "get-raw-backlinks", "a.example"] { #expect(run.standardError.contains(word)) }
        #expect(run.lines.count == 2)
        #expect(try ProgramRun(["snapshots"], store: folder.path("store")).lines.count == 1)
    }

    @Test func oneTargetsFailureIsShownAndTheOthersStay() throws {
        let folder = try TemporaryDirectory()
        let server = try FaultyServer { request in
            request.value("target") == "b.example" ? .status(400) : Self.page(request, count: 5)
        }
        let run = try Self.fetch(
            server, folder, ["--format", "json"], targets: ["a.example", "b.example", "c.example"])
        #expect(run.status == 65)
        #expect(
            run.output.contains(
                "\"target\":\"b.example\",\"mode\":\"domain\",\"method\":\"raw\",\"outcome\":\"failed\""))
        let show = try ProgramRun(["show", "2026-12-01"], store: folder.path("store")).output
        #expect(show.contains("a.example (domain, complete)") && show.contains("c.example (domain, complete)"))
        #expect(!show.contains("b.example (domain"))
    }

    @Test(arguments: [
        "64 seo-powersuite --date 2026-12-01",
        "64 nobody a.example --date 2026-12-01",
        "64 seo-powersuite a.example",
        "64 seo-powersuite a.example --date 2026-12-01 --limit 5",
        "64 seo-powersuite a.example --date 2026-12-01 --method top --limit 10001",
        "64 seo-powersuite a.example --date 2026-12-01 --page-size 0 --dry-run",
        "64 seo-powersuite a.example --date 2026-12-01 --max-cost 3",
        "64 seo-powersuite a.example --date 2026-12-01 --figures history",
        "64 seo-powersuite a.example:80 --date 2026-12-01 --dry-run",
        "64 dataforseo a.example --date 2026-12-01 --method raw",
        "64 dataforseo a.example --date 2026-12-01 --mode host",
        "64 aisa a.example --date 2026-12-01 --figures moods",
        "65 seo-powersuite a.example --date 2026-12-01 --prices README.md --dry-run",
        "66 seo-powersuite @no-such-file --date 2026-12-01",
        "77 seo-powersuite a.example --date 2026-12-01",
        "77 dataforseo a.example --date 2026-12-01",
    ])
    func wrongAskingHasItsStatus(_ wrong: String) throws {
        let words = wrong.split(separator: " ").map(String.init)
        let folder = try TemporaryDirectory()
        let run = try ProgramRun(["fetch"] + words.dropFirst(), store: folder.path("store"))
        #expect(run.status == Int32(words[0]), "\(run.standardError)")
        #expect(run.standardError.hasPrefix("strata: "))
        #expect(run.output == "")
        #expect(!FileManager.default.fileExists(atPath: folder.path("store")))
    }
}
