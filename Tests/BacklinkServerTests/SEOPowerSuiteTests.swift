import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import BacklinkServer

/// The commands under /backlinks/v1.0/ that answer with rows of one snapshot.
@Suite struct SEOPowerSuiteTests {
    let fixture: ServerFixture
    init() throws { fixture = try ServerFixture() }

    @Test func metrics() throws {
        let reply = try fixture.get("get-metrics", "apikey=x&target=t.com&mode=domain")
        #expect(reply.status == 200)
        #expect(
            reply.text
                == #"{"metrics":[{"target":"t.com","backlinks":6,"refdomains":5,"subnets":-1,"ips":-1,"#
                + #""nofollow_backlinks":1,"dofollow_backlinks":5,"edu_backlinks":1,"gov_backlinks":2}]}"#)
        #expect(reply.header("Content-Type") == "application/json; charset=utf-8")
    }

    /// Decisions 12 to 15: www. is dropped in mode domain only, host is the default, a URL without scheme is both.
    @Test(arguments: [
        ("target=t.com", 5), ("target=www.t.com", 1), ("target=www.t.com&mode=domain", 6),
        ("target=https://t.com/&mode=host", 5),
        ("target=t.com/&mode=url", 4), ("target=https://t.com/%3Fq%3D1%26r%3D2&mode=url", 1), ("target=t.com&mode=", 5),
        ("target=unknown.example&mode=domain", 0),
    ])
    func modes(_ query: String, _ count: Int64) throws {
        let rows = try fixture.get("get-metrics", query).rows(.getMetrics, MetricsRow.self)
        #expect(rows.map(\.backlinks) == [count])
    }

    @Test func batches() throws {
        let get = try fixture.get("get-metrics", "target=t.com&&target=https://other.com/&target=t.com&mode=host")
        #expect(try get.rows(.getMetrics, MetricsRow.self).map(\.target) == ["t.com", "https://other.com/", "t.com"])
        let post = try fixture.post(
            "get-metrics", #"{"target": ["t.com", "https://other.com/", "t.com"], "mode": "host"}"#)
        #expect(post.bytes == get.bytes)
        #expect(try fixture.post("get-metrics", #"{"target":"t.com","mode":null,"limit":""}"#).status == 200)
        let hundred = Array(repeating: "\"t.com\"", count: 100).joined(separator: ",")
        #expect(
            try fixture.post("get-metrics", "{\"target\":[\(hundred)]}").rows(.getMetrics, MetricsRow.self).count == 100
        )
        let more = try fixture.post("get-metrics", "{\"target\":[\(hundred),\"t.com\"]}")
        #expect(more.status == 400)
        #expect(try more.error().explanation?.contains("Parameter target is invalid") == true)
    }

    @Test func inlinkRanks() throws {
        let urls = ["https://t.com/", "https://www.t.com/never-seen", "https://nowhere.example/"]
        let reply = try fixture.get("get-inlink-rank", urls.map { "target=\($0)" }.joined(separator: "&"))
        let expected = try fixture.engine.inlinkRanks(fixture.store.store.newestSnapshot(), urls: urls)
        let rows = try reply.rows(.getInlinkRank, InlinkRankRow.self)
        #expect(rows.map(\.url) == urls)
        #expect(rows.map(\.inlinkRank) == expected.map { Int64($0.inlinkRank) })
        #expect(rows.map(\.domainInlinkRank) == expected.map { Int64($0.domainInlinkRank) })
        #expect(rows[1].inlinkRank == -1 && rows[1].domainInlinkRank != -1)
        #expect(rows[2].inlinkRank == -1 && rows[2].domainInlinkRank == -1)
    }

