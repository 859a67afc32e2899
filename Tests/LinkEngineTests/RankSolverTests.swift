import Kernels
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

struct RankSolverTests {
    /// A graph from links in any order, with blocks of a few pairs so that lists straddle them.
    static func graph(
        _ nodeCount: Int, _ links: [(from: Int, to: Int)], blockPairCount: Int = 3, isWhole: Bool = false
    ) -> RankGraph {
        RankGraph(nodeCount: nodeCount, blocks: blocks(links, blockPairCount: blockPairCount), isWhole: isWhole)
    }

    private static func blocks(_ links: [(from: Int, to: Int)], blockPairCount: Int) -> [RankBlock] {
        let pairs = Set(links.filter { $0.from != $0.to }.map { RankBlock.pair(UInt32($0.to), UInt32($0.from)) })
        var builder = RankBlockBuilder(blockPairCount: blockPairCount)
        for pair in pairs.sorted() { builder.append(to: UInt32(pair >> 32), from: UInt32(pair & 0xFFFF_FFFF)) }
        return builder.finish()
    }

    static func solve(
        _ graph: RankGraph, damping: Double = 0.85, tolerance: Double = 1e-13, threads: Int = 1
    ) throws -> RankSolution {
        var solver = RankCoreSolver(graph: graph, damping: damping, tolerance: tolerance, threads: threads)
        return try solver.solve()
    }

