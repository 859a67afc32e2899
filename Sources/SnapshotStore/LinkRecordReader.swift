/// Reads a table's rows as records, a block at a time.
struct LinkRecordReader {
    let table: LinkTable
    /// The rows of the block that was loaded last.
    private(set) var records: [LinkRecord] = []
    private var endpoints = LinkBlock()
    private var columns: [LinkColumn: [UInt32]] = [:]

    init(_ table: LinkTable) { self.table = table }

    mutating func load(_ block: Int) throws {
        try table.decodeEndpoints(ofBlock: block, into: &endpoints)
        for column in LinkColumn.allCases {
            try table.decode(column, ofBlock: block, endpoints: endpoints, into: &columns[column, default: []])
        }
        let count = endpoints.count
        let empty: [UInt32] = []
        let type = columns[.type] ?? empty
        let flags = columns[.flags] ?? empty
        let anchor = columns[.anchor] ?? empty
        let title = columns[.title] ?? empty
        let imageSource = columns[.imageSource] ?? empty
        let firstSeen = columns[.firstSeen] ?? empty
        let lastVisited = columns[.lastVisited] ?? empty
        let inlinkRank = columns[.inlinkRank] ?? empty
        let domainInlinkRank = columns[.domainInlinkRank] ?? empty
        records.removeAll(keepingCapacity: true)
        records.reserveCapacity(count)
        for row in 0..<count {
            records.append(
                LinkRecord(
                    to: endpoints.to[row], from: endpoints.from[row], type: UInt8(truncatingIfNeeded: type[row]),
                    anchor: anchor[row], imageSource: imageSource[row], flags: UInt8(truncatingIfNeeded: flags[row]),
                    firstSeen: firstSeen[row], lastVisited: lastVisited[row], title: title[row],
                    inlinkRank: UInt8(truncatingIfNeeded: inlinkRank[row]),
                    domainInlinkRank: UInt8(truncatingIfNeeded: domainInlinkRank[row])))
        }
    }
}

extension LinkRecord {
    /// Whether the row stands before another one, by what identifies a row.
    func isIdentityBelow(_ other: LinkRecord) -> Bool {
        if to != other.to { return to < other.to }
        if from != other.from { return from < other.from }
        if type != other.type { return type < other.type }
        if anchor != other.anchor { return anchor < other.anchor }
        if imageSource != other.imageSource { return imageSource < other.imageSource }
        return flags < other.flags
    }

    func hasIdentity(of other: LinkRecord) -> Bool {
        to == other.to && from == other.from && type == other.type && anchor == other.anchor
            && imageSource == other.imageSource && flags == other.flags
    }

    /// The value of a column that may change while the row stays the same.
    func value(_ column: LinkColumn) -> UInt32 {
        switch column {
        case .type: UInt32(type)
        case .flags: UInt32(flags)
        case .anchor: anchor
        case .title: title
        case .imageSource: imageSource
        case .firstSeen: firstSeen
        case .lastVisited: lastVisited
        case .inlinkRank: UInt32(inlinkRank)
        case .domainInlinkRank: UInt32(domainInlinkRank)
        }
    }
}
