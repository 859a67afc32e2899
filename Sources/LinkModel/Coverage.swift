/// Which destinations a snapshot holds all links of.
package enum Coverage: Hashable, Sendable, Codable {
    case everything
    case targets([CoveredTarget])
}

/// A target that was fetched; links to a target that was cut short are present but incomplete.
package struct CoveredTarget: Hashable, Sendable, Codable {
    package var target: String
    package var mode: TargetMode
    package var complete: Bool
    package init(target: String, mode: TargetMode, complete: Bool) {
        self.target = target
        self.mode = mode
        self.complete = complete
    }
}

/// The destinations that are covered completely, as sorted disjoint key ranges.
package struct CoverageSet: Sendable {
    package let coversEverything: Bool
    /// Ascending, disjoint; empty when everything is covered.
    package let ranges: [KeyRange]
    package init(_ coverage: Coverage) throws(TargetError) { fatalError("stub") }
    package func covers(_ key: Span<UInt8>) -> Bool { fatalError("stub") }
}
