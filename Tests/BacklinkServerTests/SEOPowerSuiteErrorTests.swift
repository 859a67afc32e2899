import BacklinkContracts
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import BacklinkServer

/// The document's table of errors, row by row, with the bodies of contract decision 33.
@Suite struct SEOPowerSuiteErrorTests {
    let fixture: ServerFixture
    init() throws { fixture = try ServerFixture() }

    @Test func theBody() throws {
        let reply = try fixture.get("get-backlinks", "target=t.com&limit=0")
        #expect(
            reply.text
                == #"{"error":{"code":400,"message":"Bad Request","#
                + #""description":"Parameter limit is invalid. It should be within [1; 10000]."}}"#)
    }

    @Test(arguments: [
        "get-metrics", "get-inlink-rank", "get-backlinks", "get-refdomains", "get-raw-backlinks",
        "download-all-backlinks",
        "get-new-lost-backlinks", "get-new-lost-refdomains", "get-new-lost-backlinks-count",
        "get-new-lost-refdomains-count",
    ])
    func missingTarget(_ command: String) throws {
        for reply in [try fixture.get(command), try fixture.get(command, "target=&mode=domain")] {
            #expect(reply.status == 400)
            #expect(try reply.error().explanation == "Parameter target is missing.")
        }
    }

    @Test(arguments: [
        ("get-metrics?target=t.com&mode=site", "mode"), ("get-metrics?target=http://", "target"),
        ("get-inlink-rank?target=http://", "target"), ("get-metrics?target=a%20b.com", "target"),
        ("get-backlinks?target=t.com&limit=10001", "limit"), ("get-backlinks?target=t.com&limit=-1", "limit"),
        ("get-backlinks?target=t.com&limit=1e3", "limit"),
        ("get-backlinks?target=t.com&limit=99999999999999999999", "limit"),
        ("get-backlinks?target=t.com&per_domain=101", "per_domain"),
        ("get-backlinks?target=t.com&per_domain=0", "per_domain"),
        ("get-backlinks?target=t.com&order_by=new_lost_date", "order_by"),
        ("get-backlinks?target=t.com&target=u.com", "target"), ("get-refdomains?target=t.com&limit=0", "limit"),
        ("get-refdomains?target=t.com&order_by=x", "order_by"),
        ("get-raw-backlinks?target=t.com&limit=100001", "limit"),
        ("get-raw-backlinks?target=t.com&next=", "next"), ("get-raw-backlinks?target=t.com&next=abc", "next"),
        ("get-new-lost-backlinks?target=t.com&new_lost_type=changed", "new_lost_type"),
        ("get-new-lost-backlinks?target=t.com&date_from=2026-02-30", "date_from"),
        ("get-new-lost-backlinks?target=t.com&date_from=2026-11-02", "date_from"),
        ("get-new-lost-backlinks?target=t.com&date_to=yesterday", "date_to"),
        ("get-new-lost-backlinks?target=t.com&link_type=canonical", "link_type"),
        ("get-new-lost-backlinks?target=t.com&anchor_type=href", "anchor_type"),
        ("get-new-lost-backlinks?target=t.com&dofollow=true", "dofollow"),
        ("get-new-lost-backlinks?target=t.com&url_from=http://", "url_from"),
        ("get-new-lost-refdomains?target=t.com&order_by=inlink_rank", "order_by"),
        ("download-all-backlinks?target=t.com&mode=all", "mode"),
    ])
    func invalidParameters(_ path: String, _ name: String) throws {
        let parts = path.split(separator: "?")
        let reply = try fixture.get(String(parts[0]), String(parts[1]))
        #expect(reply.status == 400)
        #expect(try reply.error().explanation?.hasPrefix("Parameter \(name) is invalid.") == true, "\(reply.text)")
    }

    @Test(arguments: ["[]", "3", "{", "\"t.com\"", "{\"target\":\"t.com\"}}"])
    func invalidBodies(_ body: String) throws {
        #expect(try fixture.post("get-metrics", body).status == 400)
    }

