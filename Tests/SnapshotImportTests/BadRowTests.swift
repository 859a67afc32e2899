import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

@Suite struct BadRowTests {
    let fixture: ImportFixture
    init() throws { fixture = try ImportFixture() }

    static let header = "url_from,url_to,anchor,nofollow,first_seen\n"
    static let good = "https://a.example/,https://b.example/,x,false,2026-01-01\n"

    @Test func badRowsAreCountedByReasonAndShownWithTheirPlace() throws {
        let report = try fixture.csv(
            [
                BadRowTests.header + BadRowTests.good
                    + "a.example,https://b.example/,,,\n"
                    + "https://a.example/,ftp://b.example/,,,\n"
                    + "https://a.example/,https://b.example/,\"two\nlines\",perhaps,\n"
                    + "https://a.example/,https://b.example/,,,2026-02-30\n"
                    + "https://a.example/,https://b.example/,,,15/09/2026\n"
                    + "https://a.example/,https://b.example/\n"
                    + "https://a.example/,https://b.example/,\"a\"b,,\n"
                    + "\u{1}\(String(repeating: "é", count: 90)),https://b.example/,,,\n"
            ], badRows: .count(8))
        #expect(report.manifest.counts.rowsRead == 9)
        #expect(report.manifest.counts.rowsRejected == 8)
        #expect(report.manifest.counts.links == 1)
        #expect(
            report.rejections.map { "\($0.count) \($0.reason)" } == [
                "2 first_seen: invalid date", "2 url_from: no scheme", "1 nofollow: not yes or no",
                "1 text after a closing quote", "1 url_to: scheme is not http or https", "1 wrong number of fields",
            ])
        #expect(
            report.firstRejections == [
                "1.csv, line 3, column 1 url_from: no scheme: \"a.example\"",
                "1.csv, line 4, column 2 url_to: scheme is not http or https: \"ftp://b.example/\"",
                "1.csv, line 5, column 4 nofollow: not yes or no: \"perhaps\"",
                "1.csv, line 7, column 5 first_seen: invalid date: \"2026-02-30\"",
                "1.csv, line 8, column 5 first_seen: invalid date: \"15/09/2026\"",
                "1.csv, record 7, line 9: 2 fields, the header has 5",
                "1.csv, record 8, line 10: text follows a closing quote; quotes inside a field are to be doubled",
                "1.csv, line 11, column 1 url_from: no scheme: \"\\u{1}\(String(repeating: "é", count: 79))…\"",
            ])
    }

    @Test func columnsAreCalledByBothNames() throws {
        let report = try fixture.csv(
            [
                "Source url,Target url,Anchor,Nofollow\nx,https://b.example/,,\nhttps://a.example/,https://b.example/,,\n"
            ],
            badRows: .percent(50))
        #expect(report.firstRejections == ["1.csv, line 2, column 1 url_from (\"Source url\"): no scheme: \"x\""])
    }

    @Test(arguments: [
        (BadRowLimit.count(2), 2, true), (.count(2), 3, false), (.count(0), 1, false), (.count(0), 0, true),
        (.percent(1), 1, true), (.percent(1), 2, false), (.percent(0), 1, false), (.percent(100), 99, true),
        (.percent(2.5), 2, true), (.percent(2.5), 3, false),
    ])
    func theLimitHolds(limit: BadRowLimit, badCount: Int, passes: Bool) throws {
        let text =
            BadRowTests.header + String(repeating: "x,y,,,\n", count: badCount)
            + String(repeating: BadRowTests.good, count: 100 - badCount)
        if passes {
            let report = try fixture.csv([text], badRows: limit)
            #expect(report.manifest.counts.rowsRejected == UInt64(badCount))
            return
        }
        #expect { try fixture.csv([text], badRows: limit) } throws: { error in
            guard let error = error as? ImportError, error.kind == .tooManyBadRows else { return false }
            return error.description.contains("more than --max-bad \(limit.text); nothing was imported")
                && error.description.contains("url_from: no scheme")
                && error.description.contains("1.csv, line 2, column 1 url_from") && error.description.contains("--map")
        }
        #expect(try fixture.store.snapshotIDs().isEmpty)
        #expect(fixture.leftovers().isEmpty)
        // The snapshot's name is free again.
        #expect(throws: Never.self) { try fixture.csv([BadRowTests.header + BadRowTests.good]) }
    }

    @Test func onlyTheFirstTenAreKept() throws {
        let text = BadRowTests.header + String(repeating: "x,y,,,\n", count: 50) + BadRowTests.good
        let report = try fixture.csv([text], badRows: .count(50))
        #expect(report.firstRejections.count == 10)
        #expect(report.rejections.map(\.count) == [50])
    }

    @Test func pagesOfBadRowsDoNotEnterTheSnapshot() throws {
        let text = BadRowTests.header + "https://only.example/,nowhere,,,\n" + BadRowTests.good
        let report = try fixture.csv([text], badRows: .count(1))
        #expect(report.manifest.counts.pages == 2)
    }
}
