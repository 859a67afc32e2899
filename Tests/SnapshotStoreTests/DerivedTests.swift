import Foundation
import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct DerivedTests {
    private let sample = SampleSnapshot(seed: 5, pageCount: 50, stringCount: 5, linkCount: 80)

    private func makeSnapshot(_ directory: TemporaryDirectory) throws -> (store: Store, snapshot: Snapshot) {
        let store = try Store.openOrCreate(directory.path("store"))
        return (store, try sample.commit(to: store, "2026-02-01"))
    }

    private func ranks(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path("store/snapshots/2026-02-01/ranks")).sorted()
    }

    @Test(arguments: [0, 1, 8_191, 8_192, 8_193, 20_000])
    func doublesKeepTheirBits(count: Int) throws {
        let directory = try TemporaryDirectory()
        let (store, snapshot) = try makeSnapshot(directory)
        var random = SeededRandom(seed: UInt64(count))
        var values = (0..<count).map { _ in Double(bitPattern: random.next()) }
        if count > 4 { values.replaceSubrange(0..<4, with: [.nan, -.infinity, -0.0, .leastNonzeroMagnitude]) }
        try snapshot.addDerived(
            named: "domain-1f2e", parameters: ["damping": "0.85"],
            doubles: [("pagerank", values), ("score", values.reversed())])
        for snapshot in [snapshot, try store.snapshot(snapshot.id)] {
            let summary = try #require(snapshot.derivedSummary(named: "domain-1f2e"))
            #expect(summary.parameters == ["damping": "0.85"])
            let read = try snapshot.derivedDoubles(named: "domain-1f2e", column: "pagerank")
            #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
            let stored = try snapshot.storedDoubles(named: "domain-1f2e", column: "pagerank")
            #expect(stored.count == count)
            for index in stride(from: 0, to: count, by: 97) {
                #expect(try stored.value(at: index).bitPattern == values[index].bitPattern)
            }
            let scores = try snapshot.derivedDoubles(named: "domain-1f2e", column: "score")
            #expect(scores.map(\.bitPattern) == values.reversed().map(\.bitPattern))
            #expect(try snapshot.verify() > UInt64(count * 16))
        }
    }

    @Test func whatIsNotThere() throws {
        let directory = try TemporaryDirectory()
        let (_, snapshot) = try makeSnapshot(directory)
        #expect(snapshot.derivedSummary(named: "x") == nil)
        #expect(throws: StoreError.self) { try snapshot.derivedDoubles(named: "x", column: "y") }
        try snapshot.addDerived(named: "x", parameters: [:], doubles: [("z", [1])])
        #expect(throws: StoreError.self) { try snapshot.derivedDoubles(named: "x", column: "y") }
        #expect(throws: StoreError.self) { try snapshot.derivedDoubles(named: "x", column: "") }
    }

    @Test func singleValuesNeedTheirBlocksOnly() throws {
        let directory = try TemporaryDirectory()
        let (store, snapshot) = try makeSnapshot(directory)
        let values = (0..<30_000).map(Double.init)
        try snapshot.addDerived(named: "page-1", parameters: [:], doubles: [("r", values)])
        let file = "store/snapshots/2026-02-01/ranks/page-1.r"
        var bytes = try directory.read(file)
        // Within the third of four blocks.
        bytes[2 * 65_536 + 1_000] ^= 1
        try directory.write(bytes, to: file)
        let stored = try store.snapshot(snapshot.id).storedDoubles(named: "page-1", column: "r")
        #expect(try stored.value(at: 16_383) == 16_383 && stored.value(at: 29_999) == 29_999)
        // Each time: a damaged block is never taken for sound.
        for _ in 0..<2 { #expect(throws: StoreError.self) { try stored.value(at: 16_384 + 5_000) } }
        #expect(throws: StoreError.self) { try snapshot.storedDoubles(named: "page-1", column: "s") }
    }

    @Test func aReplacedResultIsReadAnewByOthers() throws {
        let directory = try TemporaryDirectory()
        let (store, snapshot) = try makeSnapshot(directory)
        let other = try store.snapshot(snapshot.id)
        for round in 1...4 {
            try snapshot.addDerived(named: "page-1", parameters: ["n": "\(round)"], doubles: [("r", [Double(round)])])
            // Opened before: finds the file that it knows gone, and reads the manifest again.
            #expect(try other.storedDoubles(named: "page-1", column: "r").value(at: 0) == Double(round))
            #expect(try other.derivedDoubles(named: "page-1", column: "r") == [Double(round)])
            #expect(try ranks(directory).count == 1)
            #expect(try snapshot.verify() == other.verify())
        }
        try snapshot.addDerived(named: "host-1", parameters: [:], doubles: [("r", [9])])
        #expect(try snapshot.derivedDoubles(named: "page-1", column: "r") == [4])
        #expect(snapshot.manifest.derived.map(\.name) == ["host-1", "page-1"])
    }

    @Test func aCrashBeforeTheSwapLeavesTheOldResult() throws {
        let directory = try TemporaryDirectory()
        let (store, snapshot) = try makeSnapshot(directory)
        try snapshot.addDerived(named: "page-1", parameters: [:], doubles: [("r", [1])])
        // New files are there, the new manifest was written but not renamed.
        try directory.write("half a file", to: "store/snapshots/2026-02-01/ranks/page-1.r.2")
        try directory.write("half a manifest", to: "store/snapshots/2026-02-01/manifest.json.tmp")
        let reopened = try store.snapshot(snapshot.id)
        #expect(try reopened.derivedDoubles(named: "page-1", column: "r") == [1])
        // What no answer reads is no damage, and the next writer clears it up.
        #expect(try reopened.verify() > 0)
        try reopened.addDerived(named: "page-1", parameters: [:], doubles: [("r", [2])])
        #expect(try reopened.derivedDoubles(named: "page-1", column: "r") == [2])
        #expect(try ranks(directory).count == 1)
        #expect(try reopened.verify() > 0)
    }

    @Test func anotherSnapshotOfTheSameNameGetsNoResult() throws {
        let directory = try TemporaryDirectory()
        let (store, snapshot) = try makeSnapshot(directory)
        try store.remove(snapshot.id)
        let other = try SampleSnapshot(seed: 6, pageCount: 50, stringCount: 5, linkCount: 80).commit(
            to: store, "2026-02-01")
        #expect(throws: StoreError.self) {
            try snapshot.addDerived(named: "page-1", parameters: [:], doubles: [("r", [1])])
        }
        #expect(try store.snapshot(other.id).derivedSummary(named: "page-1") == nil)
        #expect(try other.verify() > 0)
    }

    @Test func aFailureLeavesNoFiles() throws {
        let directory = try TemporaryDirectory()
        let (_, snapshot) = try makeSnapshot(directory)
        // The second column can't be renamed: a directory has its name.
        try FileManager.default.createDirectory(
            atPath: directory.path("store/snapshots/2026-02-01/ranks/page-1.b"), withIntermediateDirectories: true)
        #expect(throws: StoreError.self) {
            try snapshot.addDerived(named: "page-1", parameters: [:], doubles: [("a", [1]), ("b", [2])])
        }
        #expect(try ranks(directory) == ["page-1.b"])
        #expect(try snapshot.verify() > 0)
    }

    @Test func resultsInALinkedDirectoryAreNotTouched() throws {
        let directory = try TemporaryDirectory()
        let (_, snapshot) = try makeSnapshot(directory)
        try FileManager.default.createDirectory(atPath: directory.path("mine"), withIntermediateDirectories: false)
        try directory.write("mine", to: "mine/notes.txt")
        try FileManager.default.removeItem(atPath: directory.path("store/snapshots/2026-02-01/ranks"))
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("store/snapshots/2026-02-01/ranks"), withDestinationPath: directory.path("mine"))
        #expect(throws: StoreError.self) {
            try snapshot.addDerived(named: "page-1", parameters: [:], doubles: [("r", [1])])
        }
        #expect(try directory.read("mine/notes.txt") == Array("mine".utf8))
    }
}
