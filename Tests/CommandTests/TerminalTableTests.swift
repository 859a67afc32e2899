import TestSupport
import Testing

@testable import strata

/// Tables for people.
struct TerminalTableTests {
    private func text(_ columns: [OutputColumn], _ rows: [[TableValue]], width: Int?) -> (
        lines: [String], omitted: [String]
    ) {
        var table = TerminalTable(columns: columns, columnCount: width)
        var out: [UInt8] = []
        for row in rows { table.append(row, to: &out) }
        table.flush(to: &out)
        return (String(decoding: out, as: UTF8.self).split(separator: "\n").map(String.init), table.omittedColumns)
    }

    @Test func numbersGoToTheRight() {
        let shown = text(
            [.text("name"), .number("count"), .other("seen")],
            [[.text("a"), .integer(5), .null], [.text("漢字漢"), .integer(12_345_678), .text("2026-11-01")]], width: nil)
        #expect(
            shown.lines == [
                "name       count  seen", "──────  ────────  ──────────", "a              5",
                "漢字漢  12345678  2026-11-01",
            ])
    }

    @Test func theLeastNeededColumnsGoFirst() {
        let columns: [OutputColumn] = [
            .text("url_from"), .text("title", .seldom), .number("domain_inlink_rank", .usually),
            .text("hidden", .never),
        ]
        let row: [TableValue] = [
            .text("https://example.com/a/b/c/d/e"), .text("A rather long title of a page"), .integer(5), .text("x"),
        ]
        let wide = text(columns, [row], width: 200)
        #expect(wide.omitted == [])
        #expect(!wide.lines.joined().contains("hidden"))
        let medium = text(columns, [row], width: 56)
        #expect(medium.omitted == [])
        #expect(medium.lines[0].hasSuffix("domain_"))
        #expect(medium.lines[2].hasSuffix("rank"))
        let narrow = text(columns, [row], width: 34)
        #expect(narrow.omitted == ["title"])
        let tiny = text(columns, [row], width: 10)
        #expect(tiny.omitted == ["title", "domain_inlink_rank"])
    }

    /// Any rows at any width: no line is wider than the terminal unless numbers alone are, and each row is one line.
    @Test func linesFit() {
        let seed: UInt64 = 20_261_101
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let columns: [OutputColumn] = (0..<1 + random.below(7)).map { index in
                let name = String(repeating: "n_", count: random.below(5)) + "c\(index)"
                let need = random.pick([OutputColumn.Need.always, .usually, .seldom])
                return index == 0 || random.chance(1, in: 2) ? .text(name, need) : .number(name, need)
            }
            let rows = (0..<random.below(20)).map { _ in
                columns.map { column -> TableValue in
                    if random.chance(1, in: 6) { return .null }
                    if column.kind == .number { return .count(random.below(1_000_000)) }
                    return .text(
                        (0..<random.below(30)).map { _ in random.pick(["a", "漢", "\n", "e\u{301}"]) }.joined())
                }
            }
            let width = 20 + random.below(100)
            let shown = text(columns, rows, width: width)
            let widest = shown.lines.map(DisplayWidth.of).max() ?? 0
            #expect(widest <= width, "seed \(seed), round \(round)")
        }
    }

    @Test func laterRowsKeepTheWidths() {
        var table = TerminalTable(columns: [.text("name"), .number("n")], columnCount: nil)
        var out: [UInt8] = []
        for _ in 0..<TerminalTable.sampleRowCount { table.append([.text("ab"), .integer(1)], to: &out) }
        table.append([.text("abcdefgh"), .integer(123)], to: &out)
        table.flush(to: &out)
        #expect(String(decoding: out, as: UTF8.self).hasSuffix("\nabc…  123\n"))
    }
}
