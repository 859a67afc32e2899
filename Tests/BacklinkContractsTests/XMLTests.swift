import BacklinkContracts
import Testing

@Suite struct XMLTests {
    @Test func writesTheFormOfTheDocs() throws {
        let row = BacklinkRow(
            urlFrom: "https://a.example/?x=1&y=2", anchor: "<b>\u{1}\r\n", nofollow: true, inlinkRank: 7)
        let answer = RowAnswer(command: .getRawBacklinks, rows: [row], next: "abc")
        let bytes = XMLWriter.bytes(answer.wire)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response><backlinks><backlink><url_from>"))
        #expect(
            text.contains("<anchor>&lt;b&gt;\u{FFFD}&#13;&#10;</anchor><alt nil=\"true\"/><nofollow>true</nofollow>"))
        var expected = answer
        expected.rows[0].anchor = "<b>\u{FFFD}\r\n"
        let read = try RowAnswer<BacklinkRow>(command: .getRawBacklinks, wire: XMLReader.value(bytes))
        #expect(read == expected)
    }
}