    @Test func backlinksByDate() throws {
        let reply = try fixture.get("get-backlinks", "target=https://t.com&mode=domain")
        let rows = try reply.rows(.getBacklinks, BacklinkRow.self)
        #expect(
            rows.map(\.urlFrom) == [
                "https://d.gov/", "https://d.gov/", "https://c.net/p", "https://a.com/2", "https://edu.edu/",
                "https://r.io/",
            ])
        #expect(rows[0].urlTo == "https://www.t.com/" && rows[1].anchor == "<d & \"g\">")
        #expect(rows[2].image == true && rows[2].imageSource == "https://c.net/i.png")
        // Decision 26: null, not "".
        #expect(reply.text.contains(#""alt":null"#) && reply.text.contains(#""anchor":null"#))
        // Exactly the documented fields.
        #expect(!reply.text.contains("link_type") && !reply.text.contains("\"rel\""))
    }

    @Test func backlinksLimitsAndOrders() throws {
        for order in BacklinkOrder.allCases {
            let target = try Target("t.com", mode: .domain)
            var expected: [String] = []
            let snapshot = try fixture.store.store.newestSnapshot()
            try fixture.engine.backlinks(snapshot, target, order: order, limit: 3, perDomain: 1) {
                expected.append($0.link.urlFrom)
            }
            let query = "target=t.com&mode=domain&limit=3&per_domain=1&order_by=\(order.rawValue)"
            let rows = try fixture.get("get-backlinks", query).rows(.getBacklinks, BacklinkRow.self)
            #expect(rows.map { $0.urlFrom ?? "" } == expected)
            let body = #"{"target":"t.com","mode":"domain","limit":3,"per_domain":"1","order_by":"\#(order.rawValue)"}"#
            #expect(try fixture.post("get-backlinks", body).rows(.getBacklinks, BacklinkRow.self) == rows)
        }
    }

    @Test func refdomains() throws {
        let reply = try fixture.get("get-refdomains", "target=t.com&mode=domain&order_by=inlink_rank&limit=2")
        let snapshot = try fixture.store.store.newestSnapshot()
        let expected = try fixture.engine.referringDomains(
            snapshot, Target("t.com", mode: .domain), order: .inlinkRank, limit: 2)
        let rows = try reply.rows(.getRefdomains, RefdomainRow.self)
        #expect(rows == expected.map { RefdomainRow($0) })
        #expect(rows.count == 2)
    }

    @Test func rowsWithMoreColumns() throws {
        let prefer = [ServerRequest.Header("prefer", "respond-async, strata-columns=all")]
        let reply = try fixture.get("get-raw-backlinks", "target=t.com&mode=domain", headers: prefer)
        #expect(reply.header("Preference-Applied") == "strata-columns=all")
        let rows = try reply.rows(.getRawBacklinks, BacklinkRow.self)
        let kinds = rows.map { "\($0.urlFrom ?? "") \($0.linkType ?? "-") \($0.rel ?? "-")" }
        #expect(
            Set(kinds) == [
                "https://a.com/2 href nofollow", "https://edu.edu/ href ", "https://c.net/p href ",
                "https://r.io/ redirect -", "https://d.gov/ href sponsored", "https://d.gov/ href ",
            ])
    }

    @Test func answersAsXML() throws {
        let json = try fixture.get("get-backlinks", "target=t.com&mode=domain")
        let xml = try fixture.get("get-backlinks", "target=t.com&mode=domain&output=xml")
        #expect(xml.header("Content-Type") == "application/xml; charset=utf-8")
        let fromXML = try RowAnswer<BacklinkRow>(command: .getBacklinks, wire: XMLReader.value(xml.bytes))
        #expect(try fromXML.rows == json.rows(.getBacklinks, BacklinkRow.self))
        let error = try fixture.get("get-backlinks", "target=t.com&limit=0&output=XML")
        #expect(error.status == 400)
        #expect(try ErrorBody(wire: XMLReader.value(error.bytes)).code == 400)
    }

    @Test func todayIsTheSnapshotServed() throws {
        let older = try ServerFixture { $0.today = SnapshotID("2026-09-15") }
        let rows = try older.get("get-metrics", "target=t.com&mode=domain").rows(.getMetrics, MetricsRow.self)
        #expect(rows.first?.backlinks == 5)
        let health = try older.send(ServerRequest("GET", "/health"))
        #expect(health.text == #"{"status":"ok","version":"0.0.0","snapshot":"2026-09-15","snapshots":2}"#)
    }

    @Test func snapshotsMayComeAndGo() throws {
        let id = try #require(SnapshotID("2026-12-01"))
        try fixture.store.add([ServerFixture.link("https://new.com/", "https://t.com/")], date: id.date)
        #expect(try fixture.get("get-metrics", "target=t.com").rows(.getMetrics, MetricsRow.self).first?.backlinks == 1)
        try fixture.store.store.remove(id)
        #expect(try fixture.get("get-metrics", "target=t.com").rows(.getMetrics, MetricsRow.self).first?.backlinks == 5)
        // The same id again, with other rows.
        try fixture.store.add([ServerFixture.link("https://x.com/", "https://y.com/")], date: id.date)
        #expect(try fixture.get("get-metrics", "target=t.com").rows(.getMetrics, MetricsRow.self).first?.backlinks == 0)
    }
}
