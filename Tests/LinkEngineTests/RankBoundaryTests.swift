import Foundation
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

/// s as the solution of the dense system, by Gaussian elimination.
private func eliminatedRatios(
    _ nodeCount: Int, _ links: [(from: Int, to: Int)], boundary: [Int: Double], damping: Double
) -> [Double] {
    let pairs = Set(links.filter { $0.from != $0.to }.map { [$0.from, $0.to] })
    var outDegree = [Double](repeating: 0, count: nodeCount)
    for pair in pairs { outDegree[pair[0]] += 1 }
    var matrix = (0..<nodeCount).map { row in
        (0..<nodeCount).map { $0 == row ? 1.0 : 0 } + [boundary[row] ?? 1]
    }
    for pair in pairs where boundary[pair[1]] == nil { matrix[pair[1]][pair[0]] -= damping / outDegree[pair[0]] }
    for pivot in 0..<nodeCount {
        for row in 0..<nodeCount where row != pivot && matrix[row][pivot] != 0 {
            let factor = matrix[row][pivot] / matrix[pivot][pivot]
            for column in pivot...nodeCount { matrix[row][column] -= factor * matrix[pivot][column] }
        }
    }
    return (0..<nodeCount).map { matrix[$0][nodeCount] / matrix[$0][$0] }
}

@Suite struct RankBoundarySolverTests {
    private func solve(
        _ graph: RankGraph, _ boundary: [Int: Double], damping: Double = 0.85, threads: Int = 1
    ) throws -> RankSolution {
        let nodes = boundary.keys.sorted()
        return try RankBoundarySolver(
            graph: graph, damping: damping, tolerance: 1e-13, threads: threads,
            boundary: RankBoundary(nodes: nodes.map { UInt32($0) }, ratios: nodes.map { boundary[$0] ?? 0 })
        ).solve()
    }

    /// One boundary node that links to one page, or to four.
    @Test(arguments: [1.0, 1e4, 1e8])
    func oneSource(ratio: Double) throws {
        for targets in [1, 4] {
            let graph = RankSolverTests.graph(6, (1...targets).map { (from: 0, to: $0) }, isWhole: true)
            let solution = try solve(graph, [0: ratio])
            let ratios = solution.pagerank.map { $0 / solution.floor }
            #expect(abs(ratios[0] / ratio - 1) < 1e-14)
            for target in 1...targets {
                #expect(abs(ratios[target] / (1 + 0.85 * ratio / Double(targets)) - 1) < 1e-14)
            }
            #expect(ratios[5] == 1)
            #expect(abs(solution.pagerank.reduce(0, +) - 1) < 1e-12)
            #expect(solution.boundaryNodeCount == 1)
        }
    }

    /// Links to a node on the boundary change nothing there.
    @Test func theBoundaryIsFixed() throws {
        let solution = try solve(RankSolverTests.graph(3, [(0, 1), (1, 0), (2, 0)], isWhole: true), [0: 100])
        let ratios = solution.pagerank.map { $0 / solution.floor }
        #expect(abs(ratios[0] - 100) < 1e-12 && abs(ratios[1] - 86) < 1e-12 && ratios[2] == 1)
    }

    @Test func everyNodeOnTheBoundary() throws {
        let solution = try solve(RankSolverTests.graph(2, [(0, 1), (1, 0)], isWhole: true), [0: 3, 1: 5])
        #expect(solution.bound == 0 && solution.iterationCount == 1)
        #expect(solution.pagerank == [3.0 / 8, 5.0 / 8] && solution.floor == 1.0 / 8)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func agreesWithElimination(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let nodeCount = 2 + random.below(40)
        let links = (0..<random.below(4 * nodeCount)).map { _ in
            (from: random.below(nodeCount), to: random.below(nodeCount))
        }
        let damping = random.pick([0.0, 0.5, 0.85, 0.97])
        var boundary: [Int: Double] = [:]
        for node in 0..<nodeCount where seed % 5 > 0 && random.chance(1, in: 3) {
            boundary[node] = pow(10, Double(random.below(101)) / 100 * 8)
        }
        let graph = RankSolverTests.graph(nodeCount, links, isWhole: true)
        let solution = try solve(graph, boundary, damping: damping)
        let expected = eliminatedRatios(nodeCount, links, boundary: boundary, damping: damping)
        // The bound is one of the sum of all errors.
        let scale = expected.indices.filter { boundary[$0] == nil }.reduce(1) { $0 + expected[$1] }
        for node in 0..<nodeCount {
            let ratio = solution.pagerank[node] / solution.floor
            #expect(abs(ratio - expected[node]) < 1e-12 * scale + 1e-14 * expected[node], "seed \(seed), node \(node)")
        }
        // The tolerance, or what doubles of that size can tell apart.
        #expect(solution.bound <= max(1e-13, 1e-15 * scale), "seed \(seed)")
        // Without a boundary: the plain rank.
        if boundary.isEmpty {
            let plain = try RankSolverTests.solve(RankSolverTests.graph(nodeCount, links), damping: damping)
            for node in 0..<nodeCount {
                let ratio = plain.pagerank[node] / plain.floor
                #expect(abs(solution.pagerank[node] / solution.floor / ratio - 1) < 1e-11, "seed \(seed)")
            }
        }
    }

