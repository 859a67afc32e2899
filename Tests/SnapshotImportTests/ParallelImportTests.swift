import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

/// Files are read in chunks by several threads: nobody may notice.
@Suite struct ParallelImportTests {
    /// A file with all that can befall a row, and what is to come of it.
    struct RandomFile {
        var text = "url_from,url_to,anchor,link_type,nofollow,first_seen,last_visited,title,reason_lost\n"
        var rowCount: UInt64 = 0
        var lostCount: UInt64 = 0
        var rejected: [String: UInt64] = [:]

        init(seed: UInt64, rowCount: Int) {
            var random = SeededRandom(seed: seed)
            var from = ""
            for row in 0..<rowCount {
                if row == 0 || random.chance(1, in: 5) {
                    from = "https://site\(random.below(300)).example/page\(random.below(9))"
                }
                append(from: from, &random)
            }
        }

        private mutating func append(from: String, _ random: inout SeededRandom) {
            rowCount += 1
            let to = "http://target\(random.below(50)).example/\(random.below(200))"
            let anchor = random.pick(["", "plain", "two\nlines", "say \"hi\"", "é, ü", "anchor \(random.below(400))"])
            let type = random.chance(1, in: 20) ? "unknown\(random.below(30))" : "href"
            let day = "2025-0\(1 + random.below(9))-1\(random.below(10))"
            let quoted =
                "\"" + anchor.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
            switch random.below(60) {
            case 0:
                text += "nowhere,\(to),,,,,,,\n"
                rejected["url_from: no scheme", default: 0] += 1
            case 1:
                text += "\(from),\(to),\(quoted),,1,2025-02-30,,,\n"
                rejected["first_seen: invalid date", default: 0] += 1
            case 2:
                text += "\(from),\(to)\n\n"
                rejected["wrong number of fields", default: 0] += 1
            case 3:
                text += "\(from),\(to),\"a\"b,,,,,,\r\n"
                rejected["text after a closing quote", default: 0] += 1
            case 4:
                text += "\(from),\(to),\(quoted),,,,,,gone\n"
                lostCount += 1
            default:
                text +=
                    "\(from),\(to),\(quoted),\(type),\(random.below(2)),\(day),2026-01-0\(1 + random.below(9)),title,\n"
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func threadsAndMemoryMakeNoDifference(seed: UInt64) throws {
        let file = RandomFile(seed: seed, rowCount: 3_000)
        let fixture = try ImportFixture()
        let path = try fixture.directory.write(Array(file.text.utf8), to: "links.csv")
        var first: (files: [String: [UInt8]], report: ImportReport)?
        for (threads, memoryLimit) in [(1, 1 << 30), (2, 1 << 30), (1, 1 << 20), (3, 1 << 20), (8, 64 << 20)] {
            let date = "2026-11-0\(threads)" + (memoryLimit < 1 << 30 ? "-small" : "")
            var options = try ImportFixture.options(date)
            options.threads = threads
            options.memoryLimit = memoryLimit
            options.badRowLimit = .percent(50)
            let report = try CSVImport(files: [path]).run(into: fixture.store, options)
            let counts = report.manifest.counts
            #expect(counts.rowsRead == file.rowCount && counts.rowsRejected == file.rejected.values.reduce(0, +))
            #expect(counts.links + counts.rowsMerged == file.rowCount - counts.rowsRejected - file.lostCount)
            #expect(Dictionary(uniqueKeysWithValues: report.rejections.map { ($0.reason, $0.count) }) == file.rejected)
            #expect(
                report.notes.contains("\(file.lostCount) rows are marked as lost by their source and were left out"))
            let files = try TemporaryDirectory.files(below: "\(fixture.store.path)/snapshots/\(date)")
                .filter { $0.key != "manifest.json" }
            guard let first else {
                first = (files, report)
                continue
            }
            #expect(files == first.files, "seed \(seed), \(threads) threads, \(memoryLimit) bytes")
            #expect(report.firstRejections == first.report.firstRejections && report.firstRejections.count == 10)
            #expect(report.notes == first.report.notes && report.notes.count > 10)
            #expect(
                report.manifest.provenance.files.map(\.sha256) == first.report.manifest.provenance.files.map(\.sha256))
        }
    }

    /// A bad row too many comes before a fault further down, though that one may be found earlier.
    @Test func theFirstFaultOfTheFileIsTold() throws {
        let good = "https://a.example/,https://b.example/\n"
        let bad = "nowhere,https://b.example/\n"
        let many = String(repeating: good, count: 2_000)
        let text = "url_from,url_to\n" + many + bad + many + bad + many + "\"open," + many
        let fixture = try ImportFixture()
        let path = try fixture.directory.write(Array(text.utf8), to: "links.csv")
        for threads in [1, 4] {
            for (limit, message) in [
                (UInt64(1), "2 of the first 4002 rows are bad"),
                (2, "line 6004: the quoted field that begins here never ends"),
            ] {
                var options = try ImportFixture.options()
                options.threads = threads
                options.memoryLimit = 1 << 20
                options.badRowLimit = .count(limit)
                let error = #expect(throws: ImportError.self) {
                    _ = try CSVImport(files: [path]).run(into: fixture.store, options)
                }
                #expect(error?.description.contains(message) == true, "\(error?.description ?? "nothing")")
            }
        }
    }
}
