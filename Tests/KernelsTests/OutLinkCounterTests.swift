import Kernels
import TestSupport
import Testing

struct OutLinkCounterTests {
    /// Degrees and distances by comparing sets.
    private static func slow(_ lists: [Set<UInt32>]) -> OutLinks {
        var distances = [UInt16](repeating: 0, count: lists.count)
        for node in lists.indices where !lists[node].isEmpty {
            let group = node - node % OutLinks.groupNodeCount
            let first = (group...node).first { lists[$0] == lists[node] } ?? node
            distances[node] = UInt16(node - first)
        }
        return OutLinks(degrees: lists.map { UInt32($0.count) }, distances: distances)
    }

    private static func blocks(_ lists: [Set<UInt32>], blockPairCount: Int) -> [RankBlock] {
        var pairs: [UInt64] = []
        for (node, list) in lists.enumerated() { pairs += list.map { RankBlock.pair($0, UInt32(node)) } }
        var builder = RankBlockBuilder(blockPairCount: blockPairCount)
        for pair in pairs.sorted() { builder.append(to: UInt32(pair >> 32), from: UInt32(pair & 0xFFFF_FFFF)) }
        return builder.finish()
    }

    @Test func agreesWithSets() throws {
        let seed: UInt64 = 51
        var random = SeededRandom(seed: seed)
        for count in [1, 5, 1_024, 1_025, 2_500] {
            let templates = (0..<9).map { size in
                Set((0..<size).map { _ in UInt32(random.below(count)) })
            }
            let lists = (0..<count).map { _ in
                random.chance(1, in: 4) ? [UInt32(random.below(count))] : random.pick(templates)
            }
            let blocks = Self.blocks(lists, blockPairCount: 1 + random.below(60))
            let expected = Self.slow(lists)
            for threads in [1, 3] {
                // Whole, and in ranges.
                for size in [count, OutLinks.groupNodeCount] {
                    var found = OutLinks()
                    for first in stride(from: 0, to: count, by: size) {
                        let counter = OutLinkCounter(nodes: first..<min(first + size, count), threads: threads)
                        try Parallel.forEach(
                            blocks.count, threads: threads, scratch: { counter.counter() },
                            { counter.add(blocks[$0], to: $1) })
                        // A pair too many, and back.
                        if let block = blocks.first {
                            var again = RankBlockBuilder(blockPairCount: 1)
                            again.append(to: block.targets[0], from: block.sources[0])
                            counter.add(again.finish()[0], to: counter.counter())
                            counter.remove(to: block.targets[0], from: block.sources[0])
                        }
                        let part = counter.finish(threads: threads)
                        found = OutLinks(
                            degrees: found.degrees + part.degrees, distances: found.distances + part.distances)
                    }
                    #expect(found == expected, "seed \(seed), \(count) nodes, \(threads) threads, ranges of \(size)")
                }
            }
        }
    }

    @Test func kindsFollow() {
        let links = OutLinks(degrees: [2, 0, 2, 1], distances: [0, 0, 2, 0])
        #expect(links.kinds == [OutLinks.Kind.first, OutLinks.Kind.none, OutLinks.Kind.repeated, OutLinks.Kind.first])
        #expect(links.pairCount == 5)
    }
}