    /// More nodes than a chunk has, fixed ones at the ends of chunks.
    @Test func theSameBitsForAnyNumberOfThreads() throws {
        var random = SeededRandom(seed: 11)
        let nodeCount = 40_000
        let links = (0..<60_000).map { _ in (from: random.below(nodeCount), to: random.below(nodeCount)) }
        let graph = RankSolverTests.graph(nodeCount, links, blockPairCount: 1_000, isWhole: true)
        var boundary: [Int: Double] = [0: 2e5, 16_383: 7, 16_384: 1e6, 32_767: 1, 39_999: 50]
        for _ in 0..<500 { boundary[random.below(nodeCount)] = 1 + Double(random.below(1_000_000)) }
        let single = try solve(graph, boundary)
        for threads in [2, 3, 7] {
            let other = try solve(graph, boundary, threads: threads)
            #expect(other.pagerank == single.pagerank && other.bound == single.bound && other.floor == single.floor)
        }
    }
}

@Suite struct RankBoundaryTests {
    private static let date = Day(number: 20_758)

    private static func engine() -> Engine { Engine(Engine.Options(threads: 2)) }

    private static func coverage(_ targets: [(String, TargetMode)]) -> Coverage {
        .targets(targets.map { CoveredTarget(target: $0.0, mode: $0.1, complete: true) })
    }

    private static func row(_ from: String, _ to: String, _ inlinkRank: Int?, _ domainInlinkRank: Int?) -> LinkRow {
        LinkRow(
            urlFrom: "https://\(from)", urlTo: "https://\(to)", inlinkRank: inlinkRank,
            domainInlinkRank: domainInlinkRank)
    }

    private static func ratios(_ rank: RankResult) throws -> [String: Double] {
        try Dictionary(uniqueKeysWithValues: rank.pagerank.indices.map { (try rank.name($0), rank.floorRatio($0)) })
    }

    /// The links to our.com, which also links to itself; two hosts of strong.org, one of them without a rank.
    private func snapshot(_ store: TestStore, _ coverage: Coverage) throws -> Snapshot {
        try store.add(
            [
                Self.row("strong.org/a", "our.com/", 50, 60), Self.row("strong.org/a", "our.com/x", 20, 40),
                Self.row("blog.strong.org/", "our.com/", nil, nil), Self.row("silent.net/", "our.com/x", nil, nil),
                Self.row("our.com/", "our.com/x", 99, 99),
            ], date: Self.date, coverage: coverage)
    }

    @Test func pagesHostsAndDomains() throws {
        let store = try TestStore()
        let snapshot = try snapshot(store, Self.coverage([("our.com", .domain)]))
        func rank(_ level: RankLevel) throws -> RankResult {
            try Self.engine().rank(snapshot, RankParameters(level: level, tolerance: 1e-13, boundary: .provider))
        }
        func expect(_ found: Double?, _ expected: Double, _ name: String) {
            #expect(abs((found ?? 0) / expected - 1) < 1e-12, "\(name)")
        }
        let pages = try Self.ratios(rank(.page))
        let strong = pow(10, 4.0)
        expect(pages["https://strong.org/a"], strong, "page")
        expect(pages["https://silent.net/"], 1, "without a rank")
        let home = 1 + 0.85 * (strong / 2 + 1)
        expect(pages["https://our.com/"], home, "home: its own 99 doesn't count, it is covered")
        expect(pages["https://our.com/x"], 1 + 0.85 * (strong / 2 + 1 + home), "x")
        // The host blog.strong.org has the rank of its domain.
        let domainRatio = pow(10, 0.6 * 7)
        let hosts = try Self.ratios(rank(.host))
        expect(hosts["strong.org"], domainRatio, "host")
        expect(hosts["blog.strong.org"], domainRatio, "host without a rank of its own")
        expect(hosts["our.com"], 1 + 0.85 * (2 * domainRatio + 1), "target host")
        let domains = try rank(.domain)
        expect(try Self.ratios(domains)["our.com"], 1 + 0.85 * (domainRatio + 1), "target domain")
        #expect(domains.boundaryNodeCount == 1 && domains.parameters.boundary == .provider)
    }

    @Test func itIsStoredBesideThePlainRank() throws {
        let store = try TestStore()
        let snapshot = try snapshot(store, Self.coverage([("our.com", .domain)]))
        let engine = Self.engine()
        let plain = try engine.rank(snapshot, RankParameters(level: .domain))
        let bounded = try engine.rank(snapshot, RankParameters(level: .domain, boundary: .provider))
        #expect(plain.pagerank != bounded.pagerank && plain.boundaryNodeCount == 0)
        let derived = snapshot.manifest.derived
        #expect(derived.count == 2)
        let stored = try #require(derived.first { $0.parameters["boundary"] == "provider" })
        #expect(stored.parameters["boundary_nodes"] == "1" && stored.parameters["out_degrees"] == "known")
        #expect(stored.parameters["algorithm"] == "boundary-iteration-1")
        #expect(derived.first { $0.name != stored.name }?.parameters["boundary"] == nil)
        // Read back, not computed.
        let opened = try store.store.snapshot(snapshot.id)
        let again = try Self.engine().rank(opened, RankParameters(level: .domain, boundary: .provider))
        #expect(again.pagerank == bounded.pagerank && again.boundaryNodeCount == 1 && again.floor == bounded.floor)
        #expect(opened.manifest.derived.count == 2)
    }

