import Foundation
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

@Suite struct CSVImportTests {
    let fixture: ImportFixture
    init() throws { fixture = try ImportFixture() }

    static let header = "url_from,url_to,title,anchor,nofollow,image,image_source,first_seen,last_visited\n"

    @Test func ourOwnColumnsAreStoredWithTheirValues() throws {
        let report = try fixture.csv([
            CSVImportTests.header
                + "https://A.example/x,https://b.example,Title,\"An \"\"anchor\"\"\nin two lines\",TRUE,0,,2026-01-02,2026-03-04T05:06:07Z\n"
                + "https://c.example/,https://b.example/,,,no,yes,https://i.example/p.png,0000-00-00,\n"
        ])
        let b = "https://b.example/"
        #expect(
            try fixture.rows() == [
                LinkRow(
                    urlFrom: "https://a.example/x", urlTo: b, flags: .nofollow, anchor: "An \"anchor\"\nin two lines",
                    title: "Title", firstSeen: Day("2026-01-02"), lastVisited: Day("2026-03-04")),
                LinkRow(
                    urlFrom: "https://c.example/", urlTo: b, flags: .image, anchor: "",
                    imageSource: "https://i.example/p.png"),
            ])
        #expect(report.manifest.counts.rowsRead == 2)
        #expect(report.manifest.counts.links == 2)
        #expect(report.manifest.provenance.files[0].format.hasSuffix("comma-separated, UTF-8"))
        #expect(report.notes.isEmpty && report.rejections.isEmpty)
    }

    @Test func missingColumnsMeanUnknown() throws {
        _ = try fixture.csv(["url_to\turl_from\nhttps://b.example/\thttps://a.example/\n"])
        #expect(
            try fixture.rows() == [
                LinkRow(urlFrom: "https://a.example/", urlTo: "https://b.example/", flags: .relUnknown)
            ])
    }

    @Test func theRelColumnIsRead() throws {
        _ = try fixture.csv([
            "url_from;url_to;rel\nhttps://a.example/;https://b.example/1;noopener NoFollow,ugc\n"
                + "https://a.example/;https://b.example/2;sponsored\nhttps://a.example/;https://b.example/3;\n"
        ])
        #expect(try fixture.rows().map(\.flags) == [[.nofollow, .ugc], .sponsored, []])
    }

    @Test func severalFilesOfDifferentToolsMakeOneSnapshot() throws {
        let report = try fixture.csv([
            "url_from,url_to,nofollow\nhttps://a.example/,https://b.example/,1\n",
            "Source url;Target url;Anchor;Nofollow\nhttps://c.example/;https://b.example/;text;false\n",
        ])
        #expect(try fixture.rows().map(\.urlFrom) == ["https://a.example/", "https://c.example/"])
        #expect(report.recognised.count == 2)
        #expect(
            report.recognised[1].contains(
                "2.csv: Semrush backlinks export, semicolon-separated, UTF-8; url_from = Source url"))
        #expect(report.manifest.provenance.files.map(\.name) == ["1.csv", "2.csv"])
        #expect(report.manifest.provenance.files.allSatisfy { $0.sha256.count == 64 })
    }

    @Test func longURLsAndManyURLsKeepTheirKeys() throws {
        // More URLs than the key cache has slots, and some that it doesn't keep.
        let urls = (0..<300).map { "https://a.example/" + String(repeating: "x", count: $0 * 3) + "\($0)" }
        let text = "url_from,url_to\n" + (0..<900).map { "\(urls[$0 % 300]),\(urls[($0 * 7 + 1) % 300])\n" }.joined()
        _ = try fixture.csv([text])
        let expected = Set((0..<900).map { "\(urls[$0 % 300]) \(urls[($0 * 7 + 1) % 300])" })
        #expect(try Set(fixture.rows().map { "\($0.urlFrom) \($0.urlTo)" }) == expected)
    }

    @Test func pipesAreReadOnce() throws {
        let pipe = fixture.directory.path("pipe")
        let status = unsafe mkfifo(pipe, 0o600)
        #expect(status == 0)
        let text = Array("url_from,url_to\nhttps://a.example/,https://b.example/\n".utf8)
        // Opening waits for the reader.
        Thread.detachNewThread { FileHandle(forWritingAtPath: pipe)?.write(Data(text)) }
        #expect(try fixture.csv(files: [pipe]).manifest.counts.links == 1)
    }

    @Test func repeatedRowsAreMergedAndCounted() throws {
        let row = "https://a.example/,https://b.example/,t,x,false,false,,2026-01-01,2026-02-01\n"
        let report = try fixture.csv([CSVImportTests.header + row + row + row])
        #expect(report.manifest.counts.links == 1)
        #expect(report.manifest.counts.rowsRead == 3)
        #expect(report.manifest.counts.rowsMerged == 2)
    }

    @Test func brokenTextsAreRepairedAndCounted() throws {
        var bytes = Array(CSVImportTests.header.utf8)
        bytes +=
            Array("https://a.example/,https://b.example/,ok é,".utf8) + [0x61, 0xFF, 0x00, 0xC3] + Array(",,,,,\n".utf8)
        let path = try fixture.directory.write(bytes, to: "broken.csv")
        let report = try fixture.csv(files: [path])
        #expect(try fixture.rows()[0].anchor == "a\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(try fixture.rows()[0].title == "ok é")
        #expect(report.notes == ["1 text held invalid UTF-8 or NUL bytes, which were replaced by U+FFFD"])
    }

    /// Two stray quotation marks make one text of all that lies between them, as RFC 4180 has it.
    @Test func textsOfManyLinesAreNoted() throws {
        let lines = (0..<300).map { number in
            let anchor = number == 5 ? "\"open" : number == 250 ? "size 5\"" : "x"
            return "https://a.example/\(number),https://b.example/,,\(anchor),,,,,\n"
        }
        let report = try fixture.csv([CSVImportTests.header + lines.joined()])
        #expect(report.manifest.counts.rowsRead == 55)
        #expect(report.notes.count == 1 && report.notes[0].contains("lines 7 to 252 are one row"), "\(report.notes)")
    }

    @Test func textsOfSomeLinesAreNot() throws {
        let poem = "https://a.example/,https://b.example/,,\"one\ntwo\nthree\",,,,,\n"
        #expect(try fixture.csv([CSVImportTests.header + poem]).notes == [])
    }

    @Test func columnsOfOneNameAreNoted() throws {
        let report = try fixture.csv([
            "url_from,url_to,anchor,URL_to\nhttps://a.example/,https://b.example/,x,https://c.example/\n"
        ])
        #expect(report.notes.count == 1, "\(report.notes)")
        #expect(report.notes.first?.hasSuffix("columns 2 and 4 are both named \"url_to\"; the first is used") == true)
    }

    @Test func rowOrderDoesNotMatter() throws {
        var random = SeededRandom(seed: 20_261_101)
        var rows = (0..<300).map { number in
            "https://h\(random.below(20)).example/\(random.below(30)),https://t\(random.below(9)).example/,title \(number % 7),"
                + "anchor \(random.below(5)),\(random.chance(1, in: 3)),false,,2026-01-\(10 + random.below(20)),\n"
        }
        let first = try fixture.csv([CSVImportTests.header + rows.joined()], date: "2026-01-01")
        rows.shuffle(using: &random)
        let second = try fixture.csv([CSVImportTests.header + rows.joined()], date: "2026-02-01")
        #expect(first.manifest.columns.map(\.xxh64) == second.manifest.columns.map(\.xxh64))
        #expect(first.manifest.columns.map(\.file) == second.manifest.columns.map(\.file))
    }

    @Test func manifestsOfTheSameInputDifferInTimesOnly() throws {
        let text = CSVImportTests.header + "https://a.example/,https://b.example/,,x,,,,,\n"
        var first = try fixture.csv([text], map: ["anchor": "title"]).manifest
        try fixture.store.remove(#require(SnapshotID("2026-11-01")))
        var second = try fixture.csv([text], map: ["anchor": "title"]).manifest
        #expect(first.provenance.importedAt.count == 20)
        first.provenance.importedAt = ""
        second.provenance.importedAt = ""
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(first) == encoder.encode(second))
        #expect(first.provenance.parameters == ["map": "anchor=title", "max_bad": "1%"])
        #expect(first.publicSuffixListSHA256 == PublicSuffixList.sha256)
    }

    @Test func anExistingSnapshotIsRefused() throws {
        let text = CSVImportTests.header + "https://a.example/,https://b.example/,,x,,,,,\n"
        _ = try fixture.csv([text])
        #expect { try fixture.csv([text]) } throws: { ($0 as? StoreError)?.kind == .alreadyExists }
        #expect(throws: Never.self) { try fixture.csv([text], date: "2026-11-02") }
    }

    @Test(arguments: [
        ("", "is empty"),
        (header, "no data rows"),
        (header + "\n\n", "no data rows"),
        ("x,y\n1,2\n", "--map url_from=HEADER"),
        (header + "https://a.example/,\"https://b.example/", "line 2: the quoted field that begins here never ends"),
        (
            "url_from,url_to,reason_lost\nhttps://a.example/,https://b.example/,404\n",
            "the only row is no live link"
        ),
    ])
    func inputThatCannotBeImportedLeavesNothingBehind(text: String, message: String) throws {
        #expect { try fixture.csv([text]) } throws: { "\($0)".contains(message) }
        #expect(try fixture.store.snapshotIDs().isEmpty)
        #expect(fixture.leftovers().isEmpty)
    }

    @Test func usageFaultsAreSaidBeforeAnythingIsRead() throws {
        let text = CSVImportTests.header + "https://a.example/,https://b.example/,,x,,,,,\n"
        #expect { try fixture.csv([text], map: ["link": "x"]) } throws: {
            "\($0)".contains("there is no column \"link\"; the columns are: url_from, url_to, title")
        }
        #expect { try fixture.csv([text], target: "example.com:80") } throws: {
            "\($0)".contains("as https://example.com/")
        }
        #expect { try fixture.csv(files: []) } throws: { "\($0)".contains("no file named") }
        #expect { try fixture.csv(files: ["-", "-"]) } throws: { "\($0)".contains("only once") }
        #expect { try fixture.csv(files: ["/no/such.csv"]) } throws: { ($0 as? ImportError)?.kind == .noInput }
        #expect(FileSource.cannotOpen("a.csv", code: EACCES).kind == .notPermitted)
    }

    @Test(arguments: ["example.com", "https://example.com"])
    func aTargetMayBeAName(target: String) throws {
        _ = try fixture.csv(["Linking page,Last crawled\nhttps://a.example/,2026-10-01\n"], target: target)
        #expect(try fixture.rows().map(\.urlTo) == ["https://example.com/"])
    }

    @Test func progressEndsWithEverythingRead() throws {
        let counts = Counts()
        let text =
            CSVImportTests.header + String(repeating: "https://a.example/,https://b.example/,,x,,,,,\n", count: 3000)
        let path = try fixture.directory.write(Array(text.utf8), to: "p.csv")
        var options = try ImportFixture.options()
        options.progress = { phase, done, total, rows in counts.add("\(phase) \(done) \(total) \(rows)") }
        _ = try CSVImport(files: [path]).run(into: fixture.store, options)
        #expect(counts.lines.last == "sorting \(text.utf8.count) \(text.utf8.count) 3000")
        #expect(counts.lines.count < 20)
    }

    /// Lines gathered from a progress callback, which is called on one thread.
    private final class Counts: @unchecked Sendable {
        private(set) var lines: [String] = []
        func add(_ line: String) { lines.append(line) }
    }
}
