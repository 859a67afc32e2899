import Foundation
import TestSupport
import Testing

@testable import strata

/// --csv-safe: what strangers wrote is no formula in a spreadsheet, and numbers stay numbers.
struct FormulaGuardTests {
    /// OWASP's list, and what comes before it where programs drop blanks and quotation marks.
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"), ("\n=1", "'\n'=1"), ("\tplain", "'\tplain"), ("\r", "'\r"), (" =1", "' =1"),
        ("\u{A0}=1", "'\u{A0}=1"), ("\u{200B}=1", "'\u{200B}=1"), ("\u{FEFF}=1", "'\u{FEFF}=1"),
        ("\u{FE0F}=1", "'\u{FE0F}=1"),
        ("\u{3164}\u{2800}=1", "'\u{3164}\u{2800}=1"), ("\"=1", "'\"=1"),
        ("'=1", "''=1"), ("“=1", "'“=1"), ("＝1", "'＝1"), ("＠x", "'＠x"), ("\u{0}=1", "'\u{0}=1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        // Where a semicolon, a tab or a line break separates, another cell begins.
        ("a;=1", "a;'=1"), ("a\n=1", "a\n'=1"), ("a\t @b", "a\t' @b"), ("a;\"=1", "a;'\"=1"), ("a\r\n-1", "a\r\n'-1"),
    ])
    func formulasGetAnApostrophe(_ text: String, _ guarded: String) {
        #expect(FormulaGuard.text(text) == guarded)
    }

    @Test(arguments: [
        "", "a", "a=b", "https://example.com/?a=b&c=-1", "1-2", "漢字=1", "é@b", "a, =b", "\"quoted\"", "'tis", " blank",
        "{\"com\":3}", "#hash", "a;b", "(=1)", "✓ =1",
    ])
    func otherTextsStay(_ text: String) {
        #expect(FormulaGuard.text(text) == text)
    }

    /// Whatever the text, no cell of it begins with a trigger, for a reader that cuts at commas, semicolons or tabs, and
    /// nothing but apostrophes was added.
    @Test func randomTextsAreSafe() {
        let seed: UInt64 = 20_261_122
        var random = SeededRandom(seed: seed)
        let pieces = [
            "=", "+", "-", "@", "\t", "\r", "\n", ";", " ", "\"", "'", "a", "1", "é", "＝", "\u{200B}", "\u{1}",
        ]
        for round in 0..<5_000 {
            let text = (0..<random.below(10)).map { _ in random.pick(pieces) }.joined()
            let guarded = FormulaGuard.text(text)
            let kept = guarded.unicodeScalars.filter { $0 != "'" }
            #expect(kept.elementsEqual(text.unicodeScalars.filter { $0 != "'" }), "seed \(seed), round \(round)")
            for cell in guarded.unicodeScalars.split(whereSeparator: { ";\t\r\n".unicodeScalars.contains($0) }) {
                let start = cell.first { scalar in
                    !scalar.properties.isWhitespace && scalar != "\"" && scalar != "\u{200B}" && scalar != "\u{1}"
                }
                let isTrigger = start.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
                #expect(!isTrigger, "seed \(seed), round \(round): \(guarded.debugDescription)")
            }
        }
    }

    @Test(arguments: [1, 4])
    func numbersStayNumbers(threads: Int) throws {
        let folder = try TemporaryDirectory()
        let columns: [OutputColumn] = [.text("anchor"), .number("rank"), .number("change"), .other("seen")]
        let row: @Sendable (Int) -> [TableValue] = { _ in [.text("=1+1"), .integer(-1), .real(-0.5), .null] }
        for (isSafe, anchor) in [(true, "'=1+1"), (false, "=1+1")] {
            let path = folder.path("\(isSafe)-\(threads).csv")
            let output = try TableOutput(columns, format: .csv, path: path, isCSVSafe: isSafe)
            try output.append(contentsOf: Array(0..<5_000), threads: threads, row)
            try output.finish()
            let text = String(decoding: try folder.read("\(isSafe)-\(threads).csv"), as: UTF8.self)
            #expect(text == "anchor,rank,change,seen\n" + String(repeating: "\(anchor),-1,-0.5,\n", count: 5_000))
        }
    }

    /// Only CSV: JSON is read by programs, and a table shows what was written.
    @Test(arguments: [OutputFormat.json, .jsonl, .table])
    func otherFormatsAreAsEver(_ format: OutputFormat) throws {
        let folder = try TemporaryDirectory()
        let written = try [true, false].map { isSafe in
            let output = try TableOutput([.text("a")], format: format, path: folder.path("out"), isCSVSafe: isSafe)
            try output.append([.text("=1+1")])
            try output.finish()
            return try folder.read("out")
        }
        #expect(written[0] == written[1])
    }

    /// From an import to what pandas would see, by the csv module of Python, which splits as pandas does.
    @Test func theCommandsTakeIt() throws {
        let folder = try TemporaryDirectory()
        let rows = [
            "https://a.example/,https://t.example/,\"=HYPERLINK(\"\"http://evil.example\"\";\"\"x\"\")\",@title",
            "https://b.example/;=1,https://t.example/,plain,-5",
        ]
        let file = try folder.write(
            "url_from,url_to,anchor,title\n\(rows.joined(separator: "\n"))\n", to: "links.csv")
        let store = folder.path("store")
        #expect(try ProgramRun(["import", "csv", file, "--date", "2026-11-01"], store: store).status == 0)
        let reader =
            "import csv,sys; [print(r['url_from'], r['anchor'], r['title'], r['inlink_rank']) for r in csv.DictReader(sys.stdin)]"
        func shown(_ option: String) throws -> [String] {
            let run = try ProgramRun(
                shell: "\"$strata\" backlinks t.example --format csv \(option) | python3 -c \"\(reader)\"", store: store
            )
            #expect(run.status == 0, "\(run.standardError)")
            return run.lines.sorted()
        }
        let safe = try shown("--csv-safe")
        let plain = try shown("")
        try #require(safe.count == 2 && plain.count == 2)
        #expect(safe[0].hasPrefix("https://a.example/ '=HYPERLINK(\"http://evil.example\";\"x\") '@title "))
        #expect(plain[0].hasPrefix("https://a.example/ =HYPERLINK(\"http://evil.example\";\"x\") @title "))
        #expect(safe[1].hasPrefix("https://b.example/;'=1 plain '-5 ") && plain[1].contains("/;=1 plain -5 "))
        // The same numbers behind them.
        #expect(safe.map { $0.split(separator: " ").last } == plain.map { $0.split(separator: " ").last })
        let first = try ProgramRun(["--csv-safe", "backlinks", "t.example", "--format", "csv"], store: store)
        #expect(first.status == 0 && first.output.contains("'@title"))
    }
}
