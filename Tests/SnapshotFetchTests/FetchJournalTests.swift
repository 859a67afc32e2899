import Foundation
import LinkModel
import TestSupport
import Testing

@testable import SnapshotFetch

@Suite struct FetchJournalTests {
    private struct Full: Error {}

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// A write that failed half way leaves sound lines only, and nothing is chained to what isn't known.
    @Test func aFailedWriteLeavesNoPiece() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let path = directory.path("journal")
        let journal = try FetchJournal(path: path) { bytes, descriptor, path in
            if bytes.count > 100 {
                try DiskFile.write(bytes.prefix(50), to: descriptor, path)
                throw Full()
            }
            try DiskFile.write(bytes, to: descriptor, path)
        }
        try journal.append(JournalEntry(.begin))
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        var long = JournalEntry(.page)
        long.note = String(repeating: "x", count: 200)
        #expect(throws: Full.self) { try journal.append(long) }
        #expect(throws: FetchError.self) { try journal.append(JournalEntry(.begin)) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == sound)
        #expect(try FetchJournal(path: path).entries.count == 1)
    }

    /// Files are read and deleted by the names in the journal: those that lead out of its folder are none of ours.
    @Test(arguments: ["../other", "/etc/passwd", "a/b", "..", ".", "", ".hidden", "t00001-00001.csv.gz/.."])
    func namesThatLeadOutAreRefused(_ name: String) throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let path = directory.path("journal")
        var entry = JournalEntry(.page, target: 0)
        entry.file = name
        do { try FetchJournal(path: path).append(entry) }
        for read in [{ _ = try FetchJournal(path: path) }, { _ = try FetchJournal.entries(at: path) }]
            as [() throws -> Void]
        {
            #expect {
                try read()
            } throws: { error in
                (error as? FetchError)?.kind == .badData && "\(error)".contains("none of this fetch's")
            }
        }
    }

    /// Under right digits a journal may say anything; sums of it, and what is counted off by it, never overflow.
    @Test(arguments: [
        #"{"kind":"count","target":0,"rows":9223372036854775807}"#,
        #"{"kind":"count","target":0,"rows":1000000000001}"#, #"{"kind":"page","target":0,"file":"x","rows":-1}"#,
        #"{"kind":"task","target":0,"taskID":"x","rows":9223372036854775807}"#,
        #"{"kind":"anew","target":0,"rows":-1}"#,
        #"{"kind":"page","target":0,"file":"x","requests":9223372036854775807}"#,
        #"{"kind":"page","target":0,"file":"x","byteCount":-1}"#, #"{"kind":"count","cost":-9223372036854775808}"#,
        #"{"kind":"figures","target":-9223372036854775808,"figures":[]}"#,
    ])
    func countsThatNoFetchWritesAreRefused(_ json: String) throws {
        let fixture = try FetchFixture()
        let path = try journal(fixture, [#"{"kind":"begin","note":"x"}"#, json])
        let reads: [() throws -> Void] = [
            { _ = try FetchJournal(path: path) }, { _ = try FetchJournal.entries(at: path) },
            { _ = try FetchProgressSummary(journal: path) },
            { _ = try fixture.fetch(fixture.plan(["a.example"]), ScriptedSource(links: [:])) },
        ]
        for read in reads {
            #expect {
                try read()
            } throws: { error in
                (error as? FetchError)?.kind == .badData && "\(error)".contains("journal: line 2: ")
                    && "\(error)".contains("start anew with --restart")
            }
        }
        // Which helps.
        let links = ["a.example": FetchFixture.links("a.example", 3)]
        let report = try fixture.fetch(fixture.plan(["a.example"]), ScriptedSource(links: links)) { $0.restart = true }
        #expect(report.error == nil && report.outcomes.map(\.rowCount) == [3])
    }

    /// As many of the greatest that is believed as there are: the sums end at the largest integer.
    @Test func sumsOfBelievedCountsDoNotOverflow() throws {
        var page = JournalEntry(.page, target: 0)
        page.rows = OutsideCount.range.upperBound
        page.cost = .max
        page.requests = OutsideCount.range.upperBound
        #expect(page.wrongNumber == nil)
        var state = TargetState()
        for _ in 1...3 { state.apply(page) }
        #expect(state.rowCount == 3_000_000_000_000 && state.requestCount == 3_000_000_000_000)
        #expect(state.cost.billionths == .max)
        #expect([Int.max, 1, 1].sum { $0 } == .max && [Int.min, -1].sum { $0 } == .min)
        state.pages[0].rowCount = .max
        state.otherRowCount = .max
        state.apply(JournalEntry(.anew, target: 0))
        #expect(state.otherRowCount == .max && state.rowCount == 0)
    }

    /// A journal with these lines in the folder of the plan for a.example; its path.
    private func journal(_ fixture: FetchFixture, _ lines: [String]) throws -> String {
        let plan = try fixture.plan(["a.example"])
        let folder = try FetchFolder(
            store: fixture.store, id: plan.snapshotID.description, identity: plan.identity, restart: false)
        defer { folder.release() }
        var text = ""
        var digits = ""
        for line in lines {
            digits = FetchJournal.digits(of: Array(line.utf8)[...], after: digits)
            text += "\(digits) \(line)\n"
        }
        try text.write(toFile: folder.journalPath, atomically: false, encoding: .utf8)
        return folder.journalPath
    }

    /// A journal that is refused isn't held open.
    @Test func aRefusedJournalIsClosed() throws {
        let fixture = try FetchFixture()
        let path = try journal(fixture, [#"{"kind":"from the future"}"#])
        func isOpen() throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").contains { name in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == path
            }
        }
        #expect(throws: FetchError.self) { try FetchJournal(path: path) }
        #expect(try !isOpen())
        try "".write(toFile: path, atomically: false, encoding: .utf8)
        var journal: FetchJournal? = try FetchJournal(path: path)
        #expect(try isOpen() && journal?.entries == [])
        journal = nil
        #expect(try !isOpen())
    }

    @Test func damageIsKeptAside() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let path = directory.path("journal")
        do {
            let journal = try FetchJournal(path: path)
            for _ in 1...3 { try journal.append(JournalEntry(.begin)) }
        }
        var text = try lines(path)
        text[1] += " "
        try (text.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try FetchJournal(path: path).damage != nil)
        #expect(try lines(path) == [text[0]])
        #expect(try lines(path + ".damaged") == Array(text[1...]))
    }

    /// What an earlier damage left is paid for, too, and stays.
    @Test func everyDamageIsKeptUnderItsOwnName() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let path = directory.path("journal")
        for (number, name) in ["journal.damaged", "journal.damaged.2", "journal.damaged.3"].enumerated() {
            do {
                let journal = try FetchJournal(path: path)
                while try lines(path).count < 3 { try journal.append(JournalEntry(.begin)) }
            }
            var text = try lines(path)
            text[1] += " damage \(number)"
            try (text.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
            let damage = try FetchJournal(path: path).damage
            #expect(damage == "line 2 is damaged, and nothing after it counts; it is kept as \(name)")
        }
        for number in 1...3 {
            let name = number == 1 ? "journal.damaged" : "journal.damaged.\(number)"
            #expect(try lines(directory.path(name)).first?.hasSuffix(" damage \(number - 1)") == true)
        }
    }

    /// A sound line that isn't understood is not damage.
    @Test func aNewerJournalIsLeftAlone() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let path = directory.path("journal")
        let json = Array(#"{"kind":"from the future"}"#.utf8)
        let line = FetchJournal.digits(of: json[...], after: "") + " " + String(decoding: json, as: UTF8.self) + "\n"
        try line.write(toFile: path, atomically: false, encoding: .utf8)
        #expect { try FetchJournal(path: path) } throws: { "\($0)".contains("made by a newer strata") }
        #expect(throws: FetchError.self) { try FetchJournal.entries(at: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == line)
        #expect(try FetchJournal.entries(at: directory.path("none")) == [])
        #expect(throws: FetchError.self) { try FetchJournal.entries(at: path + "/below") }
    }
}
