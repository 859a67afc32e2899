import BacklinkClient
import BacklinkContracts
import TestSupport
import Testing

/// What goes over the wire for each command, and what comes back.
@Suite struct SEOPowerSuiteTests {
    private static func request(
        _ answer: WireValue, prefersXML: Bool = false, _ ask: (any BacklinkSource) throws -> Void
    ) throws -> FaultyRequest {
        let fixture = try ClientFixture(prefersXML: prefersXML) { _ in
            prefersXML
                ? .answer(XMLWriter.bytes(answer), type: "application/xml") : .answer(JSONWriter.bytes(answer))
        }
        try ask(fixture.source)
        #expect(fixture.server.requests.count == 1)
        let request = try #require(fixture.server.requests.first)
        #expect(request.value("apikey") == ClientFixture.key)
        return request
    }

    private static func list(_ command: SEOPowerSuiteCommand, _ rows: [WireValue] = []) -> WireValue {
        .object([WireMember(command.listName ?? "", .list(rows))])
    }

    @Test func rawPages() throws {
        let cursor = "uaputGo_eW/Y+ =&apikey=x"
        let fixture = try ClientFixture { request in
            request.value("next") == nil ? Sample.answer(0..<10, next: cursor) : Sample.answer(10..<13)
        }
        let first = try fixture.page()
        #expect(first.rows == Sample.rows(0..<10) && first.next == cursor)
        let second = try fixture.page(cursor: first.next)
        #expect(second.rows == Sample.rows(10..<13) && second.next == nil)
        let requests = fixture.server.requests
        #expect(requests[0].method == "GET" && requests[0].path == "/backlinks/v1.0/get-raw-backlinks")
        #expect(requests[0].query.map(\.name) == ["apikey", "target", "mode", "limit"])
        #expect(requests[0].value("target") == "example.com" && requests[0].value("mode") == "domain")
        #expect(requests[1].value("next") == cursor)
        #expect(requests[0].headers["prefer"] == "strata-columns=all")
    }

    @Test func topBacklinks() throws {
        let collector = Collector()
        let request = try SEOPowerSuiteTests.request(
            .object([WireMember("backlinks", .list([Sample.row(1).wire]))])
        ) {
            try $0.topBacklinks(
                ClientFixture.target, limit: 10, orderBy: "inlink_rank", perDomain: 3, into: collector)
        }
        #expect(collector.rows == [Sample.row(1)])
        #expect(request.path == "/backlinks/v1.0/get-backlinks" && request.method == "GET")
        #expect(request.value("order_by") == "inlink_rank" && request.value("per_domain") == "3")
    }

    @Test func limitsAreCheckedBeforeSending() throws {
        let fixture = try ClientFixture { _ in .status(500) }
        for limit in [0, -1, 100_001] {
            let failure = ClientFixture.failure {
                try fixture.source.rawBacklinks(ClientFixture.target, limit: limit, cursor: nil, into: Collector())
            }
            #expect(failure?.kind == .usage)
        }
        #expect(ClientFixture.failure { try fixture.page(cursor: "") }?.kind == .usage)
        #expect(fixture.server.requests.isEmpty)
    }

    @Test func metricsInBatches() throws {
        let fixture = try ClientFixture { request in
            guard let wire = try? JSONReader.value(request.body) else { return .status(400) }
            // In another order, and without the first: rows are matched by target.
            let targets = (wire["target"]?.listValue ?? []).compactMap(\.textValue).dropFirst().reversed()
            let rows = targets.map { MetricsRow(target: $0, backlinks: 1).wire }
            return .answer(JSONWriter.bytes(SEOPowerSuiteTests.list(.getMetrics, rows)))
        }
        let targets = (0..<250).map { "host-\($0).example" }
        let rows = try fixture.source.metrics(targets, mode: "host")
        let skipped: Set = ["host-0.example", "host-100.example", "host-200.example"]
        #expect(Set(rows.compactMap(\.target)) == Set(targets).subtracting(skipped) && rows.count == 247)
        #expect(fixture.server.requests.map(\.method) == ["POST", "POST", "POST"])
        #expect(fixture.server.requests[0].query.map(\.name) == ["apikey"])
        #expect(fixture.server.requests[0].headers["content-type"] == "application/json")
        #expect(try JSONReader.value(fixture.server.requests[2].body)["mode"] == .text("host"))
    }

