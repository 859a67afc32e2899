import LinkEngine

/// The totals and the groups of a comparison as rows.
enum DiffRows {
    /// - Parameter hasTargets: without, the target column says nothing, and tables go without it.
    static func totalColumns(hasTargets: Bool) -> [OutputColumn] {
        [.text("target", hasTargets ? .always : .never)] + totalFigures
    }

    private static let totalFigures: [OutputColumn] = [
        .text("level"), .number("old_count"), .number("new_count"), .number("new"), .number("lost"),
        .number("changed"), .number("unknown"),
    ]

    static func row(_ total: DiffTotal) -> [TableValue] {
        [
            .text(total.target), .text(total.level.rawValue), .count(total.oldCount), .count(total.newCount),
            .count(total.new), .count(total.lost), .count(total.changed), .count(total.unknown),
        ]
    }

    static let everyColumns: [OutputColumn] = [
        .text("target"), .number("new_backlinks"), .number("lost_backlinks"), .number("changed_backlinks"),
        .number("new_referring_domains"), .number("lost_referring_domains"), .number("new_referring_main_domains"),
        .number("lost_referring_main_domains"),
    ]

    static func row(_ group: GroupDiff) -> [TableValue] {
        [
            .text(group.target), .count(group.newBacklinks), .count(group.lostBacklinks),
            .count(group.changedBacklinks), .count(group.newReferringDomains), .count(group.lostReferringDomains),
            .count(group.newReferringMainDomains), .count(group.lostReferringMainDomains),
        ]
    }
}
