/// The columns beside the adjacency; every value is a UInt32. Raw value = file name stem ("links.anchor").
package enum LinkColumn: String, CaseIterable, Sendable {
    case type = "links.type"
    case flags = "links.flags"
    /// String ids, 0 = unknown.
    case anchor = "links.anchor"
    case title = "links.title"
    case imageSource = "links.image_source"
    /// Day.number + 719,163 (so 0001-01-01 is 1); 0 = unknown.
    case firstSeen = "links.first_seen"
    case lastVisited = "links.last_visited"
    /// The provider's ranks as LinkRecord has them. Files that are there only when some row has a rank.
    case inlinkRank = "links.inlink_rank"
    case domainInlinkRank = "links.domain_inlink_rank"

    /// A column without a file holds 0 in every row.
    var isOptional: Bool { self == .inlinkRank || self == .domainInlinkRank }

    /// Whether its values are string ids.
    var holdsTexts: Bool { self == .anchor || self == .title || self == .imageSource }

    /// The largest value that the column may hold.
    func limit(stringCount: Int) -> UInt64 {
        switch self {
        case .type, .flags: 255
        case .anchor, .title, .imageSource: UInt64(stringCount)
        case .firstSeen, .lastVisited: LinkRecord.lastStoredDay
        case .inlinkRank, .domainInlinkRank: LinkRecord.lastStoredRank
        }
    }
}
