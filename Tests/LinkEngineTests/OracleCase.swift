import Foundation
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
        let engine = engine
        let domainRanks = try snapshots.map { try engine.rank($0, RankParameters(level: .domain)) }
        let pageRanks = try snapshots.map { try engine.rank($0, RankParameters(level: .page)) }
        ranks = try zip(pageRanks, domainRanks).map { pages, domains in
            SlowRanks(pages: try Self.scores(pages, factor: 1), domains: try Self.scores(domains, factor: 1))
        }
        tenths = try domainRanks.map { try Self.scores($0, factor: 10) }
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

    /// Some of them: over all seeds everything comes up.
    mutating func sample<Elements: Collection>(of elements: Elements, _ count: Int) -> [Elements.Element] {
        Array(elements.shuffled(using: &random).prefix(count))
    }

    func place(_ what: String) -> Comment { "seed \(seed): \(what)" }

    func place(_ what: String, _ target: SlowTarget) -> Comment {
        "seed \(seed): \(what), target \(target.text) by \(target.mode)"
    }
}

/// Every answer of the engine on random webs is that of the slow oracles.
@Suite struct OracleTests {
    /// 0 ..< 100, or as many as the environment asks for.
    static let seeds: Range<UInt64> = {
        let asked = ProcessInfo.processInfo.environment["STRATA_ORACLE_SEEDS"]
        return 0..<(asked.flatMap { UInt64($0) } ?? 100)
    }()

    @Test(arguments: seeds) func everyAnswerIsThatOfTheOracle(seed: UInt64) throws {
        var oracle = try OracleCase(seed: seed)
        try oracle.checkRows()
        try oracle.checkRanks()
        try oracle.checkCounts()
        try oracle.checkLists()
        try oracle.checkDiffs()
        try oracle.checkNewLost()
        try oracle.checkHistory()
    }
}
