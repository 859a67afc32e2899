import Testing

@testable import SnapshotImport

@Suite struct CSVHeaderTests {
    static func find(
        _ text: String, map: [ColumnRole: String] = [:], hasTarget: Bool = false
    ) throws -> CSVHeader {
        try CSVHeader.find(in: Array(text.utf8), isWhole: true, name: "test.csv", map: map, hasTarget: hasTarget)
    }

    /// Header lines as docs/import.md lists them, with the delimiter and the preamble that the tool writes.
    static let exports: [(profile: String, text: String, delimiter: Character, urlFrom: Int, urlTo: Int?)] = [
        (
            "link rows by our own column names",
            "url_from,url_to,title,anchor,alt,nofollow,image,image_source,inlink_rank,domain_inlink_rank,first_seen,last_visited",
            ",", 0, 1
        ),
        (
            "link rows by our own column names",
            "URL From;URL To;Title;Anchor Text;ALT;No-Follow;Image;Image Source;Inlink Rank;Domain Inlink Rank;First Seen;Last Visited",
            ";", 0, 1
        ),
        (
            "Ahrefs backlinks export",
            "\"Referring page title\"\t\"Referring page URL\"\t\"Language\"\t\"Target URL\"\t\"Left context\"\t\"Anchor\"\t\"Type\"\t\"Nofollow\"\t\"UGC\"\t\"Sponsored\"\t\"Lost status\"\t\"First seen\"\t\"Last seen\"\t\"Lost\"",
            "\t", 1, 3
        ),
        (
            "Ahrefs API v3 backlinks",
            "url_from,title,link_type,first_seen_link,lost_reason,is_dofollow,is_nofollow,anchor,url_to,last_visited",
            ",", 0, 8
        ),
        (
            "Majestic backlinks export",
            "\"SourceURL\",\"AnchorText\",\"SourceTrustFlow\",\"Domain\",\"FirstIndexedDate\",\"LinkType\",\"TargetURL\",\"FlagNoFollow\",\"FlagDeleted\"",
            ",", 0, 6
        ),
        (
            "Majestic backlinks export",
            "Target URL,Source URL,Anchor Text,Source Crawl Date,Source First Found Date,FlagNoFollow,FlagImageLink,FlagRedirect,FlagFrame,FlagOldCrawl,FlagAltText,FlagMention,SourceCitationFlow,SourceTrustFlow",
            ",", 1, 0
        ),
        (
            "Majestic backlinks export",
            "Source URL,Anchor Text,Source Trust Flow,Source Citation Flow,Domain Trust Flow,Link First Indexed Date,Target URL",
            ",", 0, 6
        ),
        (
            "Moz inbound links export",
            "Link Explorer\nInbound Links for\nexample.com\n\"Sep 15, 2026, all links\"\n\nURL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Number of Domains Linking to this Page,Number of Domains Linking to Domain,Origin,Target URL,Link Equity,No Link Equity,Only rel=nofollow,Only follow,301",
            ",", 0, 9
        ),
        (
            "Semrush backlinks export",
            "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow ,Sponsored,Ugc,Text,Frame,Form,Image,Sitewide,First seen,Last seen,New link,Lost link",
            ",", 2, 3
        ),
        (
            "Semrush backlinks export",
            "Page score,Page trust score,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Frame,Form,Image,Sitewide,First seen,Last seen",
            ",", 3, 4
        ),
        (
            "Semrush API backlinks report", "source_url;target_url;anchor;source_title;first_seen;last_seen;type", ";",
            0, 1
        ),
        ("Google Search Console latest links", "Linking page,Last crawled", ",", 0, nil),
        (
            "Screaming Frog all inlinks",
            "\"Type\",\"Source\",\"Destination\",\"Size (Bytes)\",\"Alt Text\",\"Anchor\",\"Status Code\",\"Status\",\"Crawlability\",\"Follow\",\"Target\",\"Rel\",\"Path Type\",\"Link Path\",\"Link Position\",\"Link Origin\"",
            ",", 1, 2
        ),
        (
            "Screaming Frog all inlinks",
            "\"All Inlinks\"\n\"Type\",\"Source\",\"Destination\",\"Alt Text\",\"Anchor\",\"Status Code\",\"Status\",\"Follow\"",
            ",", 1, 2
        ),
    ]

    @Test(arguments: exports.indices) func knownExportsAreRecognised(index: Int) throws {
        let (profile, text, delimiter, urlFrom, urlTo) = CSVHeaderTests.exports[index]
        let header = try CSVHeaderTests.find(text + "\r\nrow", hasTarget: urlTo == nil)
        #expect(header.profile.name.hasPrefix(profile))
        #expect(header.delimiter == delimiter.asciiValue)
        #expect(header.columns[.urlFrom] == [urlFrom])
        #expect(header.columns[.urlTo] == urlTo.map { [$0] })
        #expect(header.byteCount == text.utf8.count + 2)
        #expect(header.nextLineNumber == text.split(separator: "\n", omittingEmptySubsequences: false).count + 1)
    }

    @Test func aMapNamesColumnsOfUnknownFilesAndOverridesKnownOnes() throws {
        let header = try CSVHeaderTests.find(
            "Von|x,Nach,Text\n", map: [.urlFrom: "von|x", .urlTo: "Nach", .anchor: "text"])
        #expect(header.profile.name == "columns as mapped")
        #expect(header.columns == [.urlFrom: [0], .urlTo: [1], .anchor: [2]])
        let own = try CSVHeaderTests.find("url_from,url_to,anchor,label\n", map: [.anchor: "label"])
        #expect(own.columns[.anchor] == [3])
    }

    @Test(
        arguments: [
            ("a,b,c\n1,2,3\n", [:], "Found: a, b, c"),
            (
                "a,b,c\n", [ColumnRole.urlFrom: "a", .urlTo: "d"],
                "has no header \"d\" (--map url_to=d). Its headers are: a, b, c"
            ),
            ("url_from,url_to\n", [.anchor: "text"], "has no header \"text\""),
            ("a,b,c\n", [.urlFrom: "a"], "no column for url_to"),
            ("Linking page,Last crawled\n", [:], "--target URL"),
            ("Site,Linking pages,Target pages\n", [:], "export Links > Latest links instead"),
            ("Target page,Incoming links,Linking sites\n", [:], "export Links > Latest links instead"),
            ("Referring page title,Referring page URL,Intersect,example.com/\n", [:], "names no target pages"),
            ("", [:], "is empty"),
            ("\n\n", [:], "is empty"),
            ("\"never closed, url_from\n", [:], "expected a header line within the first 65536 bytes"),
        ] as [(String, [ColumnRole: String], String)])
    func theNextStepIsSaid(text: String, map: [ColumnRole: String], message: String) {
        #expect { try CSVHeaderTests.find(text, map: map) } throws: { error in
            "\(error)".contains(message)
        }
    }

    @Test func rowsAboveTheHeaderAreCounted() throws {
        #expect(try CSVHeaderTests.find("Links of a site\nurl_from,url_to\n").recordsAbove == 0)
        #expect(try CSVHeaderTests.find("Title\na,b\nc,d\nurl_from,url_to\n").recordsAbove == 2)
    }

    @Test func aHeaderBelowTenLinesIsNotSearchedFor() {
        let text = String(repeating: "note\n", count: 11) + "url_from,url_to\n"
        #expect(throws: ImportError.self) { try CSVHeaderTests.find(text) }
        #expect(throws: Never.self) { try CSVHeaderTests.find(String(text.dropFirst(5))) }
    }
}
