import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

/// Pages of rows against the whole list, with scratch memory that goes from page to page and snapshot to snapshot.
@Suite struct BacklinkPagesTests {
    /// More snapshots than the pool keeps scratches.
    private static let dates = (1...10).map { "2026-01-\($0 < 10 ? "0" : "")\($0)" }

    private static func links(_ date: String) -> [LinkRow] {
        (0..<40).map { index in
            LinkRow(
                urlFrom: "https://source\(index).com/\(date)", urlTo: "https://target.com/\(index % 7)",
                anchor: "\(index)",
                title: "title of \(date)")
        }
    }

    @Test func pagesOfManySnapshotsInTurn() throws {
        let web = try QueriesWeb(Self.dates.map { ($0, Self.links($0)) })
        let target = try Target("target.com")
        let snapshots = try Self.dates.compactMap { SnapshotID($0) }.map { try web.store.snapshot($0) }
        var found = snapshots.map { _ in [LinkRow]() }
        var positions: [Int?] = snapshots.map { _ in 0 }
        // One page of each snapshot in turn: each finds another's scratch.
        while positions.contains(where: { $0 != nil }) {
            for index in snapshots.indices {
                guard let position = positions[index] else { continue }
                let page = try web.engine.backlinkPage(snapshots[index], target, from: position, limit: 7)
                found[index] += page.backlinks.map(\.link)
                positions[index] = page.next
            }
        }
        for (index, snapshot) in snapshots.enumerated() {
            var expected: Set<LinkRow> = []
            try web.engine.backlinks(snapshot, target, limit: nil) { expected.insert($0.link) }
            #expect(found[index].count == 40 && Set(found[index]) == expected, "\(snapshot.id)")
        }
    }

    @Test func aScratchIsFoundByItsBlock() throws {
        let web = try QueriesWeb([("2026-01-01", Self.links("a")), ("2026-01-02", Self.links("b"))])
        let snapshots = try web.store.snapshotIDs().map { try web.store.snapshot($0) }
        let scans = snapshots.map { LinkScan(everyRowOf: $0, columns: [.anchor]) }
        let pool = ScratchPool()
        for (snapshot, scan) in zip(snapshots, scans) {
            var rows = pool.take(scan, block: 0)
            #expect(!rows.holds(0, of: scan))
            try rows.load(0, rows: 0..<40, of: scan)
            pool.giveBack(rows, of: snapshot)
        }
        for scan in scans {
            let rows = pool.take(scan, block: 0)
            #expect(rows.holds(0, of: scan) && rows.count == 40)
        }
        #expect(!pool.take(scans[0], block: 0).holds(0, of: scans[0]), "it was taken out")
    }

    @Test func aScratchThatIsUsedAgainForgets() throws {
        let web = try QueriesWeb([("2026-01-01", Self.links("a"))])
        let snapshot = try web.snapshot()
        let scan = LinkScan(everyRowOf: snapshot, columns: [.anchor])
        let pool = ScratchPool()
        var rows = LinkRows()
        try rows.load(0, rows: 0..<40, of: scan)
        // A full pool; the one asked for another block gets the oldest.
        for _ in 0..<8 { pool.giveBack(rows, of: snapshot) }
        #expect(!pool.take(scan, block: 1).holds(0, of: scan))
    }
}
