import LinkModel
import TestSupport
import Testing

@testable import LinkEngine
@testable import SnapshotStore

/// Ranks from the lists that a snapshot stores by label, against ranks from its links.
struct RankListsTests {
    private static let parameters = RankParameters(level: .node, tolerance: 1e-6)

    private static func engine(_ threads: Int = 1, memoryLimit: Int = 2 << 30) -> Engine {
        Engine(Engine.Options(threads: threads, memoryLimit: memoryLimit, savesRanks: false))
    }

    /// Several windows; templates; feeders, hubs, nodes without out-links.
    private static func edges(seed: UInt64, nodeCount: Int) -> [(Int, Int)] {
        var random = SeededRandom(seed: seed)
        let templates = (0..<40).map { _ in (0..<1 + random.below(30)).map { _ in random.below(nodeCount) } }
        var edges: [(Int, Int)] = []
        for node in 0..<nodeCount where !random.chance(1, in: 4) {
            if random.chance(1, in: 2) {
                for target in random.pick(templates) { edges.append((node, target)) }
            } else {
                // The lower half gets most links, and the upper quarter none.
                for _ in 0..<random.below(6) { edges.append((node, random.below(nodeCount * 3 / 4))) }
            }
        }
        return edges + [(0, nodeCount - 1)]
    }

    /// In a graph without nofollow links both rules have the same links: `drop` ranks by the stored lists, `follow` by the links.
    @Test(arguments: [2 as UInt64, 3, 4])
    func sameBitsAsFromTheLinks(seed: UInt64) throws {
        let nodeCount = seed == 4 ? 40 : 5_000
        let edges = Self.edges(seed: seed, nodeCount: nodeCount).map { (from: UInt64($0.0), to: UInt64($0.1)) }
        let snapshot = try TestStore().add(edges: edges, date: Day(number: 20_758))
        #expect(snapshot.rankColumns != nil)
        for tolerance in [1e-3, 1e-6, 1e-12] {
            var (stored, found) = (Self.parameters, Self.parameters)
            (stored.tolerance, found.tolerance, found.nofollow) = (tolerance, tolerance, .follow)
            let reference = try Self.engine().rank(snapshot, found)
            for (threads, memoryLimit) in [(1, 2 << 30), (2, 2 << 30), (3, 60_000), (1, 0)] {
                for parameters in [stored, found] {
                    let rank = try Self.engine(threads, memoryLimit: memoryLimit).rank(snapshot, parameters)
                    let isSame = rank.pagerank.map(\.bitPattern) == reference.pagerank.map(\.bitPattern)
                    let context = "seed \(seed), \(parameters.nofollow), \(threads) threads, \(memoryLimit) bytes"
                    #expect(isSame && rank.bound == reference.bound, "\(context)")
                    #expect(rank.edgeCount == reference.edgeCount, "\(context)")
                }
            }
        }
    }

