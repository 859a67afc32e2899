import LinkModel
import SnapshotImport
import SnapshotStore
import TestSupport
import Testing

/// The builder together with the store's writer.
@Suite struct BuilderTests {
    /// Same rows in any order, with any memory and threads: the same column files and counts.
    @Test(arguments: 0..<8 as Range<UInt64>) func theFilesDependOnTheRowsOnly(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let web = RandomWeb(seed: seed)
        let isolated = ["https://isolated.example/", "http://alpha.com/only?here"]
        var files: [[String: [UInt8]]] = []
        var counts: [Manifest.Counts] = []
        for (memoryLimit, threads) in [(1 << 30, 1), (1, 1), (12_000, 2), (1 << 30, 5)] {
            let store = try TestStore()
            let snapshot = try store.add(
                web.rows.shuffled(using: &random), date: web.date, isolatedPages: isolated, memoryLimit: memoryLimit,
                threads: threads)
            files.append(try store.columnFiles(of: snapshot.id))
            counts.append(snapshot.manifest.counts)
        }
        for index in files.indices {
            #expect(files[index].keys.sorted() == files[0].keys.sorted(), "seed \(seed)")
            for (name, bytes) in files[0] { #expect(files[index][name] == bytes, "seed \(seed), \(name)") }
        }
        let slow = SlowSnapshot(web)
        for counts in counts {
            #expect(counts.links == UInt64(slow.links.count), "seed \(seed)")
            #expect(counts.rowsMerged == UInt64(web.rows.count - slow.links.count), "seed \(seed)")
            #expect(counts.pages == UInt64(slow.pages.union(isolated).count), "seed \(seed)")
        }
    }

    /// What is read back is what was put in, merged.
    @Test(arguments: 0..<20 as Range<UInt64>) func rowsComeBack(seed: UInt64) throws {
        let web = RandomWeb(seed: seed)
        let store = try TestStore()
        let snapshot = try store.add(web.rows, date: web.date, memoryLimit: seed % 2 == 0 ? 9_000 : 1 << 30)
        #expect(Set(try store.rows(of: snapshot)) == Set(SlowSnapshot(web).links.map(\.row)), "seed \(seed)")
    }

    @Test func anEmptySnapshot() throws {
        let store = try TestStore()
        let snapshot = try store.add([], date: Day(number: 20_000))
        #expect(snapshot.pages.count == 0 && snapshot.links.rowCount == 0 && snapshot.strings.count == 0)
        #expect(try snapshot.verify() > 0)
    }

    @Test func pagesWithoutLinks() throws {
        let store = try TestStore()
        let snapshot = try store.add([], date: Day(number: 20_000), isolatedPages: ["http://b.com/", "http://a.com/"])
        #expect(snapshot.pages.count == 2 && snapshot.hosts.count == 2 && snapshot.links.rowCount == 0)
    }
}
