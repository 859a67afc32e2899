/// What the nodes of a rank are.
package enum RankLevel: String, CaseIterable, Sendable {
    /// Pages of a link snapshot.
    case page
    case host
    /// Registrable domains.
    case domain
    /// Whatever the snapshot's pages are: pages, hosts, domains or numbers.
    case node
}

package enum NofollowRule: String, CaseIterable, Sendable {
    /// Nofollow links are left out (and don't count in out-degrees).
    case drop
    case follow
}

/// Whether sources whose own in-links are missing keep what their provider says of them.
package enum RankBoundaryRule: String, CaseIterable, Sendable {
    case none
    /// They do: docs/rank.md, "Partial graphs".
    case provider
}

/// What a rank depends on, besides the snapshot.
package struct RankParameters: Hashable, Sendable {
    package var level: RankLevel
    /// α: the part of a node's rank that it gives on. 0 ≤ α < 1.
    package var damping: Double
    /// The bound at which the iteration stops (docs/rank.md). At least `smallestTolerance`.
    package var tolerance: Double
    package var nofollow: NofollowRule
    package var boundary: RankBoundaryRule
    /// "snapshot/rank" of the stored rank that the iteration started from; nil when it started from nothing.
    package internal(set) var warmStart: String?

    /// Below it rounding errors, of which an iteration makes about 2⁻⁵³ in all and keeps the part α of the earlier ones,
    /// are larger than what is asked for.
    package var smallestTolerance: Double { max(1e-15, 0x1p-53 / (1 - damping)) }

    package init(
        level: RankLevel, damping: Double = 0.85, tolerance: Double = 1e-9, nofollow: NofollowRule = .drop,
        boundary: RankBoundaryRule = .none
    ) {
        self.level = level
        self.damping = damping
        self.tolerance = tolerance
        self.nofollow = nofollow
        self.boundary = boundary
    }

    /// - Throws: `EngineError.usage` for numbers that have no meaning.
    func validate() throws {
        guard damping >= 0, damping < 1 else {
            throw EngineError(
                .usage, "the damping is \(damping): give one from 0 to below 1 (0.85 is usual)")
        }
        guard tolerance >= smallestTolerance, tolerance.isFinite else {
            throw EngineError(
                .usage,
                "the tolerance is \(tolerance): give one of at least \(smallestTolerance) (1e-9 is usual); with the damping "
                    + "\(damping) double precision can't do better")
        }
    }
}

extension RankLevel {
    /// log₁₀ of S_ref, the floor ratio that scores 100 on the scale `ilr-floor-v1`.
    var referenceExponent: Double { self == .page ? 8 : 7 }
}
