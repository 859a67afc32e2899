/// A row of get-refdomains: one host that links to the target.
package struct RefdomainRow: WireConvertible {
    package var refdomain: String?
    package var backlinks: Int64?
    package var dofollowBacklinks: Int64?
    package var firstSeen: String?
    package var domainInlinkRank: Int64?

    package init(
        refdomain: String? = nil, backlinks: Int64? = nil, dofollowBacklinks: Int64? = nil, firstSeen: String? = nil,
        domainInlinkRank: Int64? = nil
    ) {
        self.refdomain = refdomain
        self.backlinks = backlinks
        self.dofollowBacklinks = dofollowBacklinks
        self.firstSeen = firstSeen
        self.domainInlinkRank = domainInlinkRank
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a row of get-refdomains")
        refdomain = try object.text("refdomain")
        backlinks = try object.integer("backlinks")
        dofollowBacklinks = try object.integer("dofollow_backlinks")
        firstSeen = try object.text("first_seen")
        domainInlinkRank = try object.integer("domain_inlink_rank")
    }

    package var wire: WireValue {
        .object([
            WireMember("refdomain", WireValue(refdomain)),
            WireMember("backlinks", WireValue(backlinks)),
            WireMember("dofollow_backlinks", WireValue(dofollowBacklinks)),
            WireMember("first_seen", WireValue(firstSeen)),
            WireMember("domain_inlink_rank", WireValue(domainInlinkRank)),
        ])
    }
}
