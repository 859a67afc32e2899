import Kernels
import TestSupport
import Testing

struct RankBlockTests {
    struct Row {
        var to: UInt32
        var from: UInt32
        var flags: UInt32
    }

    static func rows(_ count: Int, nodeCount: Int, _ random: inout SeededRandom) -> [Row] {
        (0..<count).map { _ in
            Row(
                to: UInt32(random.below(nodeCount)), from: UInt32(random.below(nodeCount)),
                flags: UInt32(random.below(4)))
        }.sorted { ($0.to, $0.from, $0.flags) < ($1.to, $1.from, $1.flags) }
    }

    private static func pairs(_ block: RankBlock) -> [UInt64] {
        var pairs: [UInt64] = []
        var start = 0
        for run in 0..<block.runCount {
            let end = Int(block.runEnds[run])
            pairs += block.sources[start..<end].map { RankBlock.pair(block.targets[run], $0) }
            start = end
        }
        return pairs
    }

    private static func fill(
        _ block: inout RankBlock, _ rows: [Row], dropping mask: UInt32, dropsFirstPair: Bool = false, nodeCount: Int
    ) -> Bool {
        let (to, from) = (rows.map(\.to), rows.map(\.from))
        let flags = mask == 0 ? [] : rows.map(\.flags)
        return block.fill(
            to: to.span, from: from.span, flags: flags.span, droppedFlags: mask, dropsFirstPair: dropsFirstPair,
            nodeCount: nodeCount)
    }

    /// Repeated sources are left out while a block is filled or afterwards; nodes without out-links are no sources.
    @Test func leavesOutRepeatedSources() {
        let seed: UInt64 = 42
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let nodeCount = 1 + random.below(12)
            let rows = Self.rows(random.below(60), nodeCount: nodeCount, &random)
            let (to, from, flags) = (rows.map(\.to), rows.map(\.from), rows.map(\.flags))
            let counted = rows.filter { $0.to != $0.from && $0.flags & 1 == 0 }
            let kinds = (0..<nodeCount).map { node in
                guard counted.contains(where: { $0.from == node }) else { return OutLinks.Kind.none }
                return random.chance(1, in: 3) ? OutLinks.Kind.repeated : OutLinks.Kind.first
            }
            func filled(_ kinds: [UInt8]) -> RankBlock? {
                var block = RankBlock()
                let isValid = block.fill(
                    to: to.span, from: from.span, flags: flags.span, droppedFlags: 1, dropsFirstPair: false,
                    nodeCount: nodeCount, kinds: kinds)
                return isValid ? block : nil
            }
            guard let whole = filled([]), let block = filled(kinds) else {
                Issue.record("seed \(seed)")
                continue
            }
            let expected = Self.pairs(whole).filter { kinds[Int($0 & 0xFFFF_FFFF)] == OutLinks.Kind.first }
            #expect(Self.pairs(block) == expected && block.filledPairCount == whole.pairCount, "seed \(seed)")
            var later = whole
            later.dropRepeated(kinds)
            #expect(Self.pairs(later) == expected)
            if let source = counted.first?.from {
                var wrong = kinds
                wrong[Int(source)] = OutLinks.Kind.none
                #expect(filled(wrong) == nil)
            }
        }
    }

    @Test func holdsTheDistinctCountedPairs() {
        let seed: UInt64 = 41
        var random = SeededRandom(seed: seed)
        var block = RankBlock()
        for _ in 0..<80 {
            let nodeCount = 1 + random.below(12)
            let rows = Self.rows(random.below(60), nodeCount: nodeCount, &random)
            for mask in [0, 1, 2] as [UInt32] {
                for dropsFirstPair in [false, true] {
                    let isValid = Self.fill(
                        &block, rows, dropping: mask, dropsFirstPair: dropsFirstPair, nodeCount: nodeCount)
                    #expect(isValid)
                    var expected = Set(
                        rows.filter { $0.to != $0.from && $0.flags & mask == 0 }.map { RankBlock.pair($0.to, $0.from) })
                    if dropsFirstPair, let first = rows.first { expected.remove(RankBlock.pair(first.to, first.from)) }
                    #expect(Self.pairs(block) == expected.sorted(), "seed \(seed)")
                    #expect(Self.pairs(block.trimmed()) == expected.sorted())
                    #expect(Set(block.targets[..<block.runCount]).count == block.runCount)
                    for row in rows {
                        let pair = RankBlock.pair(row.to, row.from)
                        // An empty run comes before the first pair or after the last one only.
                        if block.begins(with: pair) { #expect(pair == expected.min()) }
                        if block.ends(with: pair) { #expect(pair == expected.max()) }
                    }
                    if let first = rows.first.map({ RankBlock.pair($0.to, $0.from) }), expected.contains(first) {
                        #expect(block.begins(with: first))
                    }
                    if let last = rows.last.map({ RankBlock.pair($0.to, $0.from) }), expected.contains(last) {
                        #expect(block.ends(with: last))
                    }
                }
            }
        }
    }

    @Test func refusesRowsThatAreNotInOrderOrOutside() {
        var block = RankBlock()
        let rows = [Row(to: 1, from: 0, flags: 0), Row(to: 1, from: 2, flags: 0), Row(to: 2, from: 0, flags: 0)]
        let cases: [(rows: [Row], nodeCount: Int, isValid: Bool)] = [
            (rows, 3, true), (rows, 2, false), (rows.reversed(), 3, false), ([rows[1], rows[0], rows[2]], 3, false),
            ([], 0, true),
        ]
        for (rows, nodeCount, expected) in cases {
            let isValid = Self.fill(&block, rows, dropping: 0, nodeCount: nodeCount)
            #expect(isValid == expected)
        }
        #expect(block.runCount == 0 && block.pairCount == 0)
    }

    /// Random rows in random blocks, grouped at random.
    @Test(arguments: [1, 3])
    func pairTableHoldsTheDistinctPairsOfGroups(threads: Int) {
        let seed: UInt64 = 42
        var random = SeededRandom(seed: seed)
        for _ in 0..<30 {
            let (nodeCount, groupCount) = (1 + random.below(60), 1 + random.below(9))
            let group = (0..<nodeCount).map { _ in UInt32(random.below(groupCount)) }
            var expected: Set<UInt64> = []
            var collectors: [PairCollector] = []
            for _ in 0..<random.below(6) {
                let rows = Self.rows(random.below(80), nodeCount: nodeCount, &random)
                var collector = PairCollector()
                let (to, from, flags) = (rows.map(\.to), rows.map(\.from), rows.map(\.flags))
                let isValid = collector.fill(
                    to: to.span, from: from.span, flags: flags.span, droppedFlags: 1, group: group)
                #expect(isValid)
                collectors.append(collector)
                for row in rows where row.flags & 1 == 0 {
                    let (to, from) = (group[Int(row.to)], group[Int(row.from)])
                    if to != from { expected.insert(RankBlock.pair(to, from)) }
                }
            }
            let table = PairTable(nodeCount: groupCount)
            for collector in collectors { table.count(collector) }
            table.makeRows()
            for collector in collectors.reversed() { table.place(collector) }
            let blocks = table.blocks(blockPairCount: 7, threads: threads)
            #expect(blocks.dropLast().allSatisfy { $0.pairCount == 7 })
            #expect(blocks.flatMap { Self.pairs($0) } == expected.sorted(), "seed \(seed)")
        }
    }
}