    @Test func parametersOfAPost() throws {
        // Decision 38: targets of a POST stand in its body, one only unless batches are allowed.
        #expect(
            try fixture.post("get-metrics", "", query: "target=t.com").error().explanation
                == "Parameter target is missing.")
        #expect(try fixture.post("get-backlinks", #"{"target":["t.com"]}"#).status == 400)
        #expect(try fixture.post("get-backlinks", #"{"target":{"a":1}}"#).status == 400)
        #expect(try fixture.post("get-backlinks", #"{"target":"t.com","limit":1.5}"#).status == 400)
        #expect(try fixture.post("get-metrics", #"{"target":["t.com",3]}"#).status == 400)
        #expect(try fixture.post("get-backlinks", #"{"target":"t.com"}"#, query: "output=xml").text.hasPrefix("<?xml"))
    }

    @Test func methods() throws {
        for command in ["get-raw-backlinks", "download-all-backlinks", "download-all-backlinks-status"] {
            let reply = try fixture.post(command, #"{"target":"t.com"}"#)
            #expect(reply.status == 405 && reply.header("Allow") == "GET")
        }
        let put = try fixture.send(ServerRequest("PUT", "/backlinks/v1.0/get-metrics"))
        #expect(put.status == 405 && put.header("Allow") == "GET, POST")
        #expect(try fixture.send(ServerRequest("POST", "/health")).status == 405)
    }

    @Test func notFound() throws {
        for path in [
            "/", "/backlinks/v1.0/get-summary", "/backlinks/v1.0/", "/backlinks/v2/get-metrics", "/export/c/../x",
        ] {
            let reply = try fixture.send(ServerRequest("GET", path))
            #expect(reply.status == 404)
            #expect(try reply.error().message == "Not Found")
        }
    }

    @Test func otherFormats() throws {
        let reply = try fixture.get("get-metrics", "target=t.com&output=csv")
        #expect(reply.status == 406)
        #expect(try reply.error().explanation?.hasPrefix("Unsupported output format.") == true)
    }

    @Test func keys() throws {
        let fixture = try ServerFixture { $0.key = KeyCheck("login:pass-Word") }
        let refused = try fixture.get("get-metrics", "target=t.com&apikey=wrong")
        #expect(refused.status == 401 && refused.header("WWW-Authenticate")?.hasPrefix("Basic") == true)
        #expect(try fixture.get("get-metrics", "target=t.com").status == 401)
        #expect(try fixture.get("get-metrics", "target=t.com&APIKEY=login:pass-Word").status == 200)
        for (value, status) in [
            ("Bearer login:pass-Word", 200), ("bearer  login:pass-Word", 200), ("Bearer pass-Word", 401),
            // login:pass-Word, x:login:pass-Word, x:pass-Word
            ("Basic bG9naW46cGFzcy1Xb3Jk", 200), ("basic eDpsb2dpbjpwYXNzLVdvcmQ=", 200),
            ("Basic eDpwYXNzLVdvcmQ=", 401),
            ("Basic ?", 401), ("Digest x", 401), ("", 401),
        ] {
            let reply = try fixture.get("get-metrics", "target=t.com", headers: [.init("authorization", value)])
            #expect(reply.status == status, "\(value)")
            let history = try fixture.send(
                ServerRequest("POST", "/v3/backlinks/history/live", headers: [.init("authorization", value)]))
            #expect(history.status == (status == 200 ? 200 : 401))
        }
        #expect(try fixture.send(ServerRequest("GET", "/health")).status == 200)
        #expect("\(KeyCheck("abc"))" == "•••")
    }

    @Test func rates() throws {
        let fixture = try ServerFixture { $0.requestsPerMinute = 2 }
        #expect(try fixture.get("get-metrics", "target=t.com").status == 200)
        #expect(try fixture.get("get-metrics", "target=t.com").status == 200)
        let refused = try fixture.get("get-metrics", "target=t.com")
        #expect(refused.status == 429 && (refused.header("Retry-After").flatMap { Int($0) } ?? 0) >= 1)
        #expect(try fixture.call("history", "[]").statusCode == 40_202)
        let other = ServerRequest("GET", "/backlinks/v1.0/get-metrics", query: "target=t.com", client: "192.0.2.9")
        #expect(try fixture.send(other).status == 200)
        // Wrong keys count.
        let locked = try ServerFixture {
            $0.requestsPerMinute = 2
            $0.key = KeyCheck("abc")
        }
        let statuses = try (0..<3).map { try locked.get("get-metrics", "target=t.com&apikey=\($0)").status }
        #expect(statuses == [401, 401, 429])
    }

    @Test func hugeTargets() throws {
        let fixture = try ServerFixture { $0.targetLinkLimit = 6 }
        let reply = try fixture.get("get-backlinks", "target=t.com&mode=domain")
        #expect(reply.status == 244)
        #expect(try reply.error().code == 244)
        #expect(try fixture.get("get-backlinks", "target=t.com&mode=url").status == 200)
        #expect(try fixture.get("get-new-lost-refdomains", "target=t.com&mode=domain").status == 244)
        #expect(try fixture.get("download-all-backlinks", "target=t.com&mode=domain").status == 244)
    }

    @Test func anEmptyStoreIsBusy() throws {
        let fixture = try ServerFixture(rows: [])
        let reply = try fixture.get("get-metrics", "target=t.com")
        #expect(reply.status == 503 && reply.header("Retry-After") != nil)
        #expect(try fixture.send(ServerRequest("GET", "/health")).text.contains(#""status":"empty""#))
        #expect(try fixture.call("history", #"[{"target":"t.com"}]"#).tasks?.first?.statusCode == 50_301)
    }

    /// A graph of numbers has no targets: that is told, and no crash.
    @Test func whatTheSnapshotCannotAnswer() throws {
        let fixture = try ServerFixture(rows: [])
        try fixture.store.add(edges: [(from: 1, to: 2)], date: ServerFixture.day("2026-11-01"))
        #expect(try fixture.get("get-metrics", "target=t.com").status == 500)
        #expect(try fixture.call("history", #"[{"target":"t.com"}]"#).tasks?.first?.statusCode == 50_000)
    }
}