    private func expect(_ solution: RankSolution, _ expected: [Double], floor: Double) {
        #expect(solution.pagerank.count == expected.count)
        for (found, expected) in zip(solution.pagerank, expected) { #expect(abs(found / expected - 1) < 1e-12) }
        #expect(abs(solution.floor / floor - 1) < 1e-12)
    }

    @Test(arguments: [0.0, 0.5, 0.85, 0.99])
    func cycleAndCliqueAreEven(damping: Double) throws {
        for n in [2, 3, 10] {
            let cycle = (0..<n).map { (from: $0, to: ($0 + 1) % n) }
            let clique = (0..<n).flatMap { from in (0..<n).map { (from: from, to: $0) } }
            for links in [cycle, clique] {
                let solution = try Self.solve(Self.graph(n, links), damping: damping)
                expect(
                    solution, [Double](repeating: 1 / Double(n), count: n), floor: (1 - damping) / Double(n))
            }
        }
    }

    /// k leaves link to a hub that links nowhere: leaf = f, hub = f + α·k·f, and (k + 1 + α·k)·f = 1.
    @Test(arguments: [1, 2, 9, 100])
    func starInwards(k: Int) throws {
        let solution = try Self.solve(Self.graph(k + 1, (1...k).map { (from: $0, to: 0) }))
        let leaf = 1 / (Double(k + 1) + 0.85 * Double(k))
        expect(solution, [leaf * (1 + 0.85 * Double(k))] + [Double](repeating: leaf, count: k), floor: leaf)
    }

    /// A hub links to k leaves that link nowhere: hub = f, leaf = f + α·f/k, and (k + 1 + α)·f = 1.
    @Test(arguments: [1, 2, 9, 100])
    func starOutwards(k: Int) throws {
        let solution = try Self.solve(Self.graph(k + 1, (1...k).map { (from: 0, to: $0) }))
        let hub = 1 / (Double(k + 1) + 0.85)
        expect(solution, [hub] + [Double](repeating: hub * (1 + 0.85 / Double(k)), count: k), floor: hub)
    }

    /// Both directions: with α = 1/2 and two leaves, hub = 4/9 and leaf = 5/18.
    @Test func starBothWays() throws {
        let solution = try Self.solve(Self.graph(3, [(0, 1), (1, 0), (0, 2), (2, 0)]), damping: 0.5)
        expect(solution, [4.0 / 9, 5.0 / 18, 5.0 / 18], floor: 1.0 / 6)
    }

    /// 0 → 1 → 2 → … with a dangling end: x_i = f·(1 + α + … + αⁱ).
    @Test func pathWithDanglingEnd() throws {
        let n = 12
        let solution = try Self.solve(Self.graph(n, (1..<n).map { (from: $0 - 1, to: $0) }))
        var ratios = [1.0]
        for _ in 1..<n { ratios.append(1 + 0.85 * ratios[ratios.count - 1]) }
        let floor = 1 / ratios.reduce(0, +)
        expect(solution, ratios.map { $0 * floor }, floor: floor)
    }

    @Test func isolatedNodesAreEven() throws {
        let solution = try Self.solve(Self.graph(7, []))
        expect(solution, [Double](repeating: 1.0 / 7, count: 7), floor: 1.0 / 7)
        #expect(solution.pagerank.allSatisfy { $0 == solution.floor })
        #expect(try Self.solve(Self.graph(1, [(0, 0)])).pagerank == [1])
        let empty = try Self.solve(Self.graph(0, []))
        #expect(empty.pagerank.isEmpty && empty.iterationCount == 0)
    }

    @Test func agreesWithElimination() throws {
        let seed: UInt64 = 31
        var random = SeededRandom(seed: seed)
        for round in 0..<60 {
            let n = 1 + random.below(40)
            let links = (0..<random.below(4 * n)).map { _ in
                (from: random.below(n), to: min(random.below(n), random.below(n)))
            }
            let damping = [0.85, 0.5, 0.95][round % 3]
            let graph = Self.graph(n, links, blockPairCount: 1 + random.below(9))
            let solution = try Self.solve(graph, damping: damping)
            let slow = EliminationRank(nodeCount: n, links: links, damping: damping)
            #expect(slow.largestRelativeError(solution.pagerank) < 1e-11, "seed \(seed), round \(round)")
            #expect(abs(solution.floor / slow.floor - 1) < 1e-11)
            #expect(solution.edgeCount == UInt64(slow.pairs.count))
            #expect(abs(solution.pagerank.reduce(0, +) - 1) < 1e-12)
            // Exactly the floor where nothing arrives, more elsewhere.
            let targets = Set(slow.pairs.map(\.to))
            for node in 0..<n {
                #expect((solution.pagerank[node] == solution.floor) == !(targets.contains(node) && damping > 0))
            }
        }
    }

    @Test func boundHolds() throws {
        let seed: UInt64 = 32
        var random = SeededRandom(seed: seed)
        let links = (0..<200).map { _ in (from: random.below(50), to: random.below(50)) }
        let graph = Self.graph(50, links)
        let slow = EliminationRank(nodeCount: 50, links: links)
        for tolerance in [1e-2, 1e-5, 1e-6, 1e-9, 1e-12, 1e-15] {
            let solution = try Self.solve(graph, tolerance: tolerance)
            let error = zip(slow.pagerank, solution.pagerank).reduce(0) { $0 + abs($1.0 - $1.1) }
            #expect(solution.bound <= tolerance && error <= solution.bound + 1e-14)
        }
    }

    /// Several chunks; 300 blocks are handed to threads in another order each time.
    @Test func sameBitsForAnyThreadCount() throws {
        let seed: UInt64 = 33
        var random = SeededRandom(seed: seed)
        let n = 40_000
        let links = (0..<9_000).map { _ in
            (from: random.below(n), to: random.chance(1, in: 3) ? random.below(4) : random.below(n))
        }
        let graph = Self.graph(n, links, blockPairCount: 30)
        let single = try Self.solve(graph, tolerance: 1e-2)
        for threads in [2, 5] {
            let other = try Self.solve(graph, tolerance: 1e-2, threads: threads)
            #expect(other.pagerank.map(\.bitPattern) == single.pagerank.map(\.bitPattern), "\(threads) threads")
            #expect(other.floor == single.floor && other.bound == single.bound)
        }
    }

    /// Pages made from templates: many link to the same pages, in several windows.
    @Test func sharedListsAgreeWithElimination() throws {
        let seed: UInt64 = 35
        var random = SeededRandom(seed: seed)
        for round in 0..<12 {
            let n = round % 6 == 0 ? 1_060 : 60
            // The larger graphs have two chunks.
            let templates = (0..<(n > 60 ? 90 : 4)).map { _ in
                (0..<1 + random.below(n > 60 ? 40 : 6)).map { _ in n - 1 - random.below(n > 60 ? n : 30) }
            }
            var links: [(from: Int, to: Int)] = []
            for node in 0..<n {
                let template = random.pick(templates)
                links += template.map { (from: node, to: $0) }
                if random.chance(1, in: 4) { links.append((from: node, to: random.below(n))) }
            }
            let graph = Self.graph(n, links, blockPairCount: 1 + random.below(20))
            #expect(graph.lists.pairCount < Int(graph.edgeCount))
            let solution = try Self.solve(graph, threads: 2)
            let slow = EliminationRank(nodeCount: n, links: links)
            #expect(slow.largestRelativeError(solution.pagerank) < 1e-11, "seed \(seed), round \(round)")
            #expect(solution.edgeCount == UInt64(slow.pairs.count))
            let error = zip(slow.pagerank, solution.pagerank).reduce(0) { $0 + abs($1.0 - $1.1) }
            #expect(error <= solution.bound + 1e-13)
        }
    }

    /// Rows in memory, packed, packed until they didn't fit, and read anew in each sweep.
    @Test func sameBitsHoweverRowsAreKept() throws {
        let seed: UInt64 = 34
        var random = SeededRandom(seed: seed)
        let n = 3_000
        var links = (0..<12_000).map { _ in
            (from: random.below(n), to: random.chance(1, in: 3) ? random.below(40) : random.below(n))
        }
        for node in stride(from: 0, to: n, by: 3) {
            links.removeAll { $0.from == node }
            links += [7, 900, 2_000 + node % 2].map { (from: node, to: $0) }
        }
        let blocks = Self.blocks(links, blockPairCount: 1_000)
        let reference = try Self.solve(RankGraph(nodeCount: n, blocks: blocks), tolerance: 1e-9)
        for (packedByteLimit, threads) in [(1 << 30, 1), (1 << 30, 3), (5_000, 2), (0, 2)] {
            let graph = RankGraph(nodeCount: n, blocks: blocks, keepsRows: false, packedByteLimit: packedByteLimit)
            let other = try Self.solve(graph, tolerance: 1e-9, threads: threads)
            #expect(other.pagerank.map(\.bitPattern) == reference.pagerank.map(\.bitPattern), "\(packedByteLimit)")
            #expect(other.bound == reference.bound && other.iterationCount == reference.iterationCount)
        }
    }

    @Test func refusesToIterateForever() throws {
        var solver = RankCoreSolver(
            graph: Self.graph(3, [(0, 1), (1, 0), (0, 2), (2, 0)]), damping: 0.999, tolerance: 1e-9, threads: 1)
        let again = solver
        solver.largestIterationCount = 1
        let error = #expect(throws: EngineError.self) { try solver.solve() }
        #expect(error?.kind == .notConverged)
        #expect(error?.description.contains("--tolerance") == true)
        var solverWithTime = again
        #expect(try solverWithTime.solve().bound <= 1e-9)
    }

    @Test func refusesParametersWithoutMeaning() {
        for (damping, tolerance) in [
            (-0.1, 1e-9), (1, 1e-9), (.nan, 1e-9), (0.85, 0), (0.85, 1e-16), (0.85, .nan), (0.85, .infinity),
            (0.999_999, 1e-11),
        ] {
            let parameters = RankParameters(level: .page, damping: damping, tolerance: tolerance)
            let error = #expect(throws: EngineError.self) { try parameters.validate() }
            #expect(error?.kind == .usage)
        }
    }
}

extension RankGraph.Lists {
    fileprivate var pairCount: Int {
        guard case .blocks(let blocks) = self else { return 0 }
        return blocks.keptPairCount
    }
}
