import Testing

@testable import SnapshotImport

/// What messages quote of an input.
@Suite struct PrintableTests {
    @Test(arguments: [
        ("a\u{1B}b", "a\\u{1b}b"), ("a\u{202E}b", "a\\u{202e}b"), ("a\u{34F}b", "a\\u{34f}b"),
        ("a\u{3164}b", "a\\u{3164}b"),
        ("a\u{2800}b", "a\\u{2800}b"), ("a\u{E0100}b", "a\\u{e0100}b"), ("☺\u{FE0F}", "☺\u{FE0F}"), ("漢字", "漢字"),
    ])
    func whatIsNotSeenIsSpelt(_ text: String, _ shown: String) { #expect(Printable.text(text) == shown) }

    @Test func longTextsAreCut() {
        #expect(Printable.quoted(String(repeating: "x", count: 100)) == "\"\(String(repeating: "x", count: 80))…\"")
    }
}
