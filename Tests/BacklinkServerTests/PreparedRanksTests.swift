import LinkEngine
import LinkModel
import SnapshotStore
import Synchronization
import TestSupport
import Testing

@testable import BacklinkServer

/// Ranks are prepared once for each snapshot, and a failure is remembered.
@Suite struct PreparedRanksTests {
    private struct Failure: Error {}

    @Test func askingByTurnsPreparesOnce() throws {
        let fixture = try ServerFixture()
        let prepared = Mutex<[SnapshotID]>([])
        let served = ServedStore(fixture.store.store, upTo: nil, fixture.engine) { snapshot in
            prepared.withLock { $0.append(snapshot.id) }
        }
        let ids = try fixture.store.store.snapshotIDs()
        for _ in 0..<5 {
            for id in ids { #expect(try served.snapshot(id, showsRanks: true)?.id == id) }
            #expect(try served.today(showsRanks: true).id == ids.last)
        }
        #expect(prepared.withLock { $0 } == ids)
    }

    @Test func failuresAreRememberedUntilTheManifestChanges() throws {
        let fixture = try ServerFixture(rows: [])
        let added = try fixture.store.add(
            [ServerFixture.link("https://a.com/", "https://t.com/")], date: ServerFixture.day("2026-11-01"))
        let attempts = Mutex(0)
        let served = ServedStore(fixture.store.store, upTo: nil, fixture.engine) { _ in
            attempts.withLock { $0 += 1 }
            throw Failure()
        }
        for _ in 0..<3 {
            // What shows no ranks is answered.
            #expect(try served.today().id == added.id)
            #expect(throws: Failure.self) { try served.today(showsRanks: true) }
            #expect(throws: Failure.self) { try served.snapshot(added.id, showsRanks: true) }
        }
        #expect(attempts.withLock { $0 } == 1)
        // Stores the ranks.
        try fixture.engine.prepareRanks(added)
        #expect(throws: Failure.self) { try served.today(showsRanks: true) }
        #expect(attempts.withLock { $0 } == 2)
    }

    /// Ranks that are being computed hold up nobody who has his.
    @Test func othersDoNotWait() async throws {
        let fixture = try ServerFixture()
        let ids = try fixture.store.store.snapshotIDs()
        let gate = Gate()
        let served = ServedStore(fixture.store.store, upTo: nil, fixture.engine) { snapshot in
            if snapshot.id == ids[0] { gate.wait() }
        }
        _ = try served.today(showsRanks: true)
        let workers = Workers(threadCount: 1, waitingLimit: 1)
        #expect(workers.enqueue { _ = try? served.snapshot(ids[0], showsRanks: true) })
        try await gate.begun()
        #expect(try served.today(showsRanks: true).id == ids.last)
        gate.open()
    }
}