    /// The same snapshot with and without the columns; a third of its links don't count.
    @Test func sameBitsAsWithoutThem() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        var ranks: [[UInt64]] = []
        for (name, isStored) in [("2026-02-01", true), ("2026-02-02", false)] {
            let id = try #require(SnapshotID(name))
            let staging = try store.beginSnapshot(id)
            var manifest = try Self.write(into: staging, nofollowEvery: 3)
            if !isStored {
                manifest.columns.removeAll { RankColumns.files.contains($0.file) }
                for file in RankColumns.files { try FileSystem.unlink("\(staging.directory)/\(file)") }
            }
            try staging.commit(manifest)
            let snapshot = try store.snapshot(id)
            #expect((snapshot.rankColumns != nil) == isStored)
            #expect(try snapshot.verify() > 0)
            for nofollow in NofollowRule.allCases {
                let rank = try Self.engine(2).rank(
                    snapshot, RankParameters(level: .page, tolerance: 1e-9, nofollow: nofollow))
                ranks.append(rank.pagerank.map(\.bitPattern))
            }
        }
        #expect(ranks[0] == ranks[2] && ranks[1] == ranks[3] && ranks[0] != ranks[1])
    }

    /// No page, no link, links to itself, nofollow links only.
    @Test func graphsWithoutCountedLinks() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        for (round, links) in [[], [(0, 0), (1, 1)], [(0, 1), (1, 2)]].enumerated() {
            let id = try #require(SnapshotID("2026-02-\(10 + round)"))
            let staging = try store.beginSnapshot(id)
            try staging.commit(Self.write(into: staging, nodeCount: round == 0 ? 0 : 3, links, nofollowEvery: 1))
            let snapshot = try store.snapshot(id)
            #expect(try snapshot.verify() > 0 && snapshot.rankColumns != nil)
            let rank = try Self.engine().rank(snapshot, RankParameters(level: .page))
            #expect(rank.pagerank.allSatisfy { $0 == 1 / 3 } && rank.pagerank.count == (round == 0 ? 0 : 3))
        }
    }

    /// Right checksums, wrong values: `verify` sees each, and a rank is an error or a rank; it never ends the process.
    @Test func wrongListsAreErrors() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        let seed: UInt64 = 91
        var random = SeededRandom(seed: seed)
        var errorCount = 0
        for (round, file) in (RankColumns.files + RankColumns.files).enumerated() {
            let id = try #require(SnapshotID("2026-02-\(10 + round)"))
            let staging = try store.beginSnapshot(id)
            var manifest = try Self.write(into: staging)
            let place = try #require(manifest.columns.firstIndex { $0.file == file })
            let before = manifest.columns[place]
            var values = try IntegerColumn(
                directory: staging.directory, summary: before, count: Int(before.valueCount), limit: .max
            ).all()
            try #require(values.count > 10, "\(file)")
            let wrong = random.below(values.count)
            let right = values
            let isCounts = file.hasSuffix("_counts")
            if round < RankColumns.files.count {
                values[wrong] = values[wrong] == 0 ? 1 : values[wrong] - 1
            } else if isCounts {
                values.swapAt(wrong, (wrong + 1) % values.count)
            } else {
                values.removeLast(1 + random.below(5))
            }
            try FileSystem.unlink("\(staging.directory)/\(file)")
            let writer = try IntegerColumnWriter(directory: staging.directory, name: file, threads: 1)
            try writer.append(contentsOf: values)
            manifest.columns[place] = try writer.finish()
            try staging.commit(manifest)
            guard values != right else { continue }
            let context = "seed \(seed), round \(round), \(file), value \(wrong)"
            let error = #expect(throws: StoreError.self, "\(context)") { try store.snapshot(id).verify() }
            #expect(error?.kind == .corrupt && error?.description.contains("rank.") == true, "\(context)")
            for memoryLimit in [2 << 30, 0] {
                do {
                    _ = try Self.engine(memoryLimit: memoryLimit).rank(store.snapshot(id), Self.parameters)
                } catch let error as StoreError {
                    errorCount += error.kind == .corrupt ? 1 : 0
                }
            }
        }
        #expect(errorCount > 8)
    }

    /// - nofollowEvery: links whose ends add up to a multiple of it have rel=nofollow.
    private static func write(
        into staging: Staging, nodeCount: Int = 3_000, _ links: [(Int, Int)]? = nil, nofollowEvery: Int = .max
    ) throws -> Manifest {
        let writer = try SnapshotWriter(directory: staging.directory, nodeKind: .page, threads: 1)
        for page in 0..<nodeCount { try writer.appendPage(Array("com,example)/\(10_000 + page) ".utf8).span) }
        let pairs = Set((links ?? edges(seed: 7, nodeCount: nodeCount)).map { [$0.1, $0.0] })
        let records = pairs.map { pair in
            let isNofollow = (pair[0] + pair[1]) % nofollowEvery == 0
            return LinkRecord(
                to: UInt32(pair[0]), from: UInt32(pair[1]), type: 0, anchor: 0, imageSource: 0,
                flags: isNofollow ? LinkFlags.nofollow.rawValue : 0, firstSeen: 0, lastVisited: 0, title: 0,
                inlinkRank: 0, domainInlinkRank: 0)
        }.sorted()
        try unsafe records.withUnsafeBufferPointer { try unsafe writer.appendLinks($0) }
        var manifest = Manifest()
        manifest.nodeKind = .page
        (manifest.columns, manifest.counts) = try writer.finish()
        manifest.provenance.source = "test"
        return manifest
    }
}
