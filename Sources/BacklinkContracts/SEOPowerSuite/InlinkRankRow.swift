/// A row of get-inlink-rank: the ranks of one page, 0…100. -1 is unknown.
package struct InlinkRankRow: WireConvertible {
    package var url: String?
    package var inlinkRank: Int64?
    package var domainInlinkRank: Int64?

    package init(
        url: String? = nil, inlinkRank: Int64? = nil, domainInlinkRank: Int64? = nil
    ) {
        self.url = url
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a row of get-inlink-rank")
        url = try object.text("url")
        inlinkRank = try object.integer("inlink_rank")
        domainInlinkRank = try object.integer("domain_inlink_rank")
    }

    package var wire: WireValue {
        .object([
            WireMember("url", WireValue(url)),
            WireMember("inlink_rank", WireValue(inlinkRank)),
            WireMember("domain_inlink_rank", WireValue(domainInlinkRank)),
        ])
    }
}