    @Test func oneTargetIsAGET() throws {
        let row = MetricsRow(target: "a.example", backlinks: 5, refdomains: 2)
        let request = try SEOPowerSuiteTests.request(SEOPowerSuiteTests.list(.getMetrics, [row.wire])) {
            let rows = try $0.metrics(["a.example"], mode: "url")
            #expect(rows == [row])
        }
        #expect(request.method == "GET" && request.value("target") == "a.example" && request.value("mode") == "url")
        let ranks = try SEOPowerSuiteTests.request(SEOPowerSuiteTests.list(.getInlinkRank)) {
            let rows = try $0.inlinkRanks(["https://a.example/"])
            #expect(rows.isEmpty)
        }
        #expect(ranks.path == "/backlinks/v1.0/get-inlink-rank" && ranks.value("mode") == nil)
    }

    @Test func longTargetsArePosted() throws {
        let target = "https://example.com/" + String(repeating: "ä", count: 1000)
        let request = try SEOPowerSuiteTests.request(SEOPowerSuiteTests.list(.getBacklinks)) {
            try $0.topBacklinks(
                SourceTarget(text: target, mode: "url"), limit: 5, orderBy: "date_found", perDomain: nil,
                into: Collector())
        }
        #expect(request.method == "POST")
        #expect(try JSONReader.value(request.body)["target"] == .text(target))
    }

    @Test func listsOfRows() throws {
        let options = SEOPowerSuiteRequest(
            command: .getMetrics, targets: ["example.com"], mode: "domain", limit: 7, newLostType: "new",
            dateFrom: "2026-01-01", dateTo: "2026-02-01", linkType: "href")
        let day = DayCountRow(date: "2026-01-01", new: 3, lost: 4)
        func check<Row: WireConvertible>(
            _ command: SEOPowerSuiteCommand, _ row: Row, _ ask: (any BacklinkSource) throws -> [Row]
        ) throws {
            for prefersXML in [false, true] {
                let answer = SEOPowerSuiteTests.list(command, [row.wire])
                let request = try SEOPowerSuiteTests.request(answer, prefersXML: prefersXML) {
                    let rows = try ask($0)
                    // Some rows write "" for what isn't set.
                    #expect(rows.map(\.wire) == [row.wire])
                }
                #expect(request.path == "/backlinks/v1.0/\(command.rawValue)")
                #expect(request.value("output") == (prefersXML ? "xml" : nil))
                #expect(request.value("limit") == "7" && request.value("date_from") == "2026-01-01")
            }
        }
        try check(.getRefdomains, RefdomainRow(refdomain: "a.example", backlinks: 2)) { try $0.refdomains(options) }
        try check(.getNewLostBacklinks, NewLostBacklinkRow(newLostDate: "2026-01-03", newLostType: "new")) {
            try $0.newLostBacklinks(options)
        }
        try check(.getNewLostRefdomains, NewLostRefdomainRow(newLostDate: "2026-01-03", refdomain: "b.example")) {
            try $0.newLostRefdomains(options)
        }
        try check(.getNewLostBacklinksCount, day) { try $0.newLostBacklinksCount(options) }
        try check(.getNewLostRefdomainsCount, day) { try $0.newLostRefdomainsCount(options) }
    }

