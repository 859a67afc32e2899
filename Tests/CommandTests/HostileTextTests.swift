import Foundation
import TestSupport
import Testing

@testable import strata

/// What strangers wrote, in anchors, titles, URLs, names of files and columns, never reaches a terminal as a command to it.
struct HostileTextTests {
    /// Clear the screen, set the title (OSC), CSI in one byte (C1), delete, override the direction, hide.
    static let hostile =
        "\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{7F}\u{202E}gpj\u{2066}\u{200B}\u{2060}\u{E0041}\u{85}\u{8}\u{34F}\u{3164}\u{2800}\u{FE00}\u{E0100}\rover"

    /// Nothing that moves, colours, reorders, or hides, but line feeds.
    static func isHarmless(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x0A: true
            case 0...0x1F, 0x7F...0x9F, 0x2028...0x2029, 0xFFF9...0xFFFB: false
            // Invisible: Default_Ignorable_Code_Point of Unicode 16, but for a soft hyphen, the joiners and the styles of emoji.
            case 0x034F, 0x061C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x200B, 0x200E...0x200F,
                0x202A...0x202E,
                0x2060...0x206F, 0x2800, 0x3164, 0xFE00...0xFE0D, 0xFEFF, 0xFFA0, 0xFFF0...0xFFF8, 0x1BCA0...0x1BCA3,
                0x1D173...0x1D17A, 0xE0000...0xE0FFF:
                false
            default: true
            }
        }
    }

    @Test func everyScalarIsShownHarmless() {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x3200, 0xD700...0xFFFF, 0x1BC90...0x1BCB0, 0x1D160...0x1D180, 0xE0000...0xE1000,
        ]
        for value in ranges.joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = Printable.text("a\(scalar)b")
            #expect(Self.isHarmless(shown) && !shown.contains("\n"), "U+\(String(value, radix: 16))")
        }
    }

    /// Each becomes a character that is seen; a text that says the same with and without them doesn't hide that.
    @Test(arguments: [
        0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180E, 0x180F, 0x2800, 0x3164, 0xFE00, 0xFE0D,
        0xFFA0,
        0xE0100, 0xE01EF,
    ])
    func invisibleCharactersAreShown(_ value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect(Printable.text("a\(scalar)b").unicodeScalars.elementsEqual("a\u{FFFD}b".unicodeScalars))
    }

    @Test func scriptsAndEmojiStay() {
        for text in [
            "👩‍👩‍👧", "نامه‌ای", "क्‍ष", "e\u{301}", "co\u{AD}op", "漢字", "🇩🇪", "☺\u{FE0F}", "☺\u{FE0E}", "👍🏽", "\u{2801}",
        ] {
            #expect(Printable.text(text) == text)
        }
    }

    /// A store whose every text is hostile, and every command that shows some of it as a table.
    @Test func tablesShowItHarmless() throws {
        let folder = try TemporaryDirectory()
        let store = folder.path("store")
        for (day, page) in [("2026-10-01", "1"), ("2026-11-01", "2")] {
            let row = "https://a.example/\(page),https://t.example/,\"\(Self.hostile)\",\"\(Self.hostile)\",2026-10-01"
            let file = try folder.write("url_from,url_to,anchor,title,first_seen\n\(row)\n", to: "\(page).csv")
            #expect(try ProgramRun(["import", "csv", file, "--date", day], store: store).status == 0)
        }
        for command in [
            ["backlinks", "t.example"], ["diff", "2026-10-01", "2026-11-01", "t.example", "--rows"],
            ["new-lost", "backlinks", "t.example", "--from", "2026-10-01", "--to", "2026-11-01"],
            ["show", "2026-11-01"], ["refdomains", "t.example"], ["snapshots"],
        ] {
            let run = try ProgramRun(command + ["--format", "table"], store: store)
            #expect(run.status == 0, "\(run.standardError)")
            #expect(Self.isHarmless(run.output) && Self.isHarmless(run.standardError), "\(command)")
            #expect(run.lines.count > 2, "\(command)")
        }
        let shown = try ProgramRun(["backlinks", "t.example", "--format", "table"], store: store)
        #expect(shown.output.contains("␛[2J") && shown.output.contains("owned"))
    }

    /// Messages quote names of files, columns, values, targets, options, snapshots and keys.
    @Test func messagesQuoteItHarmless() throws {
        let folder = try TemporaryDirectory()
        let store = try SampleStore.path()
        let name = try folder.write("\"\(Self.hostile)\",b\nx,y\n", to: "\u{1B}]0;owned\u{7}\u{202E}.csv")
        let bad = try folder.write(
            "url_from,url_to,first_seen\nhttps://a.example/,https://b.example/,\"\(Self.hostile)\"\n", to: "bad.csv")
        let targets = try folder.write("\(Self.hostile)\n", to: "targets.txt")
        let word = "\u{1B}[2J\u{9B}31m\u{202E}"
        for arguments in [
            ["import", "csv", name, "--date", "2026-11-02"], ["import", "csv", bad, "--date", "2026-11-02"],
            ["import", "edges", name, "--date", "2026-11-02"], ["import", "csv", name, "--date", word],
            ["import", "csv", bad, "--date", "2026-11-02", "--label", word],
            ["import", "csv", bad, "--date", "2026-11-02", "--map", "\(word)=url_from"],
            ["metrics", word], ["metrics", "@\(targets)"], ["metrics", "@\(folder.path(word))"],
            ["backlinks", "a.example", word], ["backlinks", "a.example", "--\(word)"],
            ["backlinks", "a.example", "--order-by", word], ["backlinks", "a.example", "--limit", word], [word],
            ["show", word], ["show", "2026-11-01", "--store", folder.path(word)],
            ["snapshots", "--output", folder.path("\(word)/out")], ["snapshots", "--format", word],
            ["serve", "--host", word], ["serve", "--port", word], ["serve", "--port", "0", "--key-file", name],
            ["serve", "--port", "0", "--access-log", folder.path("\(word)/log")],
            ["fetch", "seo-powersuite", word, "--date", "2026-12-01", "--base-url", "http://127.0.0.1:1"],
            ["fetch", "seo-powersuite", "a.example", "--date", "2026-12-01", "--base-url", word],
        ] {
            let scratch = arguments[0] == "import" || arguments[0] == "fetch" ? folder.path("scratch") : store
            let run = try ProgramRun(
                arguments, store: scratch, environment: ["STRATA_SEO_POWERSUITE_KEY": "k3y"])
            #expect(run.status != 0 || arguments[0] == "import", "\(arguments)")
            #expect(run.status < 128 && !run.standardError.isEmpty, "\(arguments)")
            #expect(
                Self.isHarmless(run.standardError) && Self.isHarmless(run.output), "\(arguments): \(run.standardError)")
        }
    }
}
