/// Which destinations a snapshot holds all links of.
package enum Coverage: Hashable, Sendable {
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
