import Foundation
import LinkModel
import Testing

@testable import SnapshotStore

/// Tests/Fixtures/store-v1 was written once, by the first program with format 1, and is never written again: every later
/// program reads it.
@Suite struct OldFormatTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/store-v1").path(percentEncoded: false)

    @Test func formatOneIsRead() throws {
        let store = try Store(opening: Self.path)
        #expect(try store.snapshotIDs().map(\.description) == ["2026-11-01-v1"])
        let snapshot = try store.newestSnapshot()
        #expect(try snapshot.verify() == 7_878)
        #expect(snapshot.manifest.counts.links == 5 && snapshot.manifest.label == "v1")
        let urls = try SampleSnapshot.keys(snapshot.pages).map { key in SortKey.text(of: key.span) }
        #expect(
            urls == [
                "https://192.0.2.1/", "http://blog.example.com:8080/p?q=1", "https://www.example.com/a",
                "https://user.github.io/", "https://example.org/", "https://example.org/x/y",
            ])
        #expect(try snapshot.hostDomains() == [0, 1, 1, 2, 3])
        let rows = try SampleLinks.read(snapshot.links).map { link in
            let texts = try [link.anchor, link.title, link.imageSource].map { try snapshot.string($0) ?? "-" }
            let days = [link.firstSeen, link.lastVisited].map { LinkRecord.day(fromStored: $0)?.description ?? "-" }
            return "\(link.from) \(link.to) \(link.type) \(link.flags & 9) " + (texts + days).joined(separator: "|")
        }
        #expect(
            rows == [
                "0 2 0 0 address|Address|-|2026-03-03|2026-04-04",
                "1 4 0 9 |Blog|https://example.org/logo.png|2025-05-05|2026-10-30",
                "2 4 0 0 an anchor|Home|-|2026-01-02|2026-10-30",
                "3 5 1 0 日本語|Ünïcode|-|-|-",
                "4 5 2 0 internal|-|-|0001-01-01|9999-12-31",
            ])
        let name = try #require(snapshot.manifest.derived.first?.name)
        let ranks = try snapshot.derivedDoubles(named: name, column: "pagerank")
        #expect(ranks.count == 4 && abs(ranks.reduce(0, +) - 1) < 1e-12)
    }
}
