import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct LinkTableTests {
    @Test func recordsAreOrderedByTheirFieldsInOrder() {
        let base = LinkRecord(
            to: 5, from: 5, type: 5, anchor: 5, imageSource: 5, flags: 5, firstSeen: 5, lastVisited: 5, title: 5)
        let raised: [(inout LinkRecord) -> Void] = [
            { $0.to = 6 }, { $0.from = 6 }, { $0.type = 6 }, { $0.anchor = 6 }, { $0.imageSource = 6 },
            { $0.flags = 6 },
            { $0.firstSeen = 6 }, { $0.lastVisited = 6 }, { $0.title = 6 },
            { $0.inlinkRank = 6 }, { $0.domainInlinkRank = 6 },
        ]
        for (place, raise) in raised.enumerated() {
            var other = base
            raise(&other)
            #expect(base < other && !(other < base))
            // An earlier field outweighs all later ones.
            for later in raised[(place + 1)...] {
                var left = base
                later(&left)
                #expect(left < other)
            }
        }
        #expect(!(base < base))
    }

    @Test func storedDays() {
        #expect(LinkRecord.storedDay(nil) == 0)
        #expect(LinkRecord.day(fromStored: 0) == nil)
        #expect(LinkRecord.storedDay(Day(number: 0)) == 719_163)
        #expect(LinkRecord.day(fromStored: 1) == Day(number: -719_162))
    }

    @Test(arguments: [0, 1, 2, 32_767, 32_768, 32_769])
    func roundTripAroundBlocks(count: Int) throws {
        let links = SampleLinks(seed: UInt64(count), rowCount: count, pageCount: 2_000, stringCount: 50)
        try links.check(threads: 2)
    }

    @Test func manySeededTables() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let pageCount = 1 + random.below(300)
            let links = SampleLinks(
                seed: seed, rowCount: random.below(400), pageCount: pageCount, stringCount: random.below(5))
            try links.check(threads: 1)
        }
    }

    @Test func oneTargetMayFillManyBlocks() throws {
        let records = (0..<66_000).map { index in
            LinkRecord(
                to: index < 65_900 ? 3 : 7, from: UInt32(index), type: 0, anchor: 0, imageSource: 0, flags: 0,
                firstSeen: 0, lastVisited: 0, title: 0)
        }
        try SampleLinks(records: records, pageCount: 66_000, stringCount: 0).check(threads: 2)
    }

    @Test func idsAtTheEndsOfTheirRange() throws {
        let ids: [UInt32] = [0, 1, 1 << 31 - 1, 1 << 31, 1 << 31 + 1, .max - 2, .max - 1]
        let records = ids.flatMap { to in
            ids.map { from in
                LinkRecord(
                    to: to, from: from, type: 255, anchor: 0, imageSource: 0, flags: 255, firstSeen: 3_652_059,
                    lastVisited: 1, title: 0)
            }
        }
        try SampleLinks(records: records, pageCount: Int(UInt32.max), stringCount: 0).check(threads: 1)
    }

    @Test func sameBytesForAnyThreadCount() throws {
        let links = SampleLinks(seed: 9, rowCount: 66_000, pageCount: 20_000, stringCount: 1_000)
        var files: [[String: [UInt8]]] = []
        for threads in [1, 2, 5] {
            let directory = try TemporaryDirectory()
            _ = try links.write(to: directory, threads: threads)
            files.append(try TemporaryDirectory.files(below: directory.path))
        }
        #expect(files[0] == files[1] && files[0] == files[2])
    }
}
