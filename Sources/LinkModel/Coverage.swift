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

/// Coded as the string "everything", or as the array of targets.
extension Coverage: Codable {
    private static let everythingName = "everything"

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
            guard name == Coverage.everythingName else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "coverage is \"everything\" or a list of targets, not \"\(name)\"")
            }
            self = .everything
        } else {
            self = .targets(try container.decode([CoveredTarget].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .everything: try container.encode(Coverage.everythingName)
        case .targets(let targets): try container.encode(targets)
        }
    }
}
