import Foundation
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
