import Foundation
import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

/// Who writes, who waits, and who reads meanwhile.
@Suite(.timeLimit(.minutes(1))) struct WriterLockTests {
    private let sample = SampleSnapshot(seed: 11, pageCount: 60, stringCount: 6, linkCount: 90)

    private func refusal(_ store: String) -> String? {
        do {
            try WriterLock(store: store).release()
            return nil
        } catch {
            return (error as? StoreError)?.kind == .locked ? "\(error)" : "\(error) is another error"
        }
    }

    @Test func theHolderIsNamed() throws {
        let directory = try TemporaryDirectory()
        WriterLockHolder.nameCommand("strata test")
        defer { WriterLockHolder.nameCommand("") }
        let lock = try WriterLock(store: directory.path)
        let words = try #require(refusal(directory.path))
        #expect(
            words.contains("by process \(ProcessInfo.processInfo.processIdentifier) (strata test, since 20"), "\(words)"
        )
        #expect(words.contains("Z). Try again when it has finished"))
        lock.release()
        #expect(refusal(directory.path) == nil)
    }

    /// A server may store a rank at any moment: nobody is turned away for that.
    @Test func aRankThatIsStoredIsWaitedFor() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        let isHeld = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let lock = try? WriterLock(store: path, isBrief: true)
            isHeld.signal()
            usleep(300_000)
            lock?.release()
        }
        isHeld.wait()
        let start = ContinuousClock.now
        #expect(refusal(path) == nil)
        #expect(start.duration(to: .now) > .milliseconds(200))
        // Not for ever.
        let other = try WriterLock(store: directory.path, isBrief: true)
        #expect(try #require(refusal(directory.path)).contains("storing a rank"))
        other.release()
    }

    /// The lock is the kernel's; its text is whatever was left there.
    @Test(arguments: [
        "", "999999999\n", "999999999\n2001-01-01T00:00:00Z\nstrata import csv\n", "\u{1B}[31m\n\n\n\n\n", "-1\n\n\n",
    ])
    func theTextOfTheDeadLocksNobodyOut(_ text: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(text, to: "writer.lock")
        #expect(refusal(directory.path) == nil)
        // A living holder that has written nothing yet, or that an older version is.
        let lock = try WriterLock(store: directory.path)
        try directory.write(text, to: "writer.lock")
        let words = try #require(refusal(directory.path))
        #expect(words.contains("is being written by") && !words.contains("\u{1B}"), "\(words)")
        lock.release()
    }

    /// Snapshots are rewritten, and given results, while they are opened and read: nobody sees anything but the snapshot.
    @Test func readersDoNotMindAWriter() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        let older = try sample.commit(to: store, "2026-01-01").id
        let id = try sample.commit(to: store, "2026-02-01").id
        let done = DoneFlag()
        let writer = Thread {
            for turn in 0..<40 {
                try? store.compact(id, as: turn % 2 == 0 ? .delta(against: older) : .whole, threads: 1) { _, _ in }
                try? store.snapshot(id).addDerived(
                    named: "x", parameters: [:], doubles: [("rank", [Double(turn)])])
            }
            done.set()
        }
        writer.start()
        var readCount = 0
        while !done.isSet {
            try check(store.snapshot(id))
            _ = try store.verify(id)
            _ = try store.manifest(of: id)
            readCount += 1
        }
        #expect(readCount > 0)
    }

    @Test func aSnapshotThatGoesMeanwhileIsNone() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        try sample.commit(to: store, "2026-01-01")
        let id = try #require(SnapshotID("2026-02-01"))
        let done = DoneFlag()
        let writer = Thread {
            for _ in 0..<40 {
                _ = try? sample.commit(to: store, "2026-02-01")
                try? store.remove(id)
            }
            done.set()
        }
        writer.start()
        while !done.isSet {
            do {
                try check(store.snapshot(id))
                _ = try store.verify(id)
            } catch let error as StoreError {
                #expect(error.kind == .noSnapshot, "\(error)")
            }
            #expect(throws: Never.self) { try check(store.newestSnapshot()) }
        }
    }

    private func check(_ snapshot: Snapshot) throws {
        #expect(try SampleSnapshot.keys(snapshot.pages) == sample.pages)
        #expect(try SampleLinks.read(snapshot.links) == sample.links)
    }

    private final class DoneFlag: @unchecked Sendable {
        private let lock = NSLock()
        private var value = false
        func set() { lock.withLock { value = true } }
        var isSet: Bool { lock.withLock { value } }
    }
}
