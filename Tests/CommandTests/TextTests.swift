import LinkModel
import TestSupport
import Testing

@testable import strata

/// Cells, widths, numbers: what needs no store.
struct TextTests {
    private static let widths: [(String, Int)] = [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("ｶﾅ", 2), ("ア", 2), ("한국", 4),
        ("\u{1112}\u{1161}\u{11AB}", 2),
        ("👍", 2), ("👩‍👩‍👧", 2), ("☺\u{FE0F}", 2), ("☺", 1), ("🇩🇪", 2), ("ｆｕｌｌ", 8), ("עברית", 5), ("ไทย", 3), ("กำ", 2),
        ("a\u{200B}b", 2),
    ]

    @Test(arguments: widths)
    func widthsAreThoseOfTheTerminal(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func cutsKeepTheirWidth() {
        var random = SeededRandom(seed: 7)
        let letters = ["a", "漢", "e\u{301}", "👍", " ", "ß", "한"]
        for _ in 0..<2_000 {
            let text = (0..<random.below(12)).map { _ in random.pick(letters) }.joined()
            let room = random.below(10)
            let cut = DisplayWidth.cut(text, to: room)
            #expect(DisplayWidth.of(cut) <= room)
            if DisplayWidth.of(text) <= room { #expect(cut == text) }
        }
        #expect(DisplayWidth.cut("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.cut("漢字漢字", to: 4) == "漢…")
        #expect(DisplayWidth.cut("abc", to: 0) == "")
    }

    @Test func strangersCannotDriveTheTerminal() {
        #expect(Printable.text("a\u{1B}[31mb") == "a␛[31mb")
        #expect(Printable.text("a\r\n\tb\u{7F}") == "a␍␊␉b␡")
        #expect(Printable.text("a\u{9B}2Jb\u{202E}c\u{2028}") == "a�2Jb�c�")
        #expect(Printable.text("漢字 é") == "漢字 é")
        #expect(Printable.text("a\nb", keepsLines: true) == "a\nb")
        var random = SeededRandom(seed: 3)
        for _ in 0..<2_000 {
            let text = String(
                String.UnicodeScalarView((0..<8).compactMap { _ in Unicode.Scalar(UInt32(random.below(0x3100))) }))
            let safe = Printable.text(text)
            #expect(safe.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        }
    }

    @Test func jsonEscapesWhatItMust() throws {
        let day = try #require(Day("2026-11-01"))
        let columns: [OutputColumn] = [
            .text("a"), .number("b"), .other("c"), .text("d"), .number("e"), .other("f"), .text("g"),
        ]
        var out: [UInt8] = []
        JSONText.appendObject(
            columns,
            [
                .text("\"\\\u{1}\n\té"), .integer(-5), .flag(true), .null, .real(1e-5), .day(day),
                .object([("com", .integer(3)), ("co.uk", .null)]),
            ], to: &out)
        #expect(
            String(decoding: out, as: UTF8.self)
                == #"{"a":"\"\\\u0001\n\té","b":-5,"c":true,"d":null,"e":1e-05,"f":"2026-11-01","g":{"com":3,"co.uk":null}}"#
        )
        #expect(JSONText.of(.real(.nan)) == "null")
        #expect(JSONText.of(.real(.infinity)) == "null")
    }

    @Test func numbersReadBackToTheSameBits() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<5_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite, let text = TableValue.real(value).plainText else { continue }
            #expect(Double(text)?.bitPattern == value.bitPattern)
        }
        #expect(TableValue.real(0.1).plainText == "0.1")
    }

    @Test func tablesShowSixDigits() {
        for (value, text) in [
            (0.0018446004649517, "0.0018446"), (27459.588154653222, "27459.6"), (-63.40991456, "-63.4099"), (0, "0"),
            (1e300, "1e+300"), (123_456_789, "123457000.0"), (1.5e-8, "1.5e-08"),
        ] {
            #expect(TableValue.real(value).tableText == text)
        }
        var random = SeededRandom(seed: 12)
        for _ in 0..<2_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite, value != 0, let shown = Double(TableValue.real(value).tableText) else { continue }
            #expect(abs(shown / value - 1) <= 5.1e-6)
        }
    }

    private static let sizes: [(String, Int)] = [
        ("64M", 64 << 20), ("2G", 2 << 30), ("1.5GiB", 3 << 29), ("2 gb", 2_000_000_000), ("100000000", 100_000_000),
        ("1k", 1024), ("7B", 7),
    ]

    @Test(arguments: sizes)
    func sizesAreRead(_ text: String, _ byteCount: Int) {
        #expect(ByteSize(text)?.byteCount == byteCount)
    }

    @Test(arguments: ["", "G", "-1G", "1X", "1 G B", "nan", "1e400", "0", "99999999T", "0x10", "１G"])
    func sizesThatAreNone(_ text: String) {
        #expect(ByteSize(text) == nil)
    }

    @Test func figuresForPeople() {
        #expect(Readable.count(1_234_567) == "1,234,567")
        #expect(Readable.count(-1_000) == "-1,000")
        #expect(Readable.count(999) == "999")
        #expect(Readable.count(1, "row") == "1 row")
        #expect(Readable.count(2, "row") == "2 rows")
        #expect(Readable.bytes(1023) == "1023 bytes")
        #expect(Readable.bytes(1536) == "1.50 KiB")
        #expect(Readable.bytes(123_456_789) == "117.7 MiB")
        #expect(Readable.decimals(0.999, 2) == "1.00")
        #expect(Readable.decimals(12.3456, 2) == "12.35")
        #expect(Readable.decimals(-0.001, 2) == "0.00")
        #expect(Readable.decimals(5.05, 1) == "5.1" || Readable.decimals(5.05, 1) == "5.0")
        #expect(Readable.duration(seconds: 75) == "1:15")
        #expect(Readable.duration(seconds: 3_725) == "1:02:05")
    }

    @Test func slipsAreNear() {
        let distance =
            { EditDistance.between(Array($0.utf8), Array($1.utf8), atMost: $2) } as (String, String, Int) -> Int?
        #expect(distance("braqua", "braqau", 2) == 1)
        #expect(distance("braqua", "braqua", 0) == 0)
        #expect(distance("abc", "abd", 2) == 1)
        #expect(distance("abc", "xyz", 2) == nil)
        #expect(distance("abc", "abcdef", 2) == nil)
        #expect(distance("", "ab", 2) == 2)
    }

    @Test func progressSaysRateAndTimeLeft() {
        let line = ProgressBar.line(
            "reading", done: 512 << 10, total: 1 << 20, seconds: 10, rateCount: 5_000, rateUnit: " rows",
            amount: Readable.bytes)
        #expect(line == "reading  [==========          ]   50 %  512.0 KiB of 1.00 MiB  500 rows/s  0:10 left")
        let unknown = ProgressBar.line(
            "reading", done: 2_000, total: 0, seconds: 2, rateCount: 2_000, rateUnit: "", amount: { Readable.count($0) }
        )
        #expect(unknown == "reading  2,000  1,000/s")
    }
}
