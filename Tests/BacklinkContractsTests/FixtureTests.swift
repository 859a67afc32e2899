import BacklinkContracts
import TestSupport
import Testing

@Suite struct FixtureTests {
    @Test func everyAnswerAndRequestHasAFixture() throws {
        let types = Set(try Fixture.all().map(\.type))
        for command in SEOPowerSuiteCommand.allCases {
            #expect(types.contains(.rows(command)))
            #expect(types.contains(.request(command)) == command.allowsPOST)
        }
        for endpoint in DataForSEOEndpoint.allCases {
            #expect(types.contains(.envelope(endpoint)))
            #expect(types.contains(.taskList(endpoint)))
        }
    }

    @Test func readAndWrittenTheyAreTheSameBytes() throws {
        for fixture in try Fixture.all() {
            let wire = try JSONReader.value(Array(fixture.text.utf8))
            #expect(
                String(decoding: JSONWriter.bytes(try fixture.type.again(wire)), as: UTF8.self)
                    == String(decoding: fixture.compact, as: UTF8.self), "\(fixture)")
        }
    }

    /// Through XML and back the types make the same values.
    @Test func xmlMakesTheSameValues() throws {
        for fixture in try Fixture.all() {
            if case .request = fixture.type { continue }
            if case .taskList = fixture.type { continue }
            let wire = try JSONReader.value(Array(fixture.text.utf8))
            let again = try fixture.type.again(XMLReader.value(XMLWriter.bytes(wire)))
            let expected = WireShapes.xml(wire)
            #expect(WireShapes.texts(again) == WireShapes.texts(expected), "\(fixture)")
        }
    }

    /// Without any member, with unknown members, with members twice: read, and written as the type's own form.
    @Test func missingMembersAreNull() throws {
        let row = try BacklinkRow(
            wire: JSONReader.value(Array(#"{"url_from":"a","new":{"x":[1]},"url_from":"b"}"#.utf8)))
        #expect(row == BacklinkRow(urlFrom: "b"))
        #expect(
            String(decoding: JSONWriter.bytes(row.wire), as: UTF8.self)
                == #"{"url_from":"b","url_to":null,"title":null,"anchor":null,"alt":null,"nofollow":null,"image":null,"#
                + #""image_source":null,"inlink_rank":null,"domain_inlink_rank":null,"first_seen":null,"last_visited":null}"#
        )
        let empty = WireValue.object([])
        #expect(try NewLostBacklinkRow(wire: empty).wire["title"] == .text(""))
        #expect(try ExportTask(wire: empty).wire == empty)
        for type in TypedAnswer.all { _ = try type.again(empty) }
        for command in SEOPowerSuiteCommand.allCases {
            guard let name = command.listName else { continue }
            let null = WireValue.object([WireMember(name, .null)])
            #expect(try TypedAnswer.rows(command).again(null) == .object([WireMember(name, .list([]))]))
        }
        #expect(try DataForSEOEnvelope(wire: empty).tasks == nil)
        let nulls = #"{"tasks":[null,{"data":[],"result":[null,{"items":[null]}],"path":null}]}"#
        let task = try #require(try DataForSEOEnvelope(wire: JSONReader.value(Array(nulls.utf8))).tasks?.first)
        #expect(task.data == .object([]) && task.path == nil)
        #expect(try task.results(HistoryResult.self) == [HistoryResult(items: [])])
    }

    @Test func numbersAreReadAsOthersWriteThem() throws {
        let text = #"{"target":12,"backlinks":1.0,"refdomains":"7","dofollow backlinks":3,"ips":"","gov_backlinks":-1}"#
        let row = try MetricsRow(wire: JSONReader.value(Array(text.utf8)))
        #expect(row == MetricsRow(target: "12", backlinks: 1, refdomains: 7, dofollowBacklinks: 3, govBacklinks: -1))
        let flags = try BacklinkRow(wire: JSONReader.value(Array(#"{"nofollow":"true","image":0}"#.utf8)))
        #expect(flags.nofollow == true && flags.image == false)
        for (cost, expected) in [("0", 0), ("0.5", 0.5), ("\"0.25\"", 0.25), ("2", 2.0)] {
            let envelope = try DataForSEOEnvelope(wire: JSONReader.value(Array("{\"cost\":\(cost)}".utf8)))
            #expect(envelope.cost == expected)
        }
        let dictionaries = #"{"referring_links_tld":[],"referring_links_types":{"a":null,"b":1.0}}"#
        let point = try HistoryItem(wire: JSONReader.value(Array(dictionaries.utf8)))
        #expect(point.referringLinksTld == [])
        #expect(point.referringLinksTypes == [NamedCount("a", nil), NamedCount("b", 1)])
    }

    @Test func whatCannotBeReadNamesItsMember() throws {
        func failure(_ text: String) throws -> WireError {
            try #require(throws: WireError.self) {
                _ = try RowAnswer<MetricsRow>(command: .getMetrics, wire: JSONReader.value(Array(text.utf8)))
            }
        }
        #expect(
            try failure(#"{"metrics":[{"backlinks":1.5}]}"#).description
                == "a row of get-metrics, member backlinks: expected an integer, found the number 1.5")
        #expect(try failure(#"{"metrics":{"a":1}}"#).kind == .shape)
        #expect(try failure(#"{"metrics":["a"]}"#).description.contains(#"expected an object, found the text "a""#))
        #expect(try failure("[]").kind == .shape)
    }

    @Test func errorsOfAnyForm() throws {
        func read(_ text: String) throws -> ErrorBody { try ErrorBody(wire: JSONReader.value(Array(text.utf8))) }
        #expect(try read(#"{"error":"no credit"}"#).explanation == "no credit")
        #expect(try read(#"{"message":"gone"}"#).message == "gone")
        #expect(try read(#"{"error":{"type":"x","code":"invalid_api_key","message":"bad key"}}"#).message == "bad key")
        #expect(try read("{}") == ErrorBody())
    }
}
