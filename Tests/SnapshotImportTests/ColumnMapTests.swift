import TestSupport
import Testing

@testable import SnapshotImport

@Suite struct ColumnMapTests {
    let fixture: ImportFixture
    init() throws { fixture = try ImportFixture() }

    private func failure(_ text: String, _ map: [String: String]) throws -> String {
        let error = #expect(throws: ImportError.self) { _ = try fixture.csv([text], map: map) }
        #expect(error?.kind == .usage)
        return error?.description ?? ""
    }

    @Test func oneHeaderMeansOneThing() throws {
        let text = "from,to\nhttps://a.example/,https://b.example/\n"
        let message = try failure(text, ["url_from": "from", "url_to": "to", "anchor": "To"])
        #expect(message.contains("twice, for anchor and url_to"))
    }

    @Test func aHeaderThatIsThereTwiceIsNotGuessed() throws {
        let text = "from,to,To\nhttps://a.example/,https://b.example/,https://c.example/\n"
        let message = try failure(text, ["url_from": "from", "url_to": "to"])
        #expect(message.contains("has 2 columns named \"to\", and --map url_to=to can't tell which"))
    }

    @Test func oneRowIsSaidAsOne() throws {
        let text = "url_from,url_to,mention\nhttps://a.example/,https://b.example/,"
        let error = #expect(throws: ImportError.self) { _ = try fixture.csv([text + "yes\n"]) }
        #expect(
            error?.description
                == "the only row is no live link (1 row is a mention without a link and was left out); nothing was imported"
        )
        let bad = #expect(throws: ImportError.self) { _ = try fixture.csv([text + "perhaps\n"]) }
        #expect(bad?.description.hasPrefix("1 of 1 row is bad (100.0 %), more than --max-bad 1%") == true)
        #expect(bad?.description.contains("It is:\n") == true)
    }
}
