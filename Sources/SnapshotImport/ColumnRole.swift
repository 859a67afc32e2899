/// What a column of an import file means. Raw values are our own column names, those of exports and API rows first;
/// `--map ours=theirs` takes any of them.
enum ColumnRole: String, CaseIterable, Sendable {
    case urlFrom = "url_from"
    case urlTo = "url_to"
    case title
    case anchor
    case alt
    case nofollow
    case image
    case imageSource = "image_source"
    case linkType = "link_type"
    case rel
    case ugc
    case sponsored
    case firstSeen = "first_seen"
    case lastVisited = "last_visited"
    case reasonLost = "reason_lost"
    case inlinkRank = "inlink_rank"
    case domainInlinkRank = "domain_inlink_rank"
    /// Yes/no: the opposite of nofollow.
    case follow
    /// Yes/no columns that stand for a link type.
    case redirect
    case frame
    case form
    /// Yes/no: the URL is mentioned, not linked.
    case mention
    /// Yes/no, a date or a text: anything but empty or no means that the link is gone.
    case lost

    /// Accepted so that our own exports can be read again, but a snapshot has no place for it.
    var isStored: Bool { self != .alt }
}
