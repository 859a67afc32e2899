import BacklinkContracts
import Testing

@Suite struct XMLTests {
    @Test func writesTheFormOfTheDocs() throws {
        let row = BacklinkRow(
            urlFrom: "https://a.example/?x=1&y=2", anchor: "<b>\u{1}\r\n", nofollow: true, inlinkRank: 7)
        let answer = RowAnswer(command: .getRawBacklinks, rows: [row], next: "abc")
        let bytes = XMLWriter.bytes(answer.wire)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.hasPrefix(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response><backlinks><backlink><url_from>"
                    + "https://a.example/?x=1&amp;y=2</url_from>"))
        #expect(
            text.contains("<anchor>&lt;b&gt;\u{FFFD}&#13;&#10;</anchor><alt nil=\"true\"/><nofollow>true</nofollow>"))
        #expect(text.hasSuffix("</backlink></backlinks><next>abc</next></response>\n"))
        var expected = answer
        expected.rows[0].anchor = "<b>\u{FFFD}\r\n"
        let read = try RowAnswer<BacklinkRow>(command: .getRawBacklinks, wire: XMLReader.value(bytes))
        #expect(read == expected)

        var streamed: [UInt8] = []
        XMLWriter.appendListStart("backlinks", to: &streamed)
        XMLWriter.appendListElement(row.wire, of: "backlinks", to: &streamed)
        XMLWriter.appendListEnd("backlinks", next: [WireMember("next", .text("abc"))], to: &streamed)
        #expect(streamed == bytes)
    }

    @Test func namesThatElementsCannotHave() throws {
        let value = WireValue.object([
            WireMember("targets", .list([.text("a"), .list([.text("b")])])),
            WireMember("platform_type", .list([.text("c")])),
            WireMember("counts", .object([WireMember("count", .text("1"))])),
            WireMember("tld", .object([WireMember("", .text("1")), WireMember("co.uk", .text("2"))])),
            WireMember("0", .text("x")), WireMember("item", .null), WireMember("a\"<\n", .text("")),
            WireMember("xmlns", .text("n")), WireMember("漢", .text("k")),
        ])
        #expect(try XMLReader.value(XMLWriter.bytes(value)) == value)
        let text = String(decoding: XMLWriter.bytes(value), as: UTF8.self)
        #expect(text.contains("<targets><target>a</target><target><item>b</item></target></targets>"))
        #expect(text.contains("<platform_type><item>c</item></platform_type>"))
        #expect(text.contains("<tld><member name=\"\">1</member><co.uk>2</co.uk></tld>"))
    }

    @Test func anyValueComesBack() throws {
        let seed: UInt64 = 71
        var random = RandomWire(seed: seed)
        for round in 0..<600 {
            let value = WireShapes.xml(random.object())
            #expect(
                WireShapes.texts(try XMLReader.value(XMLWriter.bytes(value))) == WireShapes.texts(value),
                "seed \(seed), round \(round)")
        }
    }

    @Test func anyRowComesBack() throws {
        let seed: UInt64 = 72
        var random = RandomWire(seed: seed)
        for round in 0..<400 {
            let row = try BacklinkRow(wire: WireShapes.xml(random.backlinkRow().wire))
            #expect(
                try BacklinkRow(wire: XMLReader.value(XMLWriter.bytes(row.wire))) == row, "seed \(seed), round \(round)"
            )
        }
    }

    private static let refused: [(String, WireError.Kind)] = [
        ("", .syntax), ("x", .syntax), ("<a>", .syntax), ("<a></b>", .syntax), ("<a/><b/>", .syntax),
        ("<a/>x", .syntax), ("<a><b></a>", .syntax),
        ("<a>&x;</a>", .syntax),
        ("<a>\u{1}</a>", .syntax), ("<a b=1/>", .syntax), ("<a>x<b/></a>", .shape), ("{\"a\":1}", .syntax),
        ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", .syntax),
        ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", .syntax),
        ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", .syntax),
        ("<?xml version='1.0' encoding = 'utf-7'?><a/>", .syntax), ("<a>\u{0}</a>", .syntax),
        (String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65), .tooLarge),
        ("<a>" + String(repeating: "x", count: 1_000) + "</a>", .tooLarge),
    ]

    @Test(arguments: refused)
    func refuses(_ text: String, _ kind: WireError.Kind) throws {
        let error = try #require(throws: WireError.self) {
            _ = try XMLReader.value(Array(text.utf8), byteLimit: 1_000)
        }
        #expect(error.kind == kind, "\(error)")
    }

    /// An answer of one tag with millions of them would take many times its own memory, and ever longer to compare.
    @Test func attributesOfATagAreLimited() throws {
        func tag(_ count: Int, more: String = "") -> [UInt8] {
            Array("<a\((0..<count).map { " a\($0)='\($0)'" }.joined())\(more)/>".utf8)
        }
        #expect(try XMLReader.value(tag(1_000)) == .text(""))
        #expect(try XMLReader.value(tag(998, more: " name='x' nil='true'")) == .null)
        let error = try #require(throws: WireError.self) { try XMLReader.value(tag(1_001)) }
        #expect(error.kind == .tooLarge && error.offsetInBytes == UInt64(tag(1_000).count - 1))
        #expect(error.message == "XML element \"a\": at most 1000 attributes expected, found more")
        let twice = try #require(throws: WireError.self) { try XMLReader.value(tag(999, more: " a0=''")) }
        #expect(twice.kind == .syntax && twice.message == "not XML: attribute \"a0\" comes twice")
    }

    @Test func othersXMLIsRead() throws {
        let text = """
            <?xml version='1.0' encoding='utf-8' standalone="yes"?>
            <!-- a comment --><response version="2">
              <metrics>
                <metric><target><![CDATA[a&b]]></target> <backlinks>12</backlinks><ips nil="true"/></metric>
              </metrics>
            </response>
            """
        let answer = try RowAnswer<MetricsRow>(command: .getMetrics, wire: XMLReader.value(Array(text.utf8)))
        #expect(answer.rows == [MetricsRow(target: "a&b", backlinks: 12)])
        #expect(throws: WireError.self) { try XMLReader.value([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E]) }
    }
}
