import BacklinkContracts
import Testing

@Suite struct CSVTests {
    @Test func quotesWhatItMust() {
        var out: [UInt8] = []
        CSVText.appendLine(["a", nil, "", "x,y", "say \"hi\"", "two\nlines", " b ", "漢"], to: &out)
        #expect(String(decoding: out, as: UTF8.self) == "a,,\"\",\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\", b ,漢\n")
    }

    @Test func columnsAreTheMembersOfARow() {
        func names(_ row: BacklinkRow) -> [String] { (row.wire.objectValue ?? []).map(\.name) }
        #expect(BacklinkCSV.header == names(BacklinkRow()))
        #expect(BacklinkCSV.extendedHeader == names(BacklinkRow(linkType: "href", rel: "")))
    }

    @Test func rows() {
        let row = BacklinkRow(
            urlFrom: "https://a.example/?a,b", urlTo: "https://b.example/", title: "", anchor: "\"x\"", nofollow: false,
            image: true, inlinkRank: -1, domainInlinkRank: 100, firstSeen: "2025-01-01", linkType: "href", rel: "")
        var out: [UInt8] = []
        BacklinkCSV.appendHeader(extended: false, to: &out)
        BacklinkCSV.appendRow(row, extended: false, to: &out)
        BacklinkCSV.appendRow(BacklinkRow(), extended: true, to: &out)
        BacklinkCSV.appendRow(row, extended: true, to: &out)
        let start = #""https://a.example/?a,b",https://b.example/,"","""x""",,false,true,,-1,100,2025-01-01,"#
        #expect(
            String(decoding: out, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) == [
                "url_from,url_to,title,anchor,alt,nofollow,image,image_source,inlink_rank,domain_inlink_rank,first_seen,"
                    + "last_visited",
                start[...], ",,,,,,,,,,,,,", start + ",href,\"\"", "",
            ])
    }

    /// The same as the plain line writer, for any row.
    @Test func rowsAreLines() throws {
        let seed: UInt64 = 51
        var random = RandomWire(seed: seed)
        for round in 0..<500 {
            let row = random.backlinkRow()
            var out: [UInt8] = []
            BacklinkCSV.appendRow(row, extended: true, to: &out)
            var line: [UInt8] = []
            let wire = row.wire
            CSVText.appendLine(BacklinkCSV.extendedHeader.map { wire[$0]?.textValue }, to: &line)
            #expect(out == line, "seed \(seed), round \(round)")
        }
    }
}
