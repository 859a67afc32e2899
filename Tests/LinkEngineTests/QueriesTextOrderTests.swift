import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

@Suite struct QueriesTextOrderTests {
    @Test func placesAgreeWithPrintedNames() throws {
        let seed: UInt64 = 20_261_121
        var random = SeededRandom(seed: seed)
        let hosts = [
            "a.com", "a.com.br", "a.com-b.com", "a.com0.com", "b.a.com", "a-b.com", "a.co", "10.0.0.1", "[2001:db8::1]",
        ]
        let paths = ["/", "/a", "/a/", "/a?b", "/a-b", "/A", "/a/b", "/?", "/a?b=c", "/0", "/~", "/a%20b"]
        var rows: [LinkRow] = []
        for _ in 0..<400 {
            let url =
                random.pick(["http", "https"]) + "://" + random.pick(hosts)
                + random.pick(["", "", ":8080", ":81", ":9"]) + random.pick(paths)
            rows.append(LinkRow(urlFrom: url, urlTo: "https://t.com/"))
        }
        let snapshot = try QueriesWeb([("2026-01-01", rows)]).snapshot()
        let pages = (0..<UInt32(snapshot.pages.count)).filter { _ in random.chance(4, in: 5) }
        let order = try TextOrder(snapshot, pages)
        let texts = try snapshot.pages.texts(at: pages) { SortKey.text(of: $0) }
        let byPlace = pages.indices.sorted { order.place(ofPage: pages[$0]) < order.place(ofPage: pages[$1]) }
        let byName = pages.indices.sorted { Array(texts[$0].utf8).lexicographicallyPrecedes(Array(texts[$1].utf8)) }
        #expect(byPlace.map { texts[$0] } == byName.map { texts[$0] }, "seed \(seed)")
    }
}
