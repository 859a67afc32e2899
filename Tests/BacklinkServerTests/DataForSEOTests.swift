import BacklinkContracts
import Foundation
import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import BacklinkServer

/// The three endpoints: envelopes, numbers, and how tasks fail.
@Suite struct DataForSEOTests {
    let fixture: ServerFixture
    init() throws { fixture = try ServerFixture() }

    @Test func theEnvelope() throws {
        let body = #"[{"targets":["t.com","https://nowhere.example/x"],"date_from":"2026-09-20","tag":"a"}]"#
        let envelope = try fixture.call("bulk_new_lost_backlinks", body)
        #expect(envelope.version == "0.1.20261101" && envelope.statusCode == 20_000 && envelope.statusMessage == "Ok.")
        #expect(envelope.time?.wholeMatch(of: /\d+\.\d{4} sec\./) != nil)
        #expect(envelope.cost == 0 && envelope.tasksCount == 1 && envelope.tasksError == 0)
        let task = try #require(envelope.tasks?.first)
        #expect(task.id?.wholeMatch(of: /\d{8}-\d{4}-0349-0000-[0-9a-f]{12}/) != nil)
        #expect(task.path == ["v3", "backlinks", "bulk_new_lost_backlinks", "live"])
        #expect(task.statusCode == 20_000 && task.resultCount == 1)
        #expect(
            String(decoding: JSONWriter.bytes(task.data), as: UTF8.self)
                == #"{"api":"backlinks","function":"bulk_new_lost_backlinks","#
                + #""targets":["t.com","https://nowhere.example/x"],"date_from":"2026-09-20","tag":"a"}"#)
        let result = try #require(task.results(BulkResult<NewLostBacklinksItem>.self).first)
        // Decision 48: an item for each target as it was written, in order, zeros for unknown ones.
        #expect(
            result.items == [
                NewLostBacklinksItem(target: "t.com", newBacklinks: 2, lostBacklinks: 1),
                NewLostBacklinksItem(target: "https://nowhere.example/x", newBacklinks: 0, lostBacklinks: 0),
            ])
    }

    /// Decision 60, and the paths that nobody answers.
    @Test func mounts() throws {
        let body = #"{"targets":["t.com"]}"#
        var items: Set<WireValue> = []
        for mount in DataForSEOHandler.mounts {
            let envelope = try fixture.call("bulk_new_lost_referring_domains", body, mount: mount)
            items.formUnion(envelope.tasks?.first?.result ?? [])
            #expect(envelope.tasks?.first?.path?.first == "v3")
        }
        #expect(items.count == 1)
        for path in [
            "/v3/backlinks/summary/live", "/v3/backlinks/history", "/v3/",
            "/apis/v1/dataforseo/backlinks/history/live/x",
        ] {
            let reply = try fixture.send(ServerRequest("POST", path, body: Array(body.utf8)))
            #expect(reply.status == 404)
            #expect(try DataForSEOEnvelope(wire: reply.json()).statusCode == 40_400)
        }
        #expect(try fixture.send(ServerRequest("GET", "/v3/backlinks/history/live")).status == 404)
    }

    /// Random webs, each with two descendants: the counts are those of diffTotals between baseline and newest.
    @Test(arguments: UInt64(1)...10) func bulkEqualsTheEngine(_ seed: UInt64) throws {
        let first = RandomWeb(seed: seed)
        let second = first.evolved()
        let webs = [first, second, second.evolved()]
        let fixture = try ServerFixture(rows: webs.map { ($0.date, $0.rows) })
        let store = fixture.store.store
        let ids = try store.snapshotIDs()
        let targets = Set(webs.flatMap { $0.hosts + $0.pages.prefix(5) }).sorted().prefix(1_000)
        for (index, id) in ids.enumerated() {
            let list = targets.map { JSONWriter.bytes(.text($0)) }.map { String(decoding: $0, as: UTF8.self) }
            let body = "[{\"targets\":[\(list.joined(separator: ","))],\"date_from\":\"\(id.date)\"}]"
            let totals = try fixture.engine.diffTotals(
                store.snapshot(id), store.newestSnapshot(), targets.map { try Target($0) })
            func lines(_ level: DiffTotal.Level) -> [DiffTotal] { totals.filter { $0.level == level } }
            let links = try fixture.call("bulk_new_lost_backlinks", body).tasks?.first?
                .results(BulkResult<NewLostBacklinksItem>.self).first?.items
            #expect(links?.map(\.newBacklinks) == lines(.backlinks).map(\.new), "seed \(seed), snapshot \(index)")
            #expect(links?.map(\.lostBacklinks) == lines(.backlinks).map(\.lost), "seed \(seed), snapshot \(index)")
            let domains = try fixture.call("bulk_new_lost_referring_domains", body).tasks?.first?
                .results(BulkResult<NewLostReferringDomainsItem>.self).first?.items
            #expect(domains?.map(\.newReferringDomains) == lines(.referringDomains).map(\.new))
            #expect(domains?.map(\.lostReferringDomains) == lines(.referringDomains).map(\.lost))
            #expect(domains?.map(\.newReferringMainDomains) == lines(.referringMainDomains).map(\.new))
            #expect(domains?.map(\.lostReferringMainDomains) == lines(.referringMainDomains).map(\.lost))
        }
    }

    /// Decision 44: without a snapshot from before date_from everything is new; what came and went counts as neither.
    @Test func baselines() throws {
        func counts(_ date: String) throws -> [Int64?] {
            let body = "[{\"targets\":[\"t.com\"],\"date_from\":\"\(date)\"}]"
            let links = try fixture.call("bulk_new_lost_backlinks", body).tasks?.first?
                .results(BulkResult<NewLostBacklinksItem>.self).first?.items?.first
            let domains = try fixture.call("bulk_new_lost_referring_domains", body).tasks?.first?
                .results(BulkResult<NewLostReferringDomainsItem>.self).first?.items?.first
            return [
                links?.newBacklinks, links?.lostBacklinks, domains?.newReferringDomains, domains?.lostReferringDomains,
                domains?.newReferringMainDomains, domains?.lostReferringMainDomains,
            ]
        }
        #expect(try counts("2026-07-31") == [6, 0, 5, 0, 5, 0])
        #expect(try counts("2026-08-01") == [4, 2, 3, 1, 3, 1])
        #expect(try counts("2026-09-14") == [4, 2, 3, 1, 3, 1])
        #expect(try counts("2026-09-15") == [2, 1, 1, 1, 1, 1])
        #expect(try counts("2026-11-01") == [0, 0, 0, 0, 0, 0])
        // Decision 46: a month before today.
        let envelope = try fixture.call("bulk_new_lost_backlinks", #"[{"targets":["t.com"],"date_from":null}]"#)
        let item = try envelope.tasks?.first?.results(BulkResult<NewLostBacklinksItem>.self).first?.items?.first
        #expect(item?.newBacklinks == 2 && item?.lostBacklinks == 1)
    }

    @Test func history() throws {
        let envelope = try fixture.call("history", #"[{"target":"t.com","rank_scale":"one_hundred"}]"#)
        let task = try #require(envelope.tasks?.first)
        let result = try #require(task.results(HistoryResult.self).first)
        #expect(result.target == "t.com" && result.dateFrom == "2019-01-01" && result.dateTo == "2026-11-01")
        let points = try fixture.engine.history(
            fixture.store.store, Target("t.com"), from: ServerFixture.day("2019-01-01"),
            to: ServerFixture.day("2026-11-01"))
        #expect(result.itemsCount == 4)
        #expect(result.items == points.map { HistoryItem($0, .oneHundred) })
        #expect(result.items?.map(\.date).first == "2026-08-01 00:00:00 +00:00")
        #expect(
            result.items?.map(\.newBacklinks) == [0, 0, 2, 2] && result.items?.map(\.lostBacklinks) == [0, 0, 1, 1])
        let text = String(decoding: JSONWriter.bytes(task.wire), as: UTF8.self)
        for name in ["crawled_pages", "info", "referring_ips", "referring_links_countries", "broken_pages"] {
            #expect(text.contains("\"\(name)\":null"))
        }
        #expect(text.contains(#""referring_links_attributes":{"nofollow":1,"sponsored":1}"#))
    }

    /// The vendor's examples of the 0…100 scale (contract §1.8).
    @Test(arguments: [(694, 89), (100, 16), (250, 38), (500, 71), (562, 77), (800, 95), (1000, 100), (0, 0)])
    func rankScale(_ rank: Int, _ scaled: Int) {
        #expect(HistoryQuestion.RankScale.oneHundred.rank(rank) == scaled)
        #expect(HistoryQuestion.RankScale.oneThousand.rank(rank) == rank)
    }

    /// Of many snapshots only those that tell something of the target are opened: here the others can't be.
    @Test func snapshotsThatDoNotMatterStayClosed() throws {
        let fixture = try ServerFixture(rows: [])
        func add(_ date: String, _ target: String, _ source: String, label: String = "") throws -> SnapshotID {
            let covered = Coverage.targets([CoveredTarget(target: target, mode: .domain, complete: true)])
            return try fixture.store.add(
                [ServerFixture.link(source, "https://\(target)/")], date: ServerFixture.day(date), label: label,
                coverage: covered
            ).id
        }
        _ = try add("2026-09-01", "t.com", "https://a.com/")
        let others = try (0..<20).map { try add("2026-10-01", "u\($0).com", "https://a.com/", label: "u\($0)") }
        _ = try add("2026-11-01", "t.com", "https://b.com/")
        for id in others {
            let folder = "\(fixture.store.store.path)/snapshots/\(id)"
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "manifest.json" {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
            #expect(throws: StoreError.self) { try fixture.store.store.snapshot(id) }
        }
        for _ in 0..<2 {
            let items = try fixture.call("bulk_new_lost_backlinks", #"[{"targets":["t.com"]}]"#).tasks?.first?
                .results(BulkResult<NewLostBacklinksItem>.self).first?.items
            #expect(items == [NewLostBacklinksItem(target: "t.com", newBacklinks: 1, lostBacklinks: 1)])
        }
    }

    /// Targets that were fetched into snapshots of their own don't part each other's (as in `strata history`).
    @Test func snapshotsOfOtherTargets() throws {
        let fixture = try ServerFixture(rows: [])
        func add(_ date: String, _ target: String, _ sources: [String]) throws {
            let covered = Coverage.targets([CoveredTarget(target: target, mode: .domain, complete: true)])
            try fixture.store.add(
                sources.map { ServerFixture.link($0, "https://\(target)/") }, date: ServerFixture.day(date),
                coverage: covered)
        }
        try add("2026-09-01", "t.com", ["https://a.com/", "https://b.com/"])
        try add("2026-10-01", "u.com", ["https://a.com/"])
        try add("2026-10-20", "t.com", ["https://b.com/", "https://c.com/"])
        try add("2026-11-01", "u.com", ["https://a.com/", "https://d.com/"])
        let body = #"[{"targets":["u.com","t.com","v.com"],"date_from":"2026-10-15"}]"#
        let items = try fixture.call("bulk_new_lost_backlinks", body).tasks?.first?
            .results(BulkResult<NewLostBacklinksItem>.self).first?.items
        #expect(
            items == [
                NewLostBacklinksItem(target: "u.com", newBacklinks: 1, lostBacklinks: 0),
                NewLostBacklinksItem(target: "t.com", newBacklinks: 1, lostBacklinks: 1),
                NewLostBacklinksItem(target: "v.com", newBacklinks: 0, lostBacklinks: 0),
            ])
    }
}
