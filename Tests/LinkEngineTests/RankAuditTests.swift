import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

/// `verify --deep` computes stored ranks again.
struct RankAuditTests {
    private let engine = Engine(Engine.Options(threads: 1))

    private func snapshot(_ test: TestStore) throws -> Snapshot {
        let web = try #require((91...).lazy.map { RandomWeb(seed: $0) }.first { $0.rows.count > 60 })
        return try test.add(web.rows, date: web.date)
    }

    @Test func storedRanksAreFoundAgain() throws {
        let test = try TestStore()
        let snapshot = try snapshot(test)
        for level in [RankLevel.page, .host, .domain] {
            for nofollow in NofollowRule.allCases {
                _ = try engine.rank(snapshot, RankParameters(level: level, tolerance: 1e-7, nofollow: nofollow))
            }
        }
        _ = try engine.rank(snapshot, RankParameters(level: .page, damping: 0.5))
        #expect(try engine.verifyRanks(of: test.store.snapshot(snapshot.id)) == 7)
    }

    @Test func aRankThatIsNoneIsNoticed() throws {
        let test = try TestStore()
        let snapshot = try snapshot(test)
        let rank = try engine.rank(snapshot, RankParameters(level: .page))
        let result = try #require(snapshot.manifest.derived.first)
        // Still a distribution: two pages have changed places.
        var values = rank.pagerank
        let best = try #require(values.indices.max { values[$0] < values[$1] })
        values.swapAt(best, best == 0 ? 1 : 0)
        try snapshot.addDerived(
            named: result.name, parameters: result.parameters, doubles: [(column: "pagerank", values: values)])
        #expect(try snapshot.verify(deep: true) > 0)
        let error = #expect(throws: StoreError.self) {
            try engine.verifyRanks(of: test.store.snapshot(snapshot.id))
        }
        #expect(error?.kind == .corrupt && error?.description.contains(result.name) == true)
    }

    @Test func whatIsSaidOfARankIsHeldAgainstIt() throws {
        let test = try TestStore()
        let snapshot = try snapshot(test)
        let rank = try engine.rank(snapshot, RankParameters(level: .host))
        let result = try #require(snapshot.manifest.derived.first)
        func verify(_ name: String, _ value: String?) throws -> Int {
            var parameters = result.parameters
            parameters[name] = value
            try snapshot.addDerived(
                named: result.name, parameters: parameters, doubles: [(column: "pagerank", values: rank.pagerank)])
            return try engine.verifyRanks(of: test.store.snapshot(snapshot.id))
        }
        for (name, value) in [
            ("floor", "0.9"), ("edges", "1"), ("nodes", "1"), ("bound", "2"), ("bound", "nan"), ("bound", nil),
        ] {
            let error = #expect(throws: StoreError.self, "\(name)") { try verify(name, value) }
            #expect(error?.kind == .corrupt)
        }
        // A later release's results aren't ours to judge.
        #expect(try verify("boundary", "another") == 0)
        #expect(try verify("teleport", "another") == 0)
        #expect(try verify("scale", nil) == 0)
        #expect(try verify("warm_start", "2025-12-01/host-0") == 1)
    }

    /// A store may hold any number.
    @Test func aDampingNextToNothing() throws {
        let test = try TestStore()
        let snapshot = try snapshot(test)
        for damping in [Double.leastNonzeroMagnitude, 1e-20] {
            let rank = try engine.rank(
                snapshot, RankParameters(level: .host, damping: damping, tolerance: 1e300, boundary: .provider))
            #expect(rank.pagerank.count == snapshot.hosts.count)
        }
    }
}
