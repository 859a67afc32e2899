package import SnapshotStore

/// A rank that was computed for its own sake: nothing is read from the store's ranks or stored there. For benchmarks and tests.
package struct RankMeasurement: Sendable {
    package let pagerank: [Double]
    package let iterationCount: Int
    package let bound: Double
    package let edgeCount: UInt64
    package let phases: RankPhases
    package let rows: RankRowStorage
    /// What the lists take in memory, at most: half of `--memory` must hold that for them to be kept.
    package let rowByteCount: Int
}

extension Engine {
    /// Computes the rank of an opened snapshot from its links, without a boundary.
    /// - Throws: like `rank(_:_:)`.
    package func measureRank(_ snapshot: Snapshot, _ parameters: RankParameters) throws -> RankMeasurement {
        try parameters.validate()
        var parameters = parameters
        parameters.level = try snapshot.rankLevel(parameters.level)
        let solution = try computeRank(snapshot, parameters, nil)
        return RankMeasurement(
            pagerank: solution.pagerank, iterationCount: solution.iterationCount, bound: solution.bound,
            edgeCount: solution.edgeCount, phases: solution.phases, rows: solution.rows,
            rowByteCount: solution.rowByteCount)
    }
}
