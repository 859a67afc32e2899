package import SnapshotStore

package enum RankLevel: String, CaseIterable, Sendable { case page, host, domain, node }

package enum NofollowRule: String, CaseIterable, Sendable {
    /// Nofollow links are left out (and don't count in out-degrees).
    case drop
    case follow
}

package struct RankParameters: Hashable, Sendable {
    package var level: RankLevel
    package var damping: Double
    package var tolerance: Double
    package var nofollow: NofollowRule
    package init(level: RankLevel, damping: Double = 0.85, tolerance: Double = 1e-9, nofollow: NofollowRule = .drop) {
        self.level = level
        self.damping = damping
        self.tolerance = tolerance
        self.nofollow = nofollow
    }
}

/// PageRank of every node of one level of a snapshot.
package final class RankResult: Sendable {
    package let parameters: RankParameters
    package let iterationCount: Int
    /// α/(1−α)·‖x_t − x_{t−1}‖₁ at the end.
    package let bound: Double
    /// The PageRank of a node that nothing links to.
    package let floor: Double
    /// One for each page, host or domain of the snapshot, in its order; sums to 1.
    package let pagerank: [Double]
    package let edgeCount: UInt64
    init() { fatalError("stub") }
    /// s = pagerank / floor; exactly 1 where no counted link arrives.
    package func floorRatio(_ node: Int) -> Double { fatalError("stub") }
    /// ilr-floor-v1, 0 … 100.
    package func score(_ node: Int) -> Double { fatalError("stub") }
    /// The nodes in falling order of PageRank, ties by name (as printed, bytewise); at most `limit`.
    package func top(_ limit: Int?) throws -> [Int] { fatalError("stub") }
    /// URL, host name, domain name or number.
    package func name(_ node: Int) throws -> String { fatalError("stub") }
}

extension Engine {
    /// The stored rank with these parameters, or else a computed (and stored) one.
    package func rank(_ snapshot: Snapshot, _ parameters: RankParameters) throws -> RankResult { fatalError("stub") }
}
