import Foundation
import LinkModel
import Testing

@testable import SnapshotStore

/// The stores in Tests/Fixtures were written once, by a program that had just learnt the format, and are never written again: every later
/// program reads them. What store-v2 says was written down by the second reader, tools/strata_reader.py.
@Suite struct OldFormatTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Fixtures").path(percentEncoded: false)

    @Test func formatOneIsRead() throws {
        let store = try Store(opening: Self.fixtures + "/store-v1")
        #expect(try store.snapshotIDs().map(\.description) == ["2026-11-01-v1"])
        let snapshot = try store.newestSnapshot()
        #expect(try snapshot.verify(deep: true) == 7_878)
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
        #expect(ranks == [0.13750429699884395, 0.25438294947710244, 0.13750429699884395, 0.4706084565252096])
    }

    /// As imported, compacted, a delta, a graph of hosts, one of numbers.
    @Test(arguments: ["2026-01-01", "2026-02-01", "2026-03-01-golden", "2026-01-01-hosts", "2026-01-01-numbers"])
    func formatTwoIsRead(_ id: String) throws {
        let store = try Store(opening: Self.fixtures + "/store-v2")
        #expect(try store.snapshotIDs().count == 5)
        let snapshot = try store.snapshot(#require(SnapshotID(id)))
        #expect(try snapshot.verify(deep: true) > 8_000)
        #expect(try rows(snapshot) == expected("\(id).csv"))
        #expect((snapshot.base != nil) == (id == "2026-03-01-golden"))
    }

    @Test(arguments: [
        ("2026-01-01", "domain"), ("2026-02-01", "domain"), ("2026-03-01-golden", "domain"), ("2026-01-01", "page"),
        ("2026-03-01-golden", "page"), ("2026-02-01", "host"),
    ])
    func ranksOfFormatTwoAreRead(_ id: String, level: String) throws {
        let snapshot = try Store(opening: Self.fixtures + "/store-v2").snapshot(#require(SnapshotID(id)))
        let result = try #require(snapshot.manifest.derived.first { $0.parameters["level"] == level })
        let ranks = try snapshot.derivedDoubles(named: result.name, column: "pagerank")
        let keys = try SampleSnapshot.keys(
            level == "page" ? snapshot.pages : level == "host" ? snapshot.hosts : snapshot.domains)
        let found = keys.enumerated().map { index, key in
            let name = level == "page" ? SortKey.text(of: key.span) : SortKey.hostName(ofHostKey: key.span)
            return "\(name),\(ranks[index])"
        }
        let lines = try expected("\(id).\(level)-ranks.csv").split(separator: "\n").dropFirst().map(String.init)
        #expect(found.sorted() == lines.sorted() && lines.count > 50)
    }

    @Test func figuresOfFormatTwoAreRead() throws {
        let store = try Store(opening: Self.fixtures + "/store-v2")
        #expect(try store.verifyFigures() == 3_165)
        let figures = try store.providerFigures().filter { $0.endpoint == "history" && $0.date == "2026-02-01" }
        #expect(figures.count == 1 && figures[0].provider == "dataforseo" && figures[0].target == "www.grako.net")
        #expect(figures.first?.values["backlinks"] == 33 && figures.first?.values["lost_backlinks"] == 31)
    }

    private func expected(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Self.fixtures)/store-v2-expected/\(name)", encoding: .utf8)
    }

    /// As tools/strata_reader.py prints them.
    private func rows(_ snapshot: Snapshot) throws -> String {
        let pages = try SampleSnapshot.keys(snapshot.pages).map { SortKey.text(of: $0.span, kind: snapshot.nodeKind) }
        var lines = [
            "url_from,url_to,title,anchor,nofollow,image,image_source,first_seen,last_visited,link_type,provider_inlink_rank,"
                + "provider_domain_inlink_rank"
        ]
        for link in try SampleLinks.read(snapshot.links) {
            func text(_ id: UInt32) throws -> String { try snapshot.string(id) ?? "" }
            func day(_ stored: UInt32) -> String { LinkRecord.day(fromStored: stored)?.description ?? "" }
            func rank(_ stored: UInt8) -> String { LinkRecord.rank(fromStored: stored).map { "\($0)" } ?? "" }
            let flags = LinkFlags(rawValue: link.flags)
            let cells = [
                pages[Int(link.from)], pages[Int(link.to)], try text(link.title), try text(link.anchor),
                "\(flags.contains(.nofollow))", "\(flags.contains(.image))", try text(link.imageSource),
                day(link.firstSeen),
                day(link.lastVisited), LinkType(rawValue: link.type)?.name ?? "", rank(link.inlinkRank),
                rank(link.domainInlinkRank),
            ]
            lines.append(cells.map(quoted).joined(separator: ","))
        }
        return lines.map { $0 + "\r\n" }.joined()
    }

    private func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { [0x2C, 0x22, 0x0D, 0x0A].contains($0) }) else { return cell }
        return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
