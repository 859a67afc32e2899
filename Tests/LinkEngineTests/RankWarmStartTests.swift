import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

struct RankWarmStartTests {
    private static let date = Day(number: 20_758)

    private static func engine(_ threads: Int = 1, memoryLimit: Int = 2 << 30) -> Engine {
        Engine(Engine.Options(threads: threads, memoryLimit: memoryLimit))
    }

    /// Two graphs of numbers; the second lost and won some links, nodes and out-degrees.
    private static func graphs(_ store: TestStore, seed: UInt64) throws -> (old: Snapshot, new: Snapshot) {
        var random = SeededRandom(seed: seed)
        var edges = (0..<3_000).map { _ in
            (from: UInt64(random.below(1_500)), to: UInt64(min(random.below(1_500), random.below(1_500))))
        }
        let old = try store.add(edges: edges, date: date)
        edges.removeAll { _ in random.chance(1, in: 40) }
        for _ in 0..<150 { edges.append((UInt64(random.below(1_600)), UInt64(random.below(1_600)))) }
        return (old, try store.add(edges: edges, date: date.adding(days: 90)))
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func isTheColdRankWithinTheBounds(seed: UInt64) throws {
        let store = try TestStore()
        let (old, new) = try Self.graphs(store, seed: seed)
        for tolerance in [1e-6, 1e-9, 1e-12] {
            let parameters = RankParameters(level: .node, tolerance: tolerance)
            _ = try Self.engine().rank(old, parameters)
            let cold = try Self.engine().rank(new, parameters)
            let warm = try Self.engine().rank(new, parameters, startingFrom: old)
            let distance = zip(cold.pagerank, warm.pagerank).reduce(0) { $0 + abs($1.0 - $1.1) }
            #expect(distance <= cold.bound + warm.bound + 1e-14, "seed \(seed), \(tolerance)")
            #expect(
                warm.bound <= tolerance && warm.iterationCount <= cold.iterationCount + 2, "seed \(seed), \(tolerance)")
            // A rank of its own: the cold one's bits don't depend on it.
            #expect(try Self.engine().rank(new, parameters).pagerank == cold.pagerank)
            #expect(warm.parameters.storedName != cold.parameters.storedName)
            let again = try Self.engine(3, memoryLimit: 0).rank(new, parameters, startingFrom: old)
            #expect(again.pagerank.map(\.bitPattern) == warm.pagerank.map(\.bitPattern))
            let summary = try #require(new.derivedSummary(named: warm.parameters.storedName))
            #expect(summary.parameters["warm_start"] == "\(old.id)/\(cold.parameters.storedName)")
        }
        #expect(new.manifest.derived.count == 6)
    }

    /// Computed anew, not read: any threads, any memory.
    @Test func sameBitsForAnyThreadsAndMemory() throws {
        var bits: Set<[UInt64]> = []
        for (threads, memoryLimit) in [(1, 2 << 30), (2, 2 << 30), (3, 0)] {
            // Its folder goes with it.
            let store = try TestStore()
            defer { withExtendedLifetime(store) {} }
            let (old, new) = try Self.graphs(store, seed: 7)
            let engine = Self.engine(threads, memoryLimit: memoryLimit)
            _ = try engine.rank(old, RankParameters(level: .node))
            let warm = try engine.rank(new, RankParameters(level: .node), startingFrom: old)
            bits.insert(warm.pagerank.map(\.bitPattern))
        }
        #expect(bits.count == 1)
    }

    @Test func whatCantBeStartedFrom() throws {
        let store = try TestStore()
        let (old, new) = try Self.graphs(store, seed: 8)
        let engine = Self.engine()
        let parameters = RankParameters(level: .node)
        func expectRefusal(_ parameters: RankParameters, _ earlier: Snapshot, _ word: String) {
            let error = #expect(throws: EngineError.self) {
                try engine.rank(new, parameters, startingFrom: earlier)
            }
            #expect(error?.kind == .usage && error?.description.contains(word) == true)
        }
        expectRefusal(parameters, old, "--snapshot \(old.id)")
        #expect(!engine.canStart(parameters, of: new, from: old.manifest))
        _ = try engine.rank(old, parameters)
        #expect(engine.canStart(parameters, of: new, from: old.manifest))
        expectRefusal(RankParameters(level: .node, damping: 0.5), old, "--snapshot \(old.id)")
        expectRefusal(RankParameters(level: .node, boundary: .provider), old, "--boundary")
        let pages = try store.add(
            [LinkRow(urlFrom: "https://a.com/", urlTo: "https://b.com/")], date: Self.date, label: "p")
        expectRefusal(parameters, pages, "kind")
        #expect(!engine.canStart(parameters, of: new, from: pages.manifest))
        // What started warm can be started from too.
        let warm = try engine.rank(new, parameters, startingFrom: old)
        let next = try store.add(edges: [(1, 2), (2, 1)], date: Self.date.adding(days: 180))
        let third = try engine.rank(next, parameters, startingFrom: new)
        #expect(third.parameters.warmStart == "\(new.id)/\(warm.parameters.storedName)")
        #expect(third.pagerank.allSatisfy { abs($0 - 0.5) < 1e-9 })
    }

    /// The names decide which node is which, at every level.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func agreesOnEveryLevelOfWebs(seed: UInt64) throws {
        var web = RandomWeb(seed: seed)
        let store = try TestStore()
        let old = try store.add(web.rows, date: Self.date)
        web.rows.removeFirst(web.rows.count / 5)
        let new = try store.add(web.rows, date: Self.date.adding(days: 30), isolatedPages: web.pages)
        for level in [RankLevel.page, .host, .domain] {
            let parameters = RankParameters(level: level, tolerance: 1e-12)
            _ = try Self.engine().rank(old, parameters)
            let warm = try Self.engine().rank(new, parameters, startingFrom: old)
            let cold = try Self.engine().rank(new, parameters)
            let distance = zip(cold.pagerank, warm.pagerank).reduce(0) { $0 + abs($1.0 - $1.1) }
            #expect(distance < 2.1e-12, "seed \(seed), \(level)")
        }
    }
}
