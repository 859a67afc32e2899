import LinkEngine
import LinkModel

/// New, lost and changed links as rows, as get-new-lost-backlinks prints them: missing texts are "".
enum ChangedLinkRows {
    /// - Parameter withOldValues: adds old_values, an object with what a changed link had before.
    static func columns(withOldValues: Bool) -> [OutputColumn] {
        let columns: [OutputColumn] = [
            .other("new_lost_date"), .text("new_lost_type"), .text("url_from"), .text("url_to"),
            .text("title", .seldom),
            .text("anchor"), .text("alt", .never), .text("link_type", .seldom), .other("nofollow", .seldom),
            .other("image", .seldom), .text("image_source", .seldom), .text("reason_lost", .usually),
            .number("inlink_rank", .usually), .number("domain_inlink_rank", .usually), .other("first_seen", .usually),
        ]
        return withOldValues ? columns + [.text("old_values")] : columns
    }

    static func row(_ change: ChangedLink, withOldValues: Bool) -> [TableValue] {
        let link = change.link
        let row: [TableValue] = [
            .day(change.date), .text(change.kind.rawValue), .text(link.urlFrom), .text(link.urlTo),
            .text(link.title ?? ""), .text(link.anchor ?? ""), .text(""), .text(link.type.name),
            .flag(link.flags.contains(.nofollow)), .flag(link.flags.contains(.image)), .text(link.imageSource ?? ""),
            .text(change.reasonLost.rawValue), .count(change.inlinkRank), .count(change.domainInlinkRank),
            .day(orNull: link.firstSeen),
        ]
        return withOldValues ? row + [oldValues(change)] : row
    }

    /// The properties that differ, with their old values; null for what isn't a change.
    private static func oldValues(_ change: ChangedLink) -> TableValue {
        guard let old = change.oldLink else { return .null }
        let new = change.link
        var members: [(name: String, value: TableValue)] = []
        if old.anchor != new.anchor { members.append(("anchor", .text(orNull: old.anchor))) }
        for (name, flag) in [
            ("nofollow", LinkFlags.nofollow), ("ugc", .ugc), ("sponsored", .sponsored), ("image", .image),
            ("rel_unknown", .relUnknown),
        ] where old.flags.contains(flag) != new.flags.contains(flag) {
            members.append((name, .flag(old.flags.contains(flag))))
        }
        if old.imageSource != new.imageSource { members.append(("image_source", .text(orNull: old.imageSource))) }
        return .object(members)
    }
}
