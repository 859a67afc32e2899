import BacklinkContracts
import Testing

@testable import BacklinkClient

@Suite struct RedactorTests {
    private static let key = "secret+key/7f3a9c"
    private static let forms = [
        key, "secret%2Bkey%2F7f3a9c", "secret%2bkey%2f7f3a9c", Base64.text(key), Base64.text("login:\(key)"),
    ]

    private func redactor(_ key: String) -> Redactor {
        Redactor(Credentials(login: Secret("login"), key: Secret(key)))
    }

    @Test func theWholeKeyGoesOutOfRows() throws {
        let redactor = redactor(Self.key)
        for form in Self.forms {
            let row = "https://a.example/?k=\(form)&\(form),title \(form)"
            let shown = try #require(redactor.withoutKey(Array(row.utf8)))
            #expect(String(decoding: shown, as: UTF8.self) == "https://a.example/?k=•••&•••,title •••")
            #expect(redactor.redact(form) == "•••")
        }
    }

    /// Rows are kept as they are where they share but some bytes with a secret.
    @Test func otherRowsStay() {
        for row in ["", "https://login.example/secret+key", "secret+key/7f3a9", "a,b\n"] {
            #expect(redactor(Self.key).withoutKey(Array(row.utf8)) == nil, "\(row)")
        }
        #expect(redactor("links").withoutKey(Array("backlinks,links".utf8)) == nil)
        #expect(redactor("").withoutKey(Array("a".utf8)) == nil)
    }
}
