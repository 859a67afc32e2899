import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

extension OracleCase {
    mutating func checkRanks() throws {
        let (snapshot, slow) = (snapshots[2], slow[2])
        for level in sample(of: [RankLevel.page, .host, .domain], 2) {
            let parameters = RankParameters(
                level: level, damping: random.pick([0.85, 0.5, 0.95]), tolerance: 1e-12,
                nofollow: random.pick(NofollowRule.allCases))
            let rank = try engine.rank(snapshot, parameters)
            try Self.expectEqual(rank, SlowRank(slow, parameters), place("rank, \(parameters)"))
        }
    }

    static func expectEqual(_ rank: RankResult, _ slow: SlowRank, _ place: Comment) throws {
        let level = rank.parameters.level
        #expect(rank.pagerank.count == slow.names.count, place)
        #expect(rank.edgeCount == UInt64(slow.edgeCount), place)
        #expect(rank.bound <= rank.parameters.tolerance, place)
        guard !slow.names.isEmpty else { return }
        #expect(abs(rank.pagerank.reduce(0, +) - 1) < 1e-12, place)
        #expect(abs(rank.floor - slow.floor) < 1e-12, place)
        let index = Dictionary(uniqueKeysWithValues: slow.names.enumerated().map { ($1, $0) })
        var error = 0.0
        for node in rank.pagerank.indices {
            let slowNode = try #require(index[try rank.name(node)], place)
            error += abs(rank.pagerank[node] - slow.pagerank[slowNode])
            #expect(abs(rank.score(node) - slow.score(slowNode, level)) < 1e-6, place)
            // Where nothing links to, the ratio is exactly 1 and the score exactly 0.
            if slow.pagerank[slowNode] <= slow.floor * (1 + 1e-15) {
                #expect(rank.floorRatio(node) == 1 && rank.score(node) == 0, place)
            }
        }
        #expect(error < 2e-12, place)
        let top = try rank.top(nil)
        #expect(top.count == rank.pagerank.count && Set(top).count == top.count, place)
        for (first, second) in zip(top, top.dropFirst()) {
            let (left, right) = (rank.pagerank[first], rank.pagerank[second])
            #expect(left >= right, place)
            if left == right { #expect(isBytewiseLess(try rank.name(first), try rank.name(second)), place) }
        }
        #expect(try rank.top(3) == Array(top.prefix(3)), place)
    }
}

/// Graphs of numbers: nodes without names.
@Suite struct OracleNumberGraphTests {
    @Test(arguments: 0..<20 as Range<UInt64>) func ranksOfNumbers(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let store = try TestStore()
        let nodes = (0..<(2 + random.below(40))).map { _ in UInt64(random.below(2_000)) }
        let edges = (0..<random.below(120)).map { _ in (from: random.pick(nodes), to: random.pick(nodes)) }
        let day = Day(number: 20_500)
        let snapshot = try store.add(edges: edges, isolatedNodes: nodes, date: day)
        let parameters = RankParameters(level: .node, tolerance: 1e-12)
        let engine = Engine(Engine.Options(threads: 2))
        let rank = try engine.rank(snapshot, parameters)
        let slow = SlowRank(
            names: Set(nodes.map(String.init)), edges: edges.map { (from: String($0.from), to: String($0.to)) },
            damping: parameters.damping)
        try OracleCase.expectEqual(rank, slow, "seed \(seed)")

        // Without hosts every link counts, self-links too; questions about hosts and domains have no answer.
        let totals = try engine.diffTotals(snapshot, snapshot, [])
        let distinctEdges = Set(edges.map { "\($0.from) \($0.to)" }).count
        #expect(totals.first?.oldCount == Int64(distinctEdges), "seed \(seed)")
        #expect(throws: EngineError.self) { try engine.referringCounts(snapshot, every: .host) }
        #expect(throws: EngineError.self) { try engine.rank(snapshot, RankParameters(level: .domain)) }
    }
}
