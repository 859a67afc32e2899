import BacklinkContracts
import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import BacklinkServer

/// Pages and cursors of get-raw-backlinks.
@Suite struct PagingTests {
    static let command = SEOPowerSuiteCommand.getRawBacklinks

    private func pages(_ fixture: ServerFixture, _ query: String, limit: Int) throws -> [[BacklinkRow]] {
        var pages: [[BacklinkRow]] = []
        var next = ""
        repeat {
            let reply = try fixture.get("get-raw-backlinks", "\(query)&limit=\(limit)\(next)")
            let answer = try RowAnswer<BacklinkRow>(command: Self.command, wire: reply.json())
            pages.append(answer.rows)
            next = answer.next.map { "&next=\($0)" } ?? ""
        } while !next.isEmpty && pages.count < 1_000
        return pages
    }

    @Test(arguments: 1...8) func everyLimitGivesTheSameRows(_ limit: Int) throws {
        let fixture = try ServerFixture()
        let whole = try pages(fixture, "target=t.com&mode=domain", limit: 100_000)
        #expect(whole.count == 1 && whole[0].count == 6)
        let cut = try pages(fixture, "target=t.com&mode=domain", limit: limit)
        #expect(cut.flatMap { $0 } == whole[0])
        // No empty page at the end, also when the last page is exactly full.
        #expect(cut.count == (6 + limit - 1) / limit)
        #expect(cut.dropLast().allSatisfy { $0.count == limit })
    }

    /// Random webs: the pages hold what the engine counts, each row once.
    @Test(arguments: UInt64(1)...12) func pagesOfRandomWebs(_ seed: UInt64) throws {
        let web = RandomWeb(seed: seed)
        let fixture = try ServerFixture(rows: [(web.date, web.rows)])
        let snapshot = try fixture.store.store.newestSnapshot()
        for host in web.hosts {
            for mode in ["domain", "host"] {
                let target = try Target(host, mode: TargetMode(rawValue: mode))
                var expected: Set<BacklinkRow> = []
                try fixture.engine.backlinks(snapshot, target, limit: nil) {
                    expected.insert(BacklinkRow($0, isExtended: false))
                }
                let rows = try pages(fixture, "target=\(host)&mode=\(mode)", limit: 7).flatMap { $0 }
                #expect(Set(rows) == expected, "seed \(seed), \(mode) \(host)")
                let count = try fixture.engine.metrics(snapshot, [target])[0].backlinks
                #expect(Int64(rows.count) == count, "seed \(seed), \(mode) \(host)")
            }
        }
    }

    @Test func theLimitMayChangeBetweenPages() throws {
        let fixture = try ServerFixture()
        let first = try fixture.get("get-raw-backlinks", "target=t.com&mode=domain&limit=1")
        let next = try #require(try RowAnswer<BacklinkRow>(command: Self.command, wire: first.json()).next)
        let rest = try fixture.get("get-raw-backlinks", "target=t.com&mode=domain&limit=3&next=\(next)")
        let answer = try RowAnswer<BacklinkRow>(command: Self.command, wire: rest.json())
        #expect(answer.rows.count == 3 && answer.next != nil)
        let xml = try fixture.get("get-raw-backlinks", "target=t.com&mode=domain&limit=3&output=xml&next=\(next)")
        let fromXML = try RowAnswer<BacklinkRow>(command: Self.command, wire: XMLReader.value(xml.bytes))
        #expect(fromXML.rows == answer.rows && fromXML.next != nil)
    }

    /// Decision 22: foreign, changed and expired cursors are 400.
    @Test func foreignCursors() throws {
        let fixture = try ServerFixture()
        let query = "target=t.com&mode=domain&limit=1"
        let reply = try fixture.get("get-raw-backlinks", query)
        let next = try #require(try RowAnswer<BacklinkRow>(command: Self.command, wire: reply.json()).next)
        #expect(next.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        #expect(try fixture.get("get-raw-backlinks", "\(query)&next=\(next)").status == 200)
        for other in [
            "target=t.com&mode=host&limit=1&next=\(next)", "target=www.t.com&mode=domain&limit=1&next=\(next)",
            "\(query)&next=\(next.dropLast())", "\(query)&next=\(next)A", "\(query)&next=", "\(query)&next",
        ] {
            let refused = try fixture.get("get-raw-backlinks", other)
            #expect(refused.status == 400, "\(other)")
            #expect(try refused.error().explanation?.hasPrefix("Parameter next is invalid.") == true)
        }
        var characters = Array(next.utf8)
        for index in characters.indices {
            let kept = characters[index]
            characters[index] = kept == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let changed = String(decoding: characters, as: UTF8.self)
            #expect(try fixture.get("get-raw-backlinks", "\(query)&next=\(changed)").status == 400)
            characters[index] = kept
        }
        let stranger = try ServerFixture()
        #expect(try stranger.get("get-raw-backlinks", "\(query)&next=\(next)").status == 400)
        fixture.clock.add(hours: 25)
        #expect(try fixture.get("get-raw-backlinks", "\(query)&next=\(next)").status == 400)
    }

    @Test func cursorsKeepToTheirSnapshot() throws {
        let fixture = try ServerFixture()
        let query = "target=t.com&mode=domain&limit=4"
        let reply = try fixture.get("get-raw-backlinks", query)
        let next = try #require(try RowAnswer<BacklinkRow>(command: Self.command, wire: reply.json()).next)
        let before = try fixture.get("get-raw-backlinks", "\(query)&next=\(next)").rows(Self.command, BacklinkRow.self)
        try fixture.store.add(
            [ServerFixture.link("https://z.com/", "https://t.com/")], date: ServerFixture.day("2026-12-01"))
        let after = try fixture.get("get-raw-backlinks", "\(query)&next=\(next)").rows(Self.command, BacklinkRow.self)
        #expect(after == before && after.count == 2)
        let id = try #require(SnapshotID("2026-11-01"))
        try fixture.store.store.remove(id)
        #expect(try fixture.get("get-raw-backlinks", "\(query)&next=\(next)").status == 400)
        try fixture.store.add([ServerFixture.link("https://z.com/", "https://t.com/")], date: id.date)
        #expect(try fixture.get("get-raw-backlinks", "\(query)&next=\(next)").status == 400)
    }

    /// A long answer comes in pieces; what nobody pulls isn't read.
    @Test func longAnswersComeInPieces() throws {
        let rows = (0..<2_500).map {
            ServerFixture.link("https://s\($0 % 7).com/\($0)", "https://big.com/", anchor: "\($0)")
        }
        let fixture = try ServerFixture(rows: [(ServerFixture.day("2026-11-01"), rows)])
        for (command, format) in [("get-raw-backlinks", "json"), ("get-backlinks", "json"), ("get-backlinks", "xml")] {
            let answer = fixture.service.answer(
                ServerRequest("GET", "/backlinks/v1.0/\(command)", query: "target=big.com&limit=10000&output=\(format)")
            )
            guard case .chunks(let body) = answer.body else {
                Issue.record("\(command) came in one piece")
                continue
            }
            var pieces: [[UInt8]] = []
            while let piece = try body.next() { pieces.append(piece) }
            #expect(pieces.count > 1 && pieces.allSatisfy { !$0.isEmpty })
            let bytes = Array(pieces.joined())
            let wire = format == "json" ? try JSONReader.value(bytes) : try XMLReader.value(bytes)
            let read = try RowAnswer<BacklinkRow>(command: Self.command, wire: wire)
            #expect(Set(read.rows.map(\.anchor)).count == 2_500)
        }
    }
}
