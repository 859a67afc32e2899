import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

@Suite struct InlinkScoresTests {
    private func makeStore() throws -> (store: TestStore, id: SnapshotID, pageCount: Int) {
        let web = RandomWeb(seed: 11)
        let store = try TestStore()
        let snapshot = try store.add(web.rows, date: Day(number: 20_758), isolatedPages: web.pages)
        return (store, snapshot.id, snapshot.pages.count)
    }

    private func scores(_ engine: Engine, _ snapshot: Snapshot) throws -> [Double] {
        let scores = try InlinkScores(engine, snapshot, .page)
        return try (0..<snapshot.pages.count).map { try scores.score($0) }
    }

    /// Computed, read from the file by the value, and in memory: the same bits.
    @Test func whereverTheyComeFrom() throws {
        let (store, id, pageCount) = try makeStore()
        let result = try Engine(Engine.Options(threads: 1, savesRanks: false))
            .rank(store.store.snapshot(id), RankParameters(level: .page))
        let expected = (0..<pageCount).map { result.score($0) }
        let computing = Engine(Engine.Options(threads: 1))
        let snapshot = try store.store.snapshot(id)
        #expect(try scores(computing, snapshot) == expected)
        #expect(try scores(computing, snapshot) == expected)
        let before = BlockReads.blockCount
        #expect(try scores(Engine(Engine.Options(threads: 1)), store.store.snapshot(id)) == expected)
        #expect(BlockReads.blockCount > before)
    }

    /// Damage that shows only when the value is read: computed anew, and replaced.
    @Test func damagedOnesAreComputedAnew() throws {
        let (store, id, _) = try makeStore()
        let parameters = RankParameters(level: .page)
        let expected = try scores(Engine(Engine.Options(threads: 1)), store.store.snapshot(id))
        let file = "store/snapshots/\(id)/ranks/\(parameters.storedName).\(RankParameters.rankColumn)"
        var bytes = try store.directory.read(file)
        bytes[bytes.count / 2] ^= 1
        try store.directory.write(bytes, to: file)
        #expect(try scores(Engine(Engine.Options(threads: 1)), store.store.snapshot(id)) == expected)
        #expect(try store.store.snapshot(id).verify() > 0)
        // Sound bytes that are no ranks.
        for value in [-1, Double.nan, Double.infinity] {
            let snapshot = try store.store.snapshot(id)
            let summary = try #require(snapshot.derivedSummary(named: parameters.storedName))
            var ranks = try snapshot.derivedDoubles(named: parameters.storedName, column: RankParameters.rankColumn)
            ranks[0] = value
            try snapshot.addDerived(
                named: parameters.storedName, parameters: summary.parameters,
                doubles: [(RankParameters.rankColumn, ranks)])
            #expect(try scores(Engine(Engine.Options(threads: 1)), store.store.snapshot(id)) == expected)
        }
    }
}
