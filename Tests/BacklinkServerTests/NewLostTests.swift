import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import BacklinkServer

/// The four commands of what was won and lost.
@Suite struct NewLostTests {
    let fixture: ServerFixture
    init() throws { fixture = try ServerFixture() }
    static let all = "target=t.com&mode=domain&date_from=2026-07-01&date_to=2026-11-01"

    private func links(_ query: String) throws -> [NewLostBacklinkRow] {
        try fixture.get("get-new-lost-backlinks", query).rows(.getNewLostBacklinks, NewLostBacklinkRow.self)
    }

    @Test func rowsEqualTheEngines() throws {
        let target = try Target("t.com", mode: .domain)
        for order in NewLostOrder.allCases {
            let expected = try fixture.engine.newLostBacklinks(
                fixture.store.store, target, from: ServerFixture.day("2026-07-01"), to: ServerFixture.day("2026-11-01"),
                order: order)
            let rows = try links("\(Self.all)&order_by=\(order.rawValue)")
            #expect(rows.map(\.wire) == expected.map { NewLostBacklinkRow($0).wire })
            #expect(expected.count == 6)
        }
        let domains = try fixture.engine.newLostReferringDomains(
            fixture.store.store, target, from: ServerFixture.day("2026-07-01"), to: ServerFixture.day("2026-11-01"))
        let reply = try fixture.get("get-new-lost-refdomains", Self.all)
        #expect(
            try reply.rows(.getNewLostRefdomains, NewLostRefdomainRow.self) == domains.map { NewLostRefdomainRow($0) })
    }

    /// Decision 26: "" where get-backlinks has null. Decision 29: why a link was lost.
    @Test func textsAndReasons() throws {
        let rows = try links(Self.all)
        let redirect = try #require(rows.first { $0.linkType == "redirect" })
        #expect(redirect.title == "" && redirect.anchor == "" && redirect.alt == "" && redirect.imageSource == "")
        #expect(redirect.reasonLost == "" && redirect.nofollow == false)
        #expect(rows.first { $0.urlFrom == "https://a.com/1" }?.reasonLost == "link_removed")
        #expect(rows.first { $0.urlFrom == "https://www.b.org/" }?.reasonLost == "page_dropped")
        #expect(!(try fixture.get("get-new-lost-backlinks", Self.all).text.contains("null")))
    }

    /// Decision 23: yesterday and today, today being the served snapshot's date; both ends count.
    @Test func theRangesDefaults() throws {
        let rows = try links("target=t.com&mode=domain")
        #expect(rows.map(\.newLostDate) == ["2026-11-01", "2026-11-01", "2026-10-31"])
        #expect(rows.map(\.newLostType) == ["new", "lost", "new"])
        #expect(try links("target=t.com&mode=domain&date_from=&date_to=2026-10-31").isEmpty == false)
        #expect(try links("target=t.com&mode=domain&date_from=2026-11-01").count == 2)
        let older = try ServerFixture { $0.today = SnapshotID("2026-09-15") }
        let reply = try older.get("get-new-lost-backlinks", "target=t.com&mode=domain")
        #expect(
            try reply.rows(.getNewLostBacklinks, NewLostBacklinkRow.self).map(\.newLostDate) == [
                "2026-09-15", "2026-09-15",
            ])
    }

    @Test func filters() throws {
        #expect(try links("\(Self.all)&new_lost_type=lost").map(\.newLostType) == ["lost", "lost"])
        #expect(try links("\(Self.all)&new_lost_type=new&limit=1").count == 1)
        #expect(try links("\(Self.all)&link_type=redirect").map(\.urlFrom) == ["https://r.io/"])
        #expect(try links("\(Self.all)&link_type=href").count == 5)
        #expect(try links("\(Self.all)&anchor_type=image").map(\.urlFrom) == ["https://c.net/p"])
        #expect(try links("\(Self.all)&anchor_type=undefined").map(\.urlFrom) == ["https://r.io/"])
        #expect(try links("\(Self.all)&dofollow=undefined").map(\.urlFrom) == ["https://r.io/"])
        #expect(try links("\(Self.all)&dofollow=nofollow").map(\.urlFrom) == ["https://www.b.org/"])
        // Decision 28: the host of a URL with its subdomains.
        #expect(try links("\(Self.all)&url_from=http://b.org/path").map(\.urlFrom) == ["https://www.b.org/"])
        #expect(try links("\(Self.all)&url_from=org").map(\.urlFrom) == ["https://www.b.org/"])
        let body = #"{"target":"t.com","mode":"domain","date_from":"2026-07-01","new_lost_type":"lost"}"#
        let post = try fixture.post("get-new-lost-backlinks", body)
        #expect(try post.rows(.getNewLostBacklinks, NewLostBacklinkRow.self).count == 2)
    }

    /// Decision 24: every day has a row; the kind that wasn't asked for is 0.
    @Test(arguments: ["get-new-lost-backlinks-count", "get-new-lost-refdomains-count"])
    func counts(_ name: String) throws {
        let command = try #require(SEOPowerSuiteCommand(rawValue: name))
        let rows = try fixture.get(name, Self.all).rows(command, DayCountRow.self)
        #expect(rows.count == 124 && rows.first?.date == "2026-07-01" && rows.last?.date == "2026-11-01")
        let total = rows.reduce(into: (new: Int64(0), lost: Int64(0))) {
            $0.new += $1.new ?? 0
            $0.lost += $1.lost ?? 0
        }
        #expect(total.lost == (command == .getNewLostBacklinksCount ? 2 : 1))
        let expected =
            command == .getNewLostBacklinksCount
            ? try fixture.engine.newLostBacklinkCounts(
                fixture.store.store, Target("t.com", mode: .domain), from: ServerFixture.day("2026-07-01"),
                to: ServerFixture.day("2026-11-01"))
            : try fixture.engine.newLostReferringDomainCounts(
                fixture.store.store, Target("t.com", mode: .domain), from: ServerFixture.day("2026-07-01"),
                to: ServerFixture.day("2026-11-01"))
        #expect(rows.map(\.new) == expected.map { $0.new } && rows.map(\.lost) == expected.map { $0.lost })
        let new = try fixture.get(name, "\(Self.all)&new_lost_type=new").rows(command, DayCountRow.self)
        #expect(new.map(\.new) == rows.map(\.new) && new.allSatisfy { $0.lost == 0 })
    }

    /// Ten thousand years are many rows, and no memory for each day.
    @Test func longRanges() throws {
        let query = "target=t.com&mode=domain&date_from=1900-01-01&date_to=2100-12-31"
        let reply = try fixture.get("get-new-lost-backlinks-count", query)
        let rows = try reply.rows(.getNewLostBacklinksCount, DayCountRow.self)
        #expect(rows.count == 73_414)
        #expect(rows.reduce(0) { $0 + ($1.new ?? 0) } == 4 && rows.reduce(0) { $0 + ($1.lost ?? 0) } == 2)
    }
}
