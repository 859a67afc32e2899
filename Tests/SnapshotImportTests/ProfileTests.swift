import Foundation
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

/// One small file in the form of each known export: what its values become.
@Suite struct ProfileTests {
    let fixture: ImportFixture
    init() throws { fixture = try ImportFixture() }

    private static let b = "https://b.example/"

    private func flagsAndTypes() throws -> [String] {
        try fixture.rows().map { row in
            var words: [String] = [row.type.name]
            if row.flags.contains(.nofollow) { words.append("nofollow") }
            if row.flags.contains(.ugc) { words.append("ugc") }
            if row.flags.contains(.sponsored) { words.append("sponsored") }
            if row.flags.contains(.image) { words.append("image") }
            if row.flags.contains(.relUnknown) { words.append("unknown") }
            return "\(row.urlFrom.dropFirst(17)) " + words.joined(separator: " ")
        }
    }

    @Test func ahrefsExportInUTF16() throws {
        let lines = [
            "Referring page title\tReferring page URL\tTarget URL\tAnchor\tType\tNofollow\tUGC\tSponsored\tLost status\tDrop reason\tFirst seen\tLast seen\tLost",
            "Заголовок 日本\thttps://a.example/1\thttps://b.example/\tякорь\tText\ttrue\tfalse\ttrue\t\t\t2026-09-15 10:11:12\t2026-10-01 00:00:00\t",
            "\thttps://a.example/2\thttps://b.example/\t\tImage\tfalse\ttrue\tfalse\t\t\t2026-09-15T10:11:12\t2026-10-01\t",
            "\thttps://a.example/3\thttps://b.example/\t\tRedirect\tFALSE\tFALSE\tFALSE\t\t\t\t\t",
            "\thttps://a.example/4\thttps://b.example/\t\tText\tfalse\tfalse\tfalse\tlost\tNot found\t2026-09-15\t\t2026-10-02 01:02:03",
        ].map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map { "\"\($0)\"" }.joined(separator: "\t")
        }
        let data = try #require((lines.joined(separator: "\r\n") + "\r\n").data(using: .utf16LittleEndian))
        let path = try fixture.directory.write([0xFF, 0xFE] + [UInt8](data), to: "a.csv")
        let report = try fixture.csv(files: [path])
        #expect(report.recognised[0].hasPrefix("a.csv: Ahrefs backlinks export, TAB-separated, UTF-16 LE; "))
        #expect(try flagsAndTypes() == ["/1 href nofollow sponsored", "/2 href ugc image", "/3 redirect"])
        let row = try fixture.rows()[0]
        #expect(row.title == "Заголовок 日本" && row.anchor == "якорь")
        #expect(row.firstSeen == Day("2026-09-15") && row.lastVisited == Day("2026-10-01"))
        #expect(report.notes == ["1 row is marked as lost by its source and was left out"])
    }

    @Test func ahrefsAPI() throws {
        _ = try fixture.csv([
            "url_from,url_to,anchor,link_type,is_dofollow,is_nofollow,is_ugc,first_seen_link,lost_reason,last_visited\n"
                + "https://a.example/1,https://b.example/,x,text,true,false,false,2026-01-02T00:00:00Z,,2026-02-03\n"
                + "https://a.example/2,https://b.example/,x,image,false,true,true,2026-01-02T00:00:00Z,,\n"
                + "https://a.example/3,https://b.example/,x,canonical,true,false,false,,removed,\n"
        ])
        #expect(try flagsAndTypes() == ["/1 href", "/2 href nofollow ugc image"])
    }

    @Test func majestic() throws {
        let old =
            "\u{FEFF}\"SourceURL\",\"AnchorText\",\"SourceTrustFlow\",\"FirstIndexedDate\",\"LinkType\",\"TargetURL\",\"FlagRedirect\",\"FlagFrame\",\"FlagNoFollow\",\"FlagImages\",\"FlagDeleted\",\"FlagAltText\",\"LastSeenDate\",\"FlagMention\",\"DateLost\",\"ReasonLost\"\n"
            + "\"https://a.example/1\",\"x\",\"1\",\"2026-01-01\",\"TextLink\",\"https://b.example/\",\"\",\"\",\"+\",\"\",\"\",\"\",\"2026-02-01\",\"\",\"\",\"\"\n"
            + "\"https://a.example/2\",\"x\",\"1\",\"2026-01-01\",\"ImageLink\",\"https://b.example/\",\"\",\"\",\"\",\"\",\"\",\"+\",\"2026-02-01\",\"\",\"\",\"\"\n"
            + "\"https://a.example/3\",\"x\",\"1\",\"2026-01-01\",\"Redirect\",\"https://b.example/\",\"+\",\"\",\"\",\"\",\"\",\"\",\"2026-02-01\",\"\",\"\",\"\"\n"
            + "\"https://a.example/4\",\"x\",\"1\",\"2026-01-01\",\"Frame\",\"https://b.example/\",\"\",\"+\",\"\",\"\",\"\",\"\",\"2026-02-01\",\"\",\"\",\"\"\n"
            + "\"https://a.example/5\",\"x\",\"1\",\"2026-01-01\",\"Mention\",\"https://b.example/\",\"\",\"\",\"\",\"\",\"\",\"\",\"2026-02-01\",\"+\",\"\",\"\"\n"
            + "\"https://a.example/6\",\"x\",\"1\",\"2026-01-01\",\"TextLink\",\"https://b.example/\",\"\",\"\",\"\",\"\",\"+\",\"\",\"2026-02-01\",\"\",\"2026-02-01\",\"\"\n"
        let newer =
            "Target URL,Source URL,Anchor Text,Source Crawl Date,Source First Found Date,FlagNoFollow,FlagImageLink,FlagRedirect,FlagFrame,FlagOldCrawl,FlagAltText,FlagMention,SourceCitationFlow,SourceTrustFlow\n"
            + "https://b.example/,https://a.example/7,,2026-03-01,2026-01-01,NoFollow,,,,OldCrawl,,,9,9\n"
        let report = try fixture.csv([old, newer])
        #expect(
            try flagsAndTypes() == ["/1 href nofollow", "/2 href image", "/3 redirect", "/4 frame", "/7 href nofollow"])
        #expect(report.recognised[0].contains("UTF-8 with byte order mark"))
        #expect(
            report.notes == [
                "1 row is marked as lost by its source and was left out",
                "1 row is a mention without a link and was left out",
            ])
        #expect(
            try fixture.rows().map(\.lastVisited)
                == ["2026-02-01", "2026-02-01", "2026-02-01", "2026-02-01", "2026-03-01"].map { Day($0) })
    }

    @Test func mozBelowItsPreamble() throws {
        let report = try fixture.csv([
            "\"Moz\"\n\"Inbound links to: b.example\"\n\"Page: 1, sorted\"\n\n\nURL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Number of Domains Linking to this Page,Number of Domains Linking to Domain,Origin,Target URL,Link Equity,No Link Equity,Only rel=nofollow,Only follow,301\n"
                + "https://a.example/1,T,x,1,2,3,4,5,o,https://b.example/,Yes,No,No,Yes,No\n"
                + "https://a.example/2,T,x,1,2,3,4,5,o,https://b.example/,No,Yes,Yes,No,No\n"
                + "https://a.example/3,T,,1,2,3,4,5,o,https://b.example/,No,Yes,No,Yes,Yes\n"
        ])
        #expect(report.rejections.isEmpty)
        #expect(try flagsAndTypes() == ["/1 href", "/2 href nofollow", "/3 redirect"])
    }

    @Test func semrush() throws {
        _ = try fixture.csv([
            "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow ,Sponsored,Ugc,Text,Frame,Form,Image,Sitewide,First seen,Last seen,New link,Lost link\n"
                + "9,T,https://a.example/1,https://b.example/,x,1,2,true,true,false,true,false,false,false,false,2026-01-01,2026-02-01,false,false\n"
                + "9,T,https://a.example/2,https://b.example/,x,1,2,false,false,true,false,false,false,true,false,2026-01-01,2026-02-01,true,false\n"
                + "9,T,https://a.example/3,https://b.example/,x,1,2,false,false,false,false,true,false,false,false,2026-01-01,2026-02-01,true,false\n"
                + "9,T,https://a.example/4,https://b.example/,x,1,2,false,false,false,false,false,true,false,false,2026-01-01,2026-02-01,true,false\n"
                + "9,T,https://a.example/5,https://b.example/,x,1,2,false,false,false,true,false,false,false,false,2026-01-01,2026-02-01,false,true\n",
            "source_url;target_url;anchor;source_title;first_seen;last_seen;type\n"
                + "https://a.example/6;https://b.example/;x;T;1757894400;1760000000;image\n",
        ])
        #expect(
            try flagsAndTypes() == [
                "/1 href nofollow sponsored", "/2 href ugc image", "/3 frame", "/4 form", "/6 href image unknown",
            ])
        #expect(try fixture.rows().last?.firstSeen == Day("2025-09-15"))
    }

    @Test func searchConsoleNeedsATarget() throws {
        let text = "Linking page,Last crawled\nhttps://a.example/1,2026-09-15\nhttps://a.example/2,\"Sep 5, 2026\"\n"
        #expect { try fixture.csv([text]) } throws: { "\($0)".contains("--target URL") }
        let report = try fixture.csv([text], target: "https://B.example")
        #expect(try flagsAndTypes() == ["/1 href unknown", "/2 href unknown"])
        #expect(try fixture.rows().map(\.urlTo) == [ProfileTests.b, ProfileTests.b])
        #expect(try fixture.rows().map(\.anchor) == [nil, nil])
        #expect(try fixture.rows().map(\.lastVisited) == [Day("2026-09-15"), Day("2026-09-05")])
        #expect(report.manifest.provenance.parameters["target"] == "https://B.example")
        #expect(report.recognised[0].contains("url_to = --target"))
    }

    @Test func screamingFrog() throws {
        let report = try fixture.csv([
            "\u{FEFF}\"Type\",\"Source\",\"Destination\",\"Size (Bytes)\",\"Alt Text\",\"Anchor\",\"Status Code\",\"Status\",\"Follow\",\"Target\",\"Rel\"\n"
                + "\"Hyperlink\",\"https://a.example/1\",\"https://b.example/\",\"0\",\"\",\"x\",\"200\",\"OK\",\"true\",\"_blank\",\"noopener\"\n"
                + "\"Hyperlink\",\"https://a.example/2\",\"https://b.example/\",\"0\",\"logo\",\"\",\"200\",\"OK\",\"false\",\"\",\"nofollow ugc\"\n"
                + "\"Image\",\"https://a.example/3\",\"https://b.example/i.png\",\"0\",\"logo\",\"\",\"200\",\"OK\",\"true\",\"\",\"\"\n"
                + "\"CSS\",\"https://a.example/3\",\"https://b.example/s.css\",\"0\",\"\",\"\",\"200\",\"OK\",\"true\",\"\",\"\"\n"
                + "\"Canonical\",\"https://a.example/4\",\"https://b.example/\",\"0\",\"\",\"\",\"200\",\"OK\",\"true\",\"\",\"\"\n",
            "All Inlinks\n\"Type\",\"Source\",\"Destination\",\"Alt Text\",\"Anchor\",\"Status Code\",\"Status\",\"Follow\"\n"
                + "\"HREF\",\"https://a.example/5\",\"https://b.example/\",\"\",\"x\",\"200\",\"OK\",\"false\"\n",
        ])
        #expect(
            try flagsAndTypes() == ["/1 href", "/2 href nofollow ugc image", "/4 canonical", "/5 href nofollow"])
        #expect(
            report.notes == [
                "2 rows are things that pages load (images, style sheets, scripts), not links, and were left out"
            ])
    }

    @Test func unknownLinkTypesAreKeptAndSaid() throws {
        let report = try fixture.csv(["url_from,url_to,link_type\nhttps://a.example/1,https://b.example/,telepathy\n"])
        #expect(try flagsAndTypes() == ["/1 other unknown"])
        #expect(report.notes == ["1 row has the unknown link type \"telepathy\", taken as \"other\""])
    }
}
