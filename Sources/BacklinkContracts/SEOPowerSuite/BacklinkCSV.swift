/// The CSV file of an export: the members of a `BacklinkRow` in their order, the dialect of `CSVText`. The vendor's header
/// isn't public; this one is Strata's.
package enum BacklinkCSV {
    package static let header = [
        "url_from", "url_to", "title", "anchor", "alt", "nofollow", "image", "image_source", "inlink_rank",
        "domain_inlink_rank", "first_seen", "last_visited",
    ]

    /// With Strata's own columns.
    package static let extendedHeader = header + ["link_type", "rel"]

    package static func appendHeader(extended: Bool, to out: inout [UInt8]) {
        CSVText.appendLine(extended ? extendedHeader : header, to: &out)
    }

    package static func appendRow(_ row: BacklinkRow, extended: Bool, to out: inout [UInt8]) {
        append(row.urlFrom, to: &out)
        append(row.urlTo, to: &out)
        append(row.title, to: &out)
        append(row.anchor, to: &out)
        append(row.alt, to: &out)
        append(row.nofollow, to: &out)
        append(row.image, to: &out)
        append(row.imageSource, to: &out)
        append(row.inlinkRank, to: &out)
        append(row.domainInlinkRank, to: &out)
        append(row.firstSeen, to: &out)
        append(row.lastVisited, to: &out)
        if extended {
            append(row.linkType, to: &out)
            append(row.rel, to: &out)
        }
        // In place of the last comma.
        out[out.count - 1] = UInt8(ascii: "\n")
    }

    private static func append(_ text: String?, to out: inout [UInt8]) {
        if let text { CSVText.append(text, to: &out) }
        out.append(UInt8(ascii: ","))
    }

    private static func append(_ flag: Bool?, to out: inout [UInt8]) {
        if let flag { out.append(contentsOf: (flag ? "true" : "false").utf8) }
        out.append(UInt8(ascii: ","))
    }

    private static func append(_ number: Int64?, to out: inout [UInt8]) {
        if let number { out.append(contentsOf: String(number).utf8) }
        out.append(UInt8(ascii: ","))
    }
}
