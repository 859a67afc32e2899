import BacklinkClient
import BacklinkContracts
import TestSupport
import Testing

@Suite struct DataForSEOTests {
    private static func envelope(_ result: String, status: Int = 20000, message: String = "Ok.", top: Int = 20000)
        -> String
    {
        #"{"version":"0.1","status_code":\#(top),"status_message":"Top.","time":"0.1 sec.","cost":0.0203,"#
            + #""tasks_count":1,"tasks_error":0,"tasks":[{"id":"1","status_code":\#(status),"#
            + #""status_message":"\#(message)","cost":0.0203,"result_count":1,"path":["v3"],"data":{},"#
            + #""result":\#(result)}]}"#
    }

    private static let items =
        #"[{"items_count":2,"items":[{"target":"b.example","new_backlinks":5,"lost_backlinks":1,"more":[]},"#
        + #"null,{"target":"a.example","new_backlinks":null}]}]"#

    @Test(arguments: [Provider.dataForSEO, .aisa])
    func bulk(provider: Provider) throws {
        let fixture = try ClientFixture(provider) { _ in .json(DataForSEOTests.envelope(DataForSEOTests.items)) }
        let items = try fixture.source.newLostBacklinks(bulk: ["a.example", "b.example"], dateFrom: "2026-01-01")
        #expect(items.map(\.target) == ["b.example", "a.example"])
        #expect(items.map(\.newBacklinks) == [5, nil] && items.map(\.lostBacklinks) == [1, nil])
        let request = try #require(fixture.server.requests.first)
        #expect(
            request.path
                == (provider == .aisa
                    ? "/apis/v1/dataforseo/backlinks/bulk_new_lost_backlinks/live"
                    : "/v3/backlinks/bulk_new_lost_backlinks/live"))
        #expect(request.method == "POST" && request.headers["content-type"] == "application/json")
        #expect(request.bodyText == #"[{"targets":["a.example","b.example"],"date_from":"2026-01-01"}]"#)
        #expect(request.headers["authorization"]?.hasPrefix(provider == .aisa ? "Bearer " : "Basic ") == true)
        #expect(request.query.isEmpty && request.headers["expect"] == nil)
        let prices = fixture.log.events.compactMap { event in
            if case .answered(_, _, _, _, let price) = event { price } else { nil }
        }
        #expect(prices == ["0.0203"])
    }

    @Test func moreThanOneCallHolds() throws {
        let fixture = try ClientFixture(.dataForSEO) { _ in .json(DataForSEOTests.envelope("[]")) }
        let targets = (0..<2500).map { "host-\($0).example" }
        #expect(try fixture.source.newLostReferringDomains(bulk: targets, dateFrom: nil) == [])
        let counts = try fixture.server.requests.map { request in
            guard case .list(let tasks) = try JSONReader.value(request.body) else { return 0 }
            return tasks.count == 1 ? tasks[0]["targets"]?.listValue?.count ?? 0 : 0
        }
        #expect(counts == [1000, 1000, 500])
    }

    @Test func history() throws {
        let result =
            #"[{"target":"a.example","items_count":1,"items":[{"type":"backlinks_history","#
            + #""date":"2026-01-01 00:00:00 +00:00","rank":7,"backlinks":12,"referring_links_tld":{"com":3}}]}]"#
        let fixture = try ClientFixture(.dataForSEO) { _ in .json(DataForSEOTests.envelope(result)) }
        let history = try fixture.source.history(HistoryRequest(target: "a.example", rankScale: "one_hundred"))
        #expect(history?.items?.first?.backlinks == 12 && history?.target == "a.example")
        #expect(
            fixture.server.requests[0].bodyText == #"[{"target":"a.example","rank_scale":"one_hundred"}]"#)
    }

    @Test func nothingKnown() throws {
        for (result, status, message) in [
            ("null", 20000, "Ok."), ("[]", 20000, "Ok."), ("[null]", 20000, "Ok."),
            ("null", 40102, "No Search Results."),
            ("null", 40501, "No Search Results."), (#"[{"items_count":0,"items":null}]"#, 20000, "Ok."),
        ] {
            let body = DataForSEOTests.envelope(result, status: status, message: message)
            let fixture = try ClientFixture(.dataForSEO) { _ in .json(body) }
            #expect(try fixture.source.newLostBacklinks(bulk: ["a.example"], dateFrom: nil) == [])
        }
        let fixture = try ClientFixture(.dataForSEO) { _ in .json(DataForSEOTests.envelope("null")) }
        #expect(try fixture.source.history(HistoryRequest(target: "a.example")) == nil)
    }

    /// At both levels: sent again exactly when the vendor says that it may help.
    @Test(arguments: [
        (40202, true), (40209, true), (40103, true), (50000, true), (50303, true), (50401, true), (40501, false),
        (40506, false), (40000, false), (40100, false), (40101, false), (40200, false), (40204, false), (40400, false),
        (60000, false),
    ])
    func codes(code: Int, isRetryable: Bool) throws {
        for isTop in [true, false] {
            let bad = DataForSEOTests.envelope(
                "null", status: isTop ? 20000 : code, message: "Said so.", top: isTop ? code : 20000)
            let fixture = try ClientFixture(.dataForSEO) { request in
                .json(request.index < 2 ? bad : DataForSEOTests.envelope(DataForSEOTests.items))
            }
            let failure = ClientFixture.failure {
                try fixture.source.newLostBacklinks(bulk: ["a.example"], dateFrom: nil)
            }
            #expect((failure == nil) == isRetryable, "\(code), top: \(isTop)")
            #expect(fixture.server.requests.count == (isRetryable ? 3 : 1), "\(code), top: \(isTop)")
            if let failure {
                #expect(failure.statusCode == code && failure.description.contains(isTop ? "Top." : "Said so."))
                #expect(failure.description.hasPrefix("dataforseo bulk_new_lost_backlinks a.example: "))
            }
        }
    }

    @Test func gatewayErrors() throws {
        let bodies = [
            #"{"error":{"type":"auth","code":"invalid_api_key","message":"Bad key.","request_id":"r1"}}"#,
            #"{"error":"Bad key."}"#, #"{"message":"Bad key."}"#, "Bad key.",
        ]
        for body in bodies {
            let fixture = try ClientFixture(.aisa) { _ in .json(body, status: 401, headers: [("X-Request-Id", "r-1")]) }
            let failure = try #require(
                ClientFixture.failure { try fixture.source.history(HistoryRequest(target: "a.example")) })
            #expect(failure.kind == .unauthorised && failure.description.contains("\"Bad key.\""))
            #expect(failure.description.contains("STRATA_AISA_KEY"))
            let ids = fixture.log.events.compactMap { event in
                if case .answered(_, _, _, let id, _) = event { id } else { nil }
            }
            #expect(ids == ["r-1"])
        }
        let html = try ClientFixture(.aisa, attempts: 2) { _ in .html("<html><title>Bad gateway</title>", status: 502) }
        let failure = ClientFixture.failure { try html.source.history(HistoryRequest(target: "a.example")) }
        #expect(failure?.kind == .unavailable && failure?.description.contains("HTML page") == true)
        #expect(html.server.requests.count == 2)
    }

    @Test func errorsWithStatus200() throws {
        for body in [
            #"{"error":{"message":"Upstream."}}"#, #"{"message":"Upstream."}"#, "[]", "{}", #"{"tasks":["x"]}"#,
        ] {
            let fixture = try ClientFixture(.aisa, attempts: 1) { _ in .json(body) }
            let failure = ClientFixture.failure { try fixture.source.history(HistoryRequest(target: "a.example")) }
            #expect(failure?.kind == .badAnswer, "\(body)")
        }
    }
}
