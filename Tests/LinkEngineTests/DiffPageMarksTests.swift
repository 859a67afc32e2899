import TestSupport
import Testing

@testable import LinkEngine

/// The sets and maps of `diff --every`, held against plain ones.
@Suite struct DiffPageMarksTests {
    @Test func marksFindWhatASetFinds() {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed: seed)
            // Up to three words of the summary.
            let pageCount = 1 + Int(random.next() % 12_000)
            var marks = PageMarks(pageCount: pageCount)
            for _ in 0..<3 {
                let pages = (0..<random.next() % 40).map { _ in UInt32(random.next() % UInt64(pageCount)) }
                marks.insert(pages, pages.count)
                for _ in 0..<200 {
                    let ends = [random.next(), random.next()].map { UInt32($0 % UInt64(pageCount + 1)) }.sorted()
                    let range = ends[0]..<ends[1]
                    let found = marks.anyPage(in: range)
                    let isRight = found.map { range.contains($0) && pages.contains($0) } ?? false
                    #expect(
                        isRight || (found == nil && !pages.contains { range.contains($0) }), "seed \(seed), \(range)")
                }
                marks.removeAll()
                #expect(marks.anyPage(in: 0..<UInt32(pageCount)) == nil, "seed \(seed)")
            }
        }
    }

    @Test func pagesInQuestionAreFoundWhateverWasListed() {
        for seed in UInt64(30)...45 {
            var random = SeededRandom(seed: seed)
            let pageCount = 20_000
            var pairs = PairPages(pageCount: pageCount)
            for _ in 0..<3 {
                var listed: Set<UInt32> = []
                for _ in 0..<random.next() % 4 {
                    let pages = (0..<random.next() % 300).map { _ in UInt32(random.next() % UInt64(pageCount)) }
                    listed.formUnion(pages)
                    _ = pairs.append(upTo: pages.count + 3) { room, start in
                        for (offset, page) in pages.enumerated() { room[start + offset] = page }
                        return pages.count
                    }
                }
                let ranges = (0..<10).map { _ in
                    let lower = UInt32(random.next() % UInt64(pageCount - 300))
                    return lower..<lower + UInt32(random.next() % 300)
                }
                pairs.prepare(for: ranges)
                for range in ranges {
                    let found = pairs.anyPage(in: range)
                    let isThere = listed.contains { range.contains($0) }
                    #expect((found != nil) == isThere, "seed \(seed), \(range)")
                    #expect(found.map { listed.contains($0) && range.contains($0) } ?? true, "seed \(seed), \(range)")
                }
                pairs.removeAll()
            }
        }
    }

    @Test func hostsOfAWordAreThoseOfItsPages() {
        for seed in UInt64(50)...60 {
            var random = SeededRandom(seed: seed)
            var firstPages: [UInt32] = [0]
            while firstPages.count < 30 {
                firstPages.append(firstPages[firstPages.count - 1] + 1 + UInt32(random.next() % 90))
            }
            let finder = HostFinder(firstPages: firstPages)
            let pageCount = Int(firstPages[firstPages.count - 1])
            for word in 0..<(pageCount + 63) / 64 {
                var bits = random.next() & random.next()
                if pageCount - word * 64 < 64 { bits &= (1 << UInt64(pageCount - word * 64)) - 1 }
                var hosts: [Int] = []
                finder.forEachHost(ofPages: bits, inWord: word) { hosts.append($0) }
                let expected = Set(
                    (0..<64).filter { bits >> UInt64($0) & 1 != 0 }.map {
                        finder.host(ofPage: UInt32(word * 64 + $0))
                    })
                #expect(hosts == expected.sorted(), "seed \(seed), word \(word)")
            }
        }
    }

    /// Both forms: a byte an entry, and whole where that can't hold a gap.
    @Test(arguments: [0, 3, 300]) func mapsKeepEveryIndex(widestGap: UInt64) {
        for seed in UInt64(70)...80 {
            var random = SeededRandom(seed: seed)
            var (indexes, next): ([UInt32], UInt32) = ([], 0)
            for _ in 0..<random.next() % 1_000 {
                if random.chance(1, in: 4) { next += UInt32(random.next() % (widestGap + 1)) }
                let isMissing = random.chance(1, in: 6)
                indexes.append(isMissing ? EntryMap.none : next)
                next += isMissing ? 0 : 1
            }
            let map = EntryMap(indexes: indexes, threads: 2)
            #expect(map.count == indexes.count)
            for (old, index) in indexes.enumerated() {
                #expect(map[UInt32(old)] == index, "seed \(seed), entry \(old)")
            }
            let entries = indexes.indices.map { _ in UInt32(random.next() % UInt64(indexes.count)) }
            var found: [UInt32] = [7]
            map.append(entries.span, to: &found)
            map.append([UInt32]().span, to: &found)
            #expect(found == [7] + entries.map { indexes[Int($0)] }, "seed \(seed)")
            if widestGap == 0 { #expect(map.wide.isEmpty, "seed \(seed)") }
            if widestGap == 300, indexes.count > 200 { #expect(!map.wide.isEmpty, "seed \(seed)") }
        }
    }
}
