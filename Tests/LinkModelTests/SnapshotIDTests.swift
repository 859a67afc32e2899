import LinkModel
import Testing

@Suite struct SnapshotIDTests {
    @Test(arguments: [
        ("2026-11-01", ""), ("2026-11-01-export", "export"), ("2026-11-01-a.b_c-D9", "a.b_c-D9"), ("2026-11-01-1", "1"),
        ("2026-11-01-" + String(repeating: "x", count: 64), String(repeating: "x", count: 64)),
    ])
    func accepted(text: String, label: String) throws {
        let id = try #require(SnapshotID(text))
        #expect(id.description == text)
        #expect(id.label == label)
        #expect(id.date == Day("2026-11-01"))
        #expect(SnapshotID(date: id.date, label: label) == id)
    }

    @Test(arguments: [
        "", "2026", "2026-11-31", "2026-11-01-", "2026-11-01_a", "2026-11-01a", "2026-11-01--a", "2026-11-01-.a",
        "2026-11-01-a/b", "2026-11-01-ä", "2026-11-01-a b", "2026-11-01-\u{301}", "2026-11-01-../x",
        "2026-11-01-" + String(repeating: "x", count: 65),
    ])
    func refused(text: String) {
        #expect(SnapshotID(text) == nil)
    }

    @Test func order() {
        let texts = [
            "2025-12-31-z", "2026-01-01", "2026-01-01-A", "2026-01-01-a", "2026-01-01-a-b", "2026-01-01-b",
            "2026-01-02",
        ]
        let ids = texts.compactMap { SnapshotID($0) }
        #expect(ids.count == texts.count)
        #expect(ids.reversed().sorted() == ids)
    }
}