    @Test func withoutABoundaryItIsThePlainRank() throws {
        let store = try TestStore()
        for (index, coverage) in [
            Coverage.everything, Self.coverage([("our.com", .domain), ("strong.org", .domain)]),
        ].enumerated() {
            let rows = try TestStore().rows(of: snapshot(TestStore(), coverage))
            let snapshot = try store.add(rows, date: Self.date.adding(days: index), coverage: coverage)
            let rank = try Self.engine().rank(snapshot, RankParameters(level: .domain, boundary: .provider))
            let plain = try Self.engine().rank(snapshot, RankParameters(level: .domain))
            #expect(rank.pagerank == plain.pagerank && rank.boundaryNodeCount == 0)
            #expect(rank.parameters.boundary == .none)
            #expect(snapshot.manifest.derived.count == 1)
        }
    }

    /// A domain is covered only when all of it is.
    @Test func partsOfADomainDontCoverIt() throws {
        let rows = [
            Self.row("www.strong.org/", "our.com/", 50, 60), Self.row("our.com/", "www.strong.org/", nil, nil),
        ]
        for (covered, mode, expected) in [
            ("www.strong.org", TargetMode.host, [0, 0, 1]), ("https://www.strong.org/", .url, [0, 1, 1]),
            ("strong.org", .domain, [0, 0, 0]), ("www.strong.org", .domain, [0, 0, 1]),
        ] {
            let snapshot = try TestStore().add(rows, date: Self.date, coverage: Self.coverage([(covered, mode)]))
            let counts = try [RankLevel.page, .host, .domain].map {
                try Self.engine().rank(snapshot, RankParameters(level: $0, boundary: .provider)).boundaryNodeCount
            }
            #expect(counts == expected, "\(covered) \(mode)")
        }
    }

    /// Random webs at every level, the boundary found by comparing texts.
    @Test(arguments: (0..<24 as Range<UInt64>).map { $0 * 3 })
    func agreesWithEliminationOnRandomWebs(seed: UInt64) throws {
        var web = RandomWeb(seed: seed)
        if case .everything = web.coverage {
            web.coverage = Self.coverage([(RandomWeb.domains[web.hosts[0]] ?? web.hosts[0], .domain)])
        }
        let slow = SlowSnapshot(web)
        guard !slow.links.isEmpty else { return }
        let snapshot = try TestStore().add(web.rows, date: web.date, coverage: web.coverage)
        for level in [RankLevel.page, .host, .domain] {
            let rank = try Self.engine().rank(
                snapshot, RankParameters(level: level, tolerance: 1e-13, boundary: .provider))
            let name: (SlowLink) -> (from: String, to: String) = { link in
                switch level {
                case .page, .node: (link.row.urlFrom, link.row.urlTo)
                case .host: (link.fromHost, link.toHost)
                case .domain: (link.fromDomain, link.toDomain)
                }
            }
            let names = try rank.pagerank.indices.map { try rank.name($0) }
            let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
            var boundary: [Int: Double] = [:]
            for link in slow.links where !isCovered(name(link).from, level, slow) {
                let same = slow.links.filter {
                    level == .page ? $0.row.urlFrom == link.row.urlFrom : $0.fromDomain == link.fromDomain
                }
                let score = same.compactMap { level == .page ? $0.row.inlinkRank : $0.row.domainInlinkRank }.max()
                guard let score, let node = index[name(link).from] else { continue }
                boundary[node] = pow(level == .page ? 1e8 : 1e7, Double(score) / 100)
            }
            #expect(rank.boundaryNodeCount == boundary.count, "seed \(seed), \(level)")
            let links = try slow.links.filter { !$0.isNofollow }.map {
                (from: try #require(index[name($0).from]), to: try #require(index[name($0).to]))
            }
            let expected = eliminatedRatios(names.count, links, boundary: boundary, damping: 0.85)
            for node in names.indices {
                #expect(
                    abs(rank.floorRatio(node) / expected[node] - 1) < 1e-9, "seed \(seed), \(level), \(names[node])")
            }
        }
    }

    /// Whether some complete target holds everything that the name may stand for.
    private func isCovered(_ name: String, _ level: RankLevel, _ slow: SlowSnapshot) -> Bool {
        (slow.covered ?? []).contains { target in
            switch (level, target.mode) {
            case (.page, _): target.matches(SlowLink(LinkRow(urlFrom: "http://nobody.example/", urlTo: name)))
            case (_, .domain): slowHost(name, isBelow: target.text)
            case (.host, .host): target.text == name
            // An address has no subdomains.
            case (.domain, .host): target.text == name && name == "192.0.2.7"
            default: false
            }
        }
    }
}