    @Test func exportsFromQueueToFile() throws {
        let file = [UInt8](repeating: 7, count: 300_000)
        let polls = 3
        let fixture = try ClientFixture { request in
            let base = "http://\(request.headers["host"] ?? "")"
            switch request.path {
            case "/backlinks/v1.0/download-all-backlinks":
                return .json(#"{"task_status":"queued_for_processing","task_id":"T/1"}"#)
            case "/export/c/file.csv.gz":
                return request.index == polls + 1
                    ? .cut(file, after: 200_000, type: "application/gzip", end: .reset)
                    : .answer(file, type: "application/gzip", headers: [("Content-Encoding", "gzip")])
            default:
                if request.index < polls { return .json(#"{"task_status":"processing","task_id":"T/1"}"#) }
                return .json(
                    #"{"task_status":"complete","task_id":"T/1","download_file":"\#(base)/export/c/file.csv.gz"}"#)
            }
        }
        let queued = try fixture.source.queueExport(ClientFixture.target)
        #expect(queued.status == .queued && queued.taskID == "T/1")
        var task = queued
        for _ in 0..<polls { task = try fixture.source.exportStatus(taskID: "T/1") }
        #expect(task.status == .complete && fixture.server.requests[1].value("task_id") == "T/1")
        var bytes: [UInt8] = []
        var attempts = 0
        try fixture.source.download(task.downloadFile ?? "") {
            attempts += 1
            bytes = []
        } receive: {
            bytes += $0
        }
        // Byte for byte: what the server calls an encoding is the file itself.
        #expect(bytes == file && attempts == 2)
        let download = try #require(fixture.server.requests.last)
        #expect(download.value("apikey") == nil && download.headers["accept-encoding"] == nil)
    }

    @Test func filesOfOthersAreNotFetched() throws {
        let fixture = try ClientFixture { _ in .answer([1], type: "text/csv") }
        let port = fixture.server.port
        for address in [
            "http://127.0.0.2:\(port)/f", "http://127.0.0.1:\(port == 1 ? 2 : 1)/f", "https://127.0.0.1:\(port)/f",
            "http://localhost:\(port)/f", "http://127.0.0.1:\(port)@evil.example/f", "file:///etc/passwd", "",
            "http://evil.example\\@127.0.0.1:\(port)/f", "//127.0.0.1:\(port)/f", "/export/f",
        ] {
            let failure = ClientFixture.failure {
                try fixture.source.download(address, beginAttempt: {}, receive: { _ in })
            }
            #expect(failure?.kind == .badAnswer, "\(address)")
        }
        #expect(fixture.server.requests.isEmpty)
        try fixture.source.download("HTTP://127.0.0.1:\(port)/f?x=1#y", beginAttempt: {}, receive: { _ in })
        #expect(fixture.server.requests[0].path == "/f" && fixture.server.requests[0].value("x") == "1")
        // A signature's last sign may be a stroke.
        try fixture.source.download("http://127.0.0.1:\(port)/f?sign=a/", beginAttempt: {}, receive: { _ in })
        #expect(fixture.server.requests[1].value("sign") == "a/")
    }

    @Test func exportsThatDoNotRun() throws {
        func failure(_ body: String) throws -> ClientError? {
            let fixture = try ClientFixture { _ in .json(body) }
            return ClientFixture.failure { try fixture.source.exportStatus(taskID: "T") }
        }
        #expect(try failure(#"{"task_status":"rejected"}"#)?.kind == .rejected)
        #expect(try failure(#"{"task_status":"task id is unknown or deleted"}"#)?.kind == .notFound)
        #expect(try failure(#"{"task_status":"complete","task_id":"T"}"#)?.kind == .badAnswer)
        #expect(try failure(#"{}"#)?.kind == .badAnswer)
        #expect(try failure(#"{"task_status":"processing"}"#) == nil)
        #expect(try failure(#"{"task_status":"something new","task_id":"T"}"#) == nil)
    }

    @Test func whatTheProviderLacks() throws {
        let fixture = try ClientFixture { _ in .status(500) }
        let failure = ClientFixture.failure { try fixture.source.history(HistoryRequest(target: "example.com")) }
        #expect(failure?.kind == .unsupported && failure?.description.contains("history") == true)
        #expect(fixture.server.requests.isEmpty)
    }
}
