import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

/// Three snapshots of one random web, in a store and as slow truth, and what to ask about them.
struct OracleCase {
    let seed: UInt64
    let testStore: TestStore
    let snapshots: [Snapshot]
    let slow: [SlowSnapshot]
    let ranks: [SlowRanks]
    /// round(10 · score) by registrable domain.
    let tenths: [[String: Int]]
    let engine: Engine
    let includeInternal: Bool
    let targets: [(target: Target, slow: SlowTarget)]
    var random: SeededRandom

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededRandom(seed: ~seed)
        testStore = try TestStore()
        includeInternal = seed % 5 == 4
        engine = Engine(
            Engine.Options(
                threads: 1 + Int(seed % 3), includeInternal: includeInternal, savesRanks: seed % 2 == 0))
        var webs = [RandomWeb(seed: seed)]
        webs.append(webs[0].evolved())
        webs.append(webs[1].evolved())
        var snapshots: [Snapshot] = []
        for web in webs {
            snapshots.append(
                try testStore.add(
                    web.rows, date: web.date, coverage: web.coverage, memoryLimit: seed % 4 == 0 ? 20_000 : 64 << 20))
        }
        self.snapshots = snapshots
        slow = webs.map { SlowSnapshot($0) }
        ranks = []
        tenths = []
        var targets: [(target: Target, slow: SlowTarget)] = []
        var last = webs[2]
        for (text, mode) in last.targets() {
            targets.append((try Target(text, mode: mode), SlowTarget(text, mode)))
        }
        self.targets = targets
    }

    /// Rounded scores by name.
    private static func scores(_ rank: RankResult, factor: Double) throws -> [String: Int] {
        var scores: [String: Int] = [:]
        for node in rank.pagerank.indices {
            scores[try rank.name(node)] = Int((factor * rank.score(node)).rounded(.toNearestOrAwayFromZero))
        }
        return scores
    }

    func place(_ what: String) -> Comment { "seed \(seed): \(what)" }

    func place(_ what: String, _ target: SlowTarget) -> Comment {
        "seed \(seed): \(what), target \(target.text) by \(target.mode)"
    }
}

/// Every answer of the engine on random webs is that of the slow oracles.
@Suite struct OracleTests {
    static let seeds: Range<UInt64> = 0..<200

    @Test(arguments: seeds) func everyAnswerIsThatOfTheOracle(seed: UInt64) throws {
        let oracle = try OracleCase(seed: seed)
        try oracle.checkRows()
        try oracle.checkCounts()
    }
}
