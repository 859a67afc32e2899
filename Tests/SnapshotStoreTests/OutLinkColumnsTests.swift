import Kernels
import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

struct OutLinkColumnsTests {
    /// Several link blocks and groups of pages; templates; a tenth of the links nofollow.
    private static func sample() -> SampleSnapshot {
        var sample = SampleSnapshot(seed: 61, pageCount: 2_300, stringCount: 5, linkCount: 0)
        var random = SeededRandom(seed: 62)
        let templates = (0..<30).map { _ in (0..<1 + random.below(40)).map { _ in UInt32(random.below(2_300)) } }
        var links: Set<LinkRecord> = []
        for page in 0..<2_300 as Range<UInt32> where !random.chance(1, in: 5) {
            for target in random.pick(templates) {
                for type in 0..<(random.chance(1, in: 3) ? 2 : 1) as Range<UInt8> {
                    let flags = random.chance(1, in: 10) ? LinkFlags.nofollow : []
                    links.insert(
                        LinkRecord(
                            to: target, from: page, type: type, anchor: 0, imageSource: 0, flags: flags.rawValue,
                            firstSeen: 0, lastVisited: 0, title: 0, inlinkRank: 0, domainInlinkRank: 0))
                }
            }
        }
        sample.links = links.sorted()
        return sample
    }

    private static func lists(_ sample: SampleSnapshot) -> [Set<UInt32>] {
        var lists = [Set<UInt32>](repeating: [], count: sample.pages.count)
        for link in sample.links where link.from != link.to && link.flags & LinkFlags.nofollow.rawValue == 0 {
            lists[Int(link.from)].insert(link.to)
        }
        return lists
    }

    @Test func storedAndFoundAreTheSame() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        let sample = Self.sample()
        let snapshot = try sample.commit(to: store, "2026-02-01")
        let stored = try #require(try snapshot.storedOutLinks())
        let lists = Self.lists(sample)
        #expect(stored.degrees == lists.map { UInt32($0.count) })
        var repeatedCount = 0
        for (page, distance) in stored.distances.enumerated() where !lists[page].isEmpty {
            let first = page - Int(distance)
            #expect(first / OutLinks.groupNodeCount == page / OutLinks.groupNodeCount && lists[first] == lists[page])
            repeatedCount += distance > 0 ? 1 : 0
        }
        #expect(repeatedCount > 200 && stored.pairCount == UInt64(lists.reduce(0) { $0 + $1.count }))
        let source = OutLinkColumns.Source(links: snapshot.links, pageCount: sample.pages.count, name: "sample")
        let found = try OutLinkColumns.find(in: source, 0..<sample.pages.count, counterCount: 3, threads: 3)
        #expect(found.outLinks == stored && found.pairs.pairCount == stored.pairCount)
        // Of links that aren't stored so: in one pass, and in one for each group of pages.
        let (once, often) = (
            try snapshot.outLinks(dropping: 0, memoryLimit: 1 << 30, threads: 2),
            try snapshot.outLinks(dropping: 0, memoryLimit: 1, threads: 2)
        )
        #expect(once.outLinks == often.outLinks && once.pairs != nil && often.pairs == nil)
        #expect(once.outLinks.pairCount > stored.pairCount)
        // With room for one group of pages the links are read three times; the files are the same.
        let other = try TemporaryDirectory(inMemory: true)
        for memoryLimit in [1, 1 << 30] {
            let columns = try OutLinkColumns.write(
                snapshot.links, pageCount: sample.pages.count, directory: other.path, memoryLimit: memoryLimit,
                threads: 2, effort: .fast)
            for column in columns {
                let inSnapshot = snapshot.manifest.columns.first { $0.file == column.file }
                #expect(inSnapshot?.xxh64 == column.xxh64 && inSnapshot?.byteCount == column.byteCount)
                try FileSystem.unlink(other.path(column.file))
            }
        }
    }

    /// Right checksums, wrong values.
    @Test func verifyComparesThemWithTheLinks() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        let sample = Self.sample()
        let right = try #require(try sample.commit(to: store, "2026-02-01").outLinkColumns)
        for (file, column) in [
            (OutLinkColumns.degreeFile, right.degrees), (OutLinkColumns.distanceFile, right.distances),
        ] {
            // A page with links of its own has one more; a page with those of another has those of the one before it.
            var values = try column.all()
            let (degrees, steps) = (try right.degrees.all(), try right.distances.all())
            let isDegree = file == OutLinkColumns.degreeFile
            let wrong = try #require(
                (1..<900).first { page in
                    isDegree ? degrees[page] > 0 : steps[page] > 1 && degrees[page - 1] > 0
                })
            values[wrong] = isDegree ? values[wrong] + 1 : 1
            let snapshot = try sample.commit(
                to: store, isDegree ? "2026-02-02" : "2026-02-03", file: file, values: { _ in values })
            let error = #expect(throws: StoreError.self) { try snapshot.verify() }
            #expect(error?.kind == .corrupt && error?.description.contains(file) == true, "\(file)")
        }
    }
}
