import Foundation
import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct StoreTests {
    private let sample = SampleSnapshot(seed: 5, pageCount: 50, stringCount: 5, linkCount: 80)

    private func kind(_ body: () throws -> Void) -> StoreError.Kind? {
        do {
            try body()
            return nil
        } catch {
            return (error as? StoreError)?.kind
        }
    }

    @Test func openingWhatIsNotThere() throws {
        let directory = try TemporaryDirectory()
        #expect(kind { _ = try Store(opening: directory.path("none")) } == .noStore)
        let store = try Store.openOrCreate(directory.path("a/b/store/"))
        #expect(store.path == directory.path("a/b/store"))
        #expect(try store.snapshotIDs() == [])
        #expect(kind { _ = try store.newestSnapshot() } == .noSnapshot)
        #expect(kind { _ = try store.snapshot(#require(SnapshotID("2026-01-01"))) } == .noSnapshot)
        #expect(kind { try store.remove(#require(SnapshotID("2026-01-01"))) } == .noSnapshot)
        _ = try Store(opening: directory.path("a/b/store"))
    }

    @Test func aDirectoryWithOtherFilesIsNotMadeAStore() throws {
        let directory = try TemporaryDirectory()
        try directory.write("mine", to: "notes.txt")
        #expect(kind { _ = try Store.openOrCreate(directory.path) } == .cannotCreate)
        #expect(try String(decoding: directory.read("notes.txt"), as: UTF8.self) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["notes.txt"])
    }

    @Test func snapshotsAreListedByDateThenLabel() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        for id in ["2026-02-01", "2026-01-01-b", "2026-01-01", "2025-12-31-zzz", "2026-01-01-a"] {
            try sample.commit(to: store, id)
        }
        for foreign in ["lost+found", "2026-13-01", "2026-1-1", ".hidden", "2026-01-01 copy"] {
            try FileManager.default.createDirectory(
                atPath: directory.path("store/snapshots/\(foreign)"), withIntermediateDirectories: false)
        }
        try directory.write("", to: "store/snapshots/2026-05-05.csv")
        #expect(
            try store.snapshotIDs().map(\.description)
                == ["2025-12-31-zzz", "2026-01-01", "2026-01-01-a", "2026-01-01-b", "2026-02-01"])
        #expect(try store.newestSnapshot().id.description == "2026-02-01")
    }

    /// An answer from several snapshots, one of which goes meanwhile.
    @Test func answersAreMadeAgain() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        for id in ["2026-01-01", "2026-02-01", "2026-03-01"] { try sample.commit(to: store, id) }
        var seen: [Int] = []
        let opened = try store.answer { ids in
            seen.append(ids.count)
            if seen.count == 1 { try store.remove(ids[1]) }
            return try ids.map { try store.snapshot($0).id }
        }
        #expect(try seen == [3, 2] && opened == store.snapshotIDs())
        // Who has opened what he needs isn't asked again, unless he looks at what there is himself.
        seen = []
        let once = try store.answer { ids in
            seen.append(ids.count)
            if seen.count == 1 { try store.remove(#require(ids.last)) }
            return ids.count
        }
        #expect(seen == [2] && once == 2)
        try sample.commit(to: store, "2026-04-01")
        seen = []
        let looked = try store.answer(lookingAgain: true) { ids in
            seen.append(ids.count)
            if seen.count == 1 { try store.remove(#require(ids.last)) }
            return try store.snapshotIDs().count
        }
        #expect(seen == [2, 1] && looked == 1)
        // What was never there is an error.
        let never = try #require(SnapshotID("1999-01-01"))
        #expect(kind { _ = try store.answer { _ in try store.snapshot(never) } } == .noSnapshot)
    }

    @Test func anExistingIDIsRefused() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        try sample.commit(to: store, "2026-02-01")
        #expect(kind { _ = try store.beginSnapshot(#require(SnapshotID("2026-02-01"))) } == .alreadyExists)
        // The lock was given back.
        try store.beginSnapshot(#require(SnapshotID("2026-02-02"))).discard()
    }

    @Test func whatIsNotCommittedLeavesNothing() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let id = try #require(SnapshotID("2026-02-01"))
        do {
            let staging = try store.beginSnapshot(id)
            _ = try sample.write(into: staging)
            staging.discard()
            staging.discard()
            _ = try sample.write(into: store.beginSnapshot(id))
            // Released without discard.
        }
        #expect(try store.snapshotIDs() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("store/staging")) == [])
    }

    @Test func oneWriterAtATime() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let snapshot = try sample.commit(to: store, "2026-01-01")
        let staging = try store.beginSnapshot(#require(SnapshotID("2026-02-01")))
        let other = try Store(opening: store.path)
        #expect(kind { _ = try other.beginSnapshot(#require(SnapshotID("2026-03-01"))) } == .locked)
        #expect(kind { try other.remove(snapshot.id) } == .locked)
        #expect(kind { try snapshot.addDerived(named: "x", parameters: [:], doubles: []) } == .locked)
        do {
            _ = try other.beginSnapshot(#require(SnapshotID("2026-03-01")))
        } catch let error as StoreError {
            #expect(error.description.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        }
        // Readers don't mind.
        try sample.check(other.snapshot(snapshot.id))
        try staging.commit(sample.write(into: staging))
        try other.remove(snapshot.id)
        #expect(try store.snapshotIDs().map(\.description) == ["2026-02-01"])
    }

    @Test func aDeadWritersStagingIsReclaimed() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        // What a process leaves that was killed: its pid in the lock file, which nobody holds, and half an import.
        try directory.write("999999999\n", to: "store/writer.lock")
        for name in ["store/staging/2026-01-01/snapshot", "store/staging/2026-02-01/temporary/runs"] {
            try FileManager.default.createDirectory(atPath: directory.path(name), withIntermediateDirectories: true)
            try directory.write("half", to: "\(name)/file")
        }
        let snapshot = try sample.commit(to: store, "2026-02-01")
        try sample.check(snapshot)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("store/staging")) == [])
    }

    @Test func aReaderOutlivesRemoval() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let snapshot = try sample.commit(to: store, "2026-02-01")
        try store.remove(snapshot.id)
        #expect(try store.snapshotIDs() == [])
        #expect(try SampleSnapshot.keys(snapshot.pages) == sample.pages)
        try sample.check(sample.commit(to: store, "2026-02-01"))
    }
}
