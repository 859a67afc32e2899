import Foundation
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

struct RankTests {
    private static let date = Day(number: 20_758)

    private static func engine(_ threads: Int = 1, memoryLimit: Int = 2 << 30, saves: Bool = false) -> Engine {
        Engine(Engine.Options(threads: threads, memoryLimit: memoryLimit, savesRanks: saves))
    }

    private static func parameters(_ level: RankLevel, _ nofollow: NofollowRule = .drop) -> RankParameters {
        RankParameters(level: level, tolerance: 1e-13, nofollow: nofollow)
    }

    /// Name → node, from the snapshot's own order.
    private static func nodes(_ rank: RankResult) throws -> [String: Int] {
        try Dictionary(uniqueKeysWithValues: rank.pagerank.indices.map { (try rank.name($0), $0) })
    }

    private static func host(_ url: String) -> String {
        // Scheme, "//", authority, path; the port is no part of the name.
        String(url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)[1].split(separator: ":")[0])
    }

    /// Every level of random webs, links sorted out by name.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func agreesWithEliminationOnEveryLevel(seed: UInt64) throws {
        let web = RandomWeb(seed: seed)
        let store = try TestStore()
        let snapshot = try store.add(web.rows, date: Self.date, isolatedPages: web.pages)
        let groups: [(RankLevel, (String) -> String)] = [
            (.page, { $0 }), (.host, { Self.host($0) }), (.domain, { RandomWeb.domains[Self.host($0)] ?? "?" }),
        ]
        for (level, group) in groups {
            for nofollow in NofollowRule.allCases {
                let rank = try Self.engine().rank(snapshot, Self.parameters(level, nofollow))
                let nodes = try Self.nodes(rank)
                let links = try web.rows.filter { nofollow == .follow || !$0.flags.contains(.nofollow) }.map {
                    (from: try #require(nodes[group($0.urlFrom)]), to: try #require(nodes[group($0.urlTo)]))
                }
                let slow = EliminationRank(nodeCount: nodes.count, links: links)
                #expect(slow.largestRelativeError(rank.pagerank) < 1e-11, "seed \(seed), \(level), \(nofollow)")
                #expect(rank.edgeCount == UInt64(slow.pairs.count), "seed \(seed), \(level), \(nofollow)")
                let targets = Set(slow.pairs.map(\.to))
                for node in rank.pagerank.indices {
                    #expect((rank.floorRatio(node) == 1) == !targets.contains(node))
                    #expect((rank.score(node) == 0) == !targets.contains(node))
                }
            }
        }
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func topIsTheSortedList(seed: UInt64) throws {
        var web = RandomWeb(seed: seed)
        web.rows.removeLast(web.rows.count / 2)
        let snapshot = try TestStore().add(web.rows, date: Self.date, isolatedPages: web.pages)
        for level in [RankLevel.page, .host, .domain] {
            let rank = try Self.engine().rank(snapshot, Self.parameters(level))
            let names = try rank.pagerank.indices.map { try rank.name($0) }
            let sorted = rank.pagerank.indices.sorted {
                rank.pagerank[$0] != rank.pagerank[$1]
                    ? rank.pagerank[$0] > rank.pagerank[$1]
                    : Array(names[$0].utf8).lexicographicallyPrecedes(Array(names[$1].utf8))
            }
            #expect(try rank.top(nil) == sorted)
            for limit in 0...names.count + 1 {
                #expect(try rank.top(limit) == Array(sorted.prefix(limit)), "seed \(seed), \(level), top \(limit)")
            }
        }
    }

    /// More rows than a block holds, one pair on the boundary, one list over three blocks; streamed and from memory, any
    /// number of threads.
    @Test func sameBitsFromDiskAndFromMemory() throws {
        var edges: [(from: UInt64, to: UInt64)] = []
        for node in 0..<70_000 as Range<UInt64> { edges.append((node, 500 + node % 50 / 49)) }
        let snapshot = try TestStore().add(edges: edges, date: Self.date)
        #expect(snapshot.links.blockCount >= 3)
        let parameters = RankParameters(level: .node, tolerance: 0.1)
        let reference = try Self.engine().rank(snapshot, parameters)
        for (threads, memoryLimit) in [(1, 0), (5, 0), (2, 2 << 30)] {
            let rank = try Self.engine(threads, memoryLimit: memoryLimit).rank(snapshot, parameters)
            #expect(rank.pagerank.map(\.bitPattern) == reference.pagerank.map(\.bitPattern))
            #expect(rank.floor == reference.floor && rank.edgeCount == reference.edgeCount)
        }
    }

    /// 33,000 rows of one pair lie in two blocks; it counts once. Or only the last row counts, or none.
    @Test func pairOverABlockBoundaryCountsOnce() throws {
        for countedRows in [0..<33_000, 32_999..<33_000, 100..<100] {
            var rows = (0..<33_000).map { index in
                LinkRow(
                    urlFrom: "https://a.com/", urlTo: "https://b.com/",
                    flags: countedRows.contains(index) ? [] : .nofollow, anchor: String(100_000 + index))
            }
            rows.append(LinkRow(urlFrom: "https://c.com/", urlTo: "https://b.com/"))
            rows.append(LinkRow(urlFrom: "https://a.com/", urlTo: "https://c.com/"))
            let snapshot = try TestStore().add(rows, date: Self.date)
            #expect(snapshot.links.blockCount == 2)
            for (level, memoryLimit) in [(RankLevel.page, 2 << 30), (.page, 0), (.host, 2 << 30)] {
                let rank = try Self.engine(memoryLimit: memoryLimit).rank(snapshot, Self.parameters(level))
                let counted = countedRows.isEmpty ? [(0, 2), (2, 1)] : [(0, 1), (0, 2), (2, 1)]
                let slow = EliminationRank(nodeCount: 3, links: counted.map { (from: $0.0, to: $0.1) })
                #expect(slow.largestRelativeError(rank.pagerank) < 1e-11, "\(countedRows), \(level)")
                #expect(rank.edgeCount == UInt64(counted.count))
            }
        }
    }

    @Test func levelsThatASnapshotLacks() throws {
        let numbers = try TestStore().add(edges: [(1, 2), (2, 10)], isolatedNodes: [9], date: Self.date)
        for level in [RankLevel.page, .host, .domain] {
            let error = #expect(throws: EngineError.self) { try Self.engine().rank(numbers, Self.parameters(level)) }
            #expect(error?.kind == .notInThisSnapshot)
            #expect(error?.description.contains("--level node") == true)
        }
        let rank = try Self.engine().rank(numbers, Self.parameters(.node))
        // 1 and 9 tie; 10 is strongest.
        #expect(try rank.top(nil).map { try rank.name($0) } == ["10", "2", "1", "9"])
        let pages = try TestStore().add(
            [LinkRow(urlFrom: "https://a.com/", urlTo: "https://b.com/")], date: Self.date)
        #expect(try Self.engine().rank(pages, Self.parameters(.node)).parameters.level == .page)
    }

    @Test func scoresAreLogarithmsOfTheFloorRatio() throws {
        let links = (0..<99).map { LinkRow(urlFrom: "https://s\($0).com/", urlTo: "https://hub.com/") }
        let snapshot = try TestStore().add(links, date: Self.date)
        for (level, exponent) in [(RankLevel.page, 8.0), (.host, 7), (.domain, 7)] {
            let rank = try Self.engine().rank(snapshot, Self.parameters(level))
            let hub = try #require(try rank.top(1).first)
            #expect(abs(rank.floorRatio(hub) - (1 + 0.85 * 99)) < 1e-9)
            #expect(abs(rank.score(hub) - 100 * log10(1 + 0.85 * 99) / exponent) < 1e-9)
        }
    }

    @Test func storedRankIsReadAgain() throws {
        let web = RandomWeb(seed: 5)
        let store = try TestStore()
        let first = try store.add(web.rows, date: Self.date, isolatedPages: web.pages)
        let parameters = RankParameters(level: .host)
        let computed = try Self.engine(saves: true).rank(first, parameters)
        let snapshot = try store.store.snapshot(first.id)
        #expect(snapshot.manifest.derived.map(\.name) == [parameters.storedName])
        let summary = try #require(snapshot.manifest.derived.first)
        #expect(summary.parameters["scale"] == "ilr-floor-v1" && summary.parameters["s_ref"] == "1e7")
        let engine = Self.engine(saves: true)
        let read = try engine.rank(snapshot, parameters)
        #expect(read.pagerank.map(\.bitPattern) == computed.pagerank.map(\.bitPattern))
        #expect(read.floor == computed.floor && read.bound == computed.bound)
        #expect(read.iterationCount == computed.iterationCount && read.edgeCount == computed.edgeCount)
        #expect(try engine.rank(snapshot, parameters) === read)
        // Other parameters are another rank.
        _ = try engine.rank(snapshot, RankParameters(level: .host, nofollow: .follow))
        #expect(try store.store.snapshot(first.id).manifest.derived.count == 2)
    }

    @Test func aDamagedStoredRankIsReplaced() throws {
        let web = RandomWeb(seed: 5)
        let store = try TestStore()
        let id = try store.add(web.rows, date: Self.date, isolatedPages: web.pages).id
        let parameters = RankParameters(level: .host)
        func rank() throws -> RankResult { try Self.engine(saves: true).rank(store.store.snapshot(id), parameters) }
        let computed = try rank()
        let file = "store/snapshots/\(id)/ranks/\(parameters.storedName).\(RankParameters.rankColumn)"
        var bytes = try store.directory.read(file)
        bytes[bytes.count / 2] ^= 1
        try store.directory.write(bytes, to: file)
        #expect(throws: StoreError.self) { try store.store.snapshot(id).verify() }
        #expect(try rank().pagerank == computed.pagerank)
        #expect(try store.store.snapshot(id).verify() > 0)
        // Sound bytes, values that no rank has.
        let snapshot = try store.store.snapshot(id)
        let summary = try #require(snapshot.derivedSummary(named: parameters.storedName))
        for (floor, value) in [("nan", 1), ("0.0", 1), ("-1.0", 1), ("1.0", -1), ("1.0", Double.infinity)] {
            var text = summary.parameters
            text["floor"] = floor
            var ranks = computed.pagerank
            ranks[0] = value
            try snapshot.addDerived(
                named: parameters.storedName, parameters: text, doubles: [(RankParameters.rankColumn, ranks)])
            let replaced = try rank()
            #expect(replaced.pagerank == computed.pagerank && replaced.floor == computed.floor)
        }
    }

    @Test func groupsThatDoNotFitAreRefused() throws {
        let rows = (0..<2_000).map {
            LinkRow(urlFrom: "https://s\($0 % 500).com/", urlTo: "https://t\($0 / 40).org/")
        }
        let snapshot = try TestStore().add(rows, date: Self.date)
        let error = #expect(throws: EngineError.self) {
            try Self.engine(memoryLimit: 10_000).rank(snapshot, RankParameters(level: .domain))
        }
        #expect(error?.kind == .usage && error?.description.contains("--memory") == true)
    }
}
