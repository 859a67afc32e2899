import Foundation
import LinkModel
import Synchronization
import TestSupport
import Testing

@testable import SnapshotStore

/// `strata backup` and `strata restore`.
@Suite struct StoreCopyTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let backup: Store
    private let ids = ["2026-01-01", "2026-02-01", "2026-03-01"].compactMap { SnapshotID($0) }

    init() throws {
        directory = try TemporaryDirectory(inMemory: true)
        store = try Store.openOrCreate(directory.path("store"))
        backup = try Store.openOrCreate(directory.path("backup"))
    }

    private func sample(_ month: Int) -> SampleSnapshot {
        var sample = SampleSnapshot(seed: 81, pageCount: 200, stringCount: 30, linkCount: 600)
        sample.links.removeLast(40 * month)
        return sample
    }

    /// Three months; the last two are deltas, one against the other; a rank.
    private func fill() throws {
        for (month, id) in ids.enumerated() { try sample(month).commit(to: store, id.description) }
        for month in 1...2 {
            try store.compact(ids[month], as: .delta(against: ids[month - 1]), threads: 1) { _, _ in }
        }
        try store.snapshot(ids[1]).addDerived(
            named: "page-1", parameters: ["level": "page"], doubles: [("pagerank", [1, 2])])
        try addFigures()
    }

    private func addFigures() throws {
        var source = Manifest.Provenance()
        source.source = "test"
        try store.addProviderFigures(
            [
                ProviderFigure(
                    provider: "test", endpoint: "metrics", target: "example.com", mode: "domain", date: "2026-01-01",
                    dateFrom: nil,
                    fetchedAt: "2026-01-02T00:00:00Z", values: ["backlinks": 7])
            ], source: source)
    }

    private func files(_ store: Store, _ id: SnapshotID) throws -> [String: [UInt8]] {
        try TemporaryDirectory.files(below: "\(store.path)/snapshots/\(id)")
    }

    private func copyAll(from source: Store, to destination: Store) throws -> [StoreCopy.Outcome] {
        let copy = StoreCopy(from: source, to: destination)
        return try copy.order(source.snapshotIDs()).map { try copy.copy($0).outcome }
    }

    @Test func thereAndBack() throws {
        try fill()
        #expect(try copyAll(from: store, to: backup) == [.copied, .copied, .copied])
        #expect(try copyAll(from: store, to: backup) == [.unchanged, .unchanged, .unchanged])
        #expect(try StoreCopy(from: store, to: backup).copyFigures().copied == 1)
        #expect(try StoreCopy(from: store, to: backup).copyFigures().copied == 0)
        for id in ids {
            #expect(try files(store, id) == files(backup, id))
            #expect(try backup.snapshot(id).verify(deep: false) > 0)
        }
        #expect(try backup.verifyFigures() == store.verifyFigures())
        for id in ids.reversed() { try store.remove(id) }
        // What the store has lost, the backup keeps.
        #expect(try copyAll(from: store, to: backup) == [] && backup.snapshotIDs() == ids)
        #expect(try copyAll(from: backup, to: store) == [.copied, .copied, .copied])
        for id in ids { #expect(try files(store, id) == files(backup, id)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(backup.path)/staging") == [])
    }

    @Test func basesComeFirst() throws {
        try fill()
        let copy = StoreCopy(from: store, to: backup)
        #expect(copy.order([ids[2]]) == ids)
        let error = #expect(throws: StoreError.self) { try copy.copy(ids[2]) }
        #expect(error?.kind == .alreadyExists && error?.description.contains("2026-02-01") == true)
        #expect(try backup.snapshotIDs() == [])
    }

    @Test func anotherFormAndFurtherRanksAreUpdates() throws {
        try fill()
        _ = try copyAll(from: store, to: backup)
        try store.snapshot(ids[0]).addDerived(
            named: "host-1", parameters: ["level": "host"], doubles: [("pagerank", [1])])
        try store.compact(ids[2], as: .whole, threads: 1) { _, _ in }
        #expect(try copyAll(from: store, to: backup) == [.updated, .unchanged, .updated])
        for id in ids { #expect(try files(store, id) == files(backup, id)) }
        // What is restored doesn't take the place of what is sound.
        try store.compact(ids[2], as: .unchanged, threads: 1) { _, _ in }
        let compacted = try files(store, ids[2])
        let copy = StoreCopy(from: backup, to: store, updates: false)
        #expect(try ids.map { try copy.copy($0).outcome } == [.unchanged, .unchanged, .unchanged])
        #expect(try files(store, ids[2]) == compacted)
    }

    @Test func otherContentsAreLeftAlone() throws {
        try fill()
        try sample(3).commit(to: backup, "2026-01-01")
        let before = try files(backup, ids[0])
        let error = #expect(throws: StoreError.self) { try StoreCopy(from: store, to: backup).copy(ids[0]) }
        #expect(error?.kind == .alreadyExists)
        #expect(try files(backup, ids[0]) == before)
    }

    @Test func anotherCoverageSaysOtherThings() throws {
        try sample(0).commit(to: store, ids[0].description)
        _ = try sample(0).commit(
            to: backup, ids[0].description,
            change: { $1.coverage = .targets([CoveredTarget(target: "example.com", mode: .domain, complete: true)]) })
        for copy in [StoreCopy(from: store, to: backup), StoreCopy(from: backup, to: store, updates: false)] {
            let error = #expect(throws: StoreError.self) { try copy.copy(ids[0]) }
            #expect(error?.kind == .alreadyExists)
        }
    }

    /// What can't be read can't be told to be the same.
    @Test func anUnreadableManifestOfOtherColumnsIsLeftAlone() throws {
        try fill()
        try sample(3).commit(to: backup, "2026-01-01")
        try directory.write([1, 2, 3], to: "backup/snapshots/2026-01-01/manifest.json")
        let before = try files(backup, ids[0])
        let error = #expect(throws: StoreError.self) { try StoreCopy(from: store, to: backup).copy(ids[0]) }
        #expect(error?.kind == .alreadyExists && error?.description.contains("can't be told") == true)
        #expect(try files(backup, ids[0]) == before)
    }

    @Test func anEmptyFolderIsNobodys() throws {
        try fill()
        try FileSystem.makeDirectories(directory.path("backup/snapshots/2026-01-01/ranks"))
        #expect(try StoreCopy(from: store, to: backup).copy(ids[0]).outcome == .repaired)
        #expect(try files(store, ids[0]) == files(backup, ids[0]))
    }

    /// Only the backup has the newest month still; it must stay readable there.
    @Test func noChainGrowsTooLong() throws {
        let months = (1...Store.longestDeltaChain).compactMap { SnapshotID("2025-01-\($0 + 10)") }
        for (place, id) in months.enumerated() {
            try sample(0).commit(to: store, id.description)
            if place > 0 { try store.compact(id, as: .delta(against: months[place - 1]), threads: 1) { _, _ in } }
        }
        _ = try copyAll(from: store, to: backup)
        try store.remove(#require(months.last))
        try sample(1).commit(to: store, "2024-01-01")
        try store.compact(months[0], as: .delta(against: #require(SnapshotID("2024-01-01"))), threads: 1) { _, _ in }
        let copy = StoreCopy(from: store, to: backup)
        #expect(try copy.copy(#require(SnapshotID("2024-01-01"))).outcome == .copied)
        let error = #expect(throws: StoreError.self) { try copy.copy(months[0]) }
        #expect(error?.kind == .alreadyExists && error?.description.contains("strata compact") == true)
        #expect(try backup.snapshot(#require(months.last)).verify() > 0)
    }

    @Test func aDamagedSourceReplacesNothing() throws {
        try fill()
        _ = try copyAll(from: store, to: backup)
        let kept = try files(backup, ids[0])
        let path = "store/snapshots/2026-01-01/links.adjacency"
        var bytes = try directory.read(path)
        bytes[70] ^= 1
        try directory.write(bytes, to: path)
        // Seen as unchanged by the manifest: the backup's is sound. Into an empty store nothing comes.
        #expect(try StoreCopy(from: store, to: backup).copy(ids[0]).outcome == .unchanged)
        let empty = try Store.openOrCreate(directory.path("empty"))
        let error = #expect(throws: StoreError.self) { try StoreCopy(from: store, to: empty).copy(ids[0]) }
        #expect(
            error?.kind == .corrupt
                && error?.description.contains("\(store.path)/snapshots/2026-01-01/links.adjacency") == true)
        #expect(try empty.snapshotIDs() == [])
        // And back.
        #expect(try StoreCopy(from: backup, to: store).copy(ids[0]).outcome == .repaired)
        #expect(try files(store, ids[0]) == kept && files(backup, ids[0]) == kept)
        try directory.write([1, 2, 3], to: "store/snapshots/2026-01-01/manifest.json")
        #expect(try StoreCopy(from: backup, to: store).copy(ids[0]).outcome == .repaired)
        #expect(try files(store, ids[0]) == kept)
    }

    @Test func figuresThatSayOtherThings() throws {
        try fill()
        _ = try StoreCopy(from: store, to: backup).copyFigures()
        let name = "figures/00000001.json"
        try directory.write([7], to: "backup/\(name)")
        // Damaged: replaced.
        #expect(try StoreCopy(from: store, to: backup).copyFigures().copied == 1)
        let other = try Store.openOrCreate(directory.path("other"))
        var source = Manifest.Provenance()
        source.source = "elsewhere"
        try other.addProviderFigures(store.providerFigures(), source: source)
        // Under the next number: nothing that was fetched is lost.
        #expect(try StoreCopy(from: other, to: backup).copyFigures().copied == 1)
        #expect(try StoreCopy(from: other, to: backup).copyFigures().copied == 0)
        #expect(try backup.figureFileNames() == ["00000001.json", "00000002.json"])
        // A later release's file isn't damage.
        struct Later: Encodable { var formatVersion = 7 }
        try directory.write(SealedJSON.encode(Later()), to: "other/\(name)")
        let error = #expect(throws: StoreError.self) { try StoreCopy(from: backup, to: other).copyFigures() }
        #expect(error?.kind == .unsupportedVersion)
    }

    @Test func theOtherStoresWriterIsWaitedForByName() throws {
        try fill()
        let writer = try backup.beginSnapshot(#require(SnapshotID("2020-01-01")))
        let error = #expect(throws: StoreError.self) { try StoreCopy(from: store, to: backup).copy(ids[0]) }
        #expect(error?.kind == .locked)
        writer.discard()
        // A writer in the source is in nobody's way.
        let other = try store.beginSnapshot(#require(SnapshotID("2020-01-01")))
        #expect(try StoreCopy(from: store, to: backup).copy(ids[0]).outcome == .copied)
        other.discard()
    }

    /// A writer ranks, compacts, removes and imports all the time: every copy is sound, and one of the snapshots that were there.
    @Test(.timeLimit(.minutes(5))) func whileAWriterIsAtWork() throws {
        try sample(0).commit(to: store, ids[0].description)
        let contents = try store.manifest(of: ids[0]).contentsDigest
        let writer = BusyWriter(store, sample(0), ids[0])
        writer.start()
        defer { writer.stop() }
        var copied = 0
        var gone = 0
        while copied < 60 || writer.rounds < 20 {
            let target = try Store.openOrCreate(directory.path("backup-\(copied)-\(gone)"))
            do {
                _ = try StoreCopy(from: store, to: target).copy(ids[0])
                copied += 1
                let copy = try target.snapshot(ids[0])
                #expect(try copy.verify() > 0 && copy.manifest.contentsDigest == contents)
            } catch let error as StoreError where error.kind == .noSnapshot {
                gone += 1
            }
            try FileSystem.removeTree(target.path)
        }
    }

    @Test func foldersInFolders() throws {
        try FileSystem.makeDirectories(directory.path("a/b"))
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("link"), withDestinationPath: directory.path("a/b"))
        #expect(FileSystem.lies(directory.path("a/b/c/d"), in: directory.path("a")))
        #expect(FileSystem.lies(directory.path("link"), in: directory.path("a")))
        #expect(FileSystem.lies(directory.path("a"), in: directory.path("a")))
        #expect(!FileSystem.lies(directory.path("ab"), in: directory.path("a")))
        #expect(!FileSystem.lies(directory.path("a"), in: directory.path("a/b")))
        #expect(!FileSystem.lies(directory.path("a"), in: directory.path("nowhere")))
    }
}

/// Ranks, compacts, removes and imports one snapshot, on a thread of its own, until it is stopped.
private final class BusyWriter: Sendable {
    private let store: Store
    private let sample: SampleSnapshot
    private let id: SnapshotID
    private let state = Mutex((rounds: 0, isStopped: false, hasEnded: false))

    init(_ store: Store, _ sample: SampleSnapshot, _ id: SnapshotID) {
        self.store = store
        self.sample = sample
        self.id = id
    }

    var rounds: Int { state.withLock { $0.rounds } }

    func start() {
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isStopped }) {
                do { try work(rounds) } catch { Issue.record(error) }
                state.withLock { $0.rounds += 1 }
            }
            state.withLock { $0.hasEnded = true }
        }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.hasEnded }) { usleep(1_000) }
    }

    private func work(_ round: Int) throws {
        switch round % 4 {
        case 0: try store.compact(id, as: .whole, threads: 1) { _, _ in }
        case 1, 2:
            try store.snapshot(id).addDerived(
                named: "page-1", parameters: ["round": "\(round)"],
                doubles: [("pagerank", [Double](repeating: Double(round), count: 9_000))])
        default:
            try store.remove(id)
            try sample.commit(to: store, id.description)
        }
    }
}
