/// A row of get-new-lost-refdomains: a host whose first link was found or whose last was lost on a day.
package struct NewLostRefdomainRow: WireConvertible {
    package var newLostDate: String?
    package var newLostType: String?
    package var refdomain: String?
    /// Live links from the host (new), or the links that it last had (lost).
    package var backlinks: Int64?
    package var dofollowBacklinks: Int64?
    package var firstSeen: String?
    package var domainInlinkRank: Int64?

    package init(
        newLostDate: String? = nil, newLostType: String? = nil, refdomain: String? = nil, backlinks: Int64? = nil,
        dofollowBacklinks: Int64? = nil, firstSeen: String? = nil, domainInlinkRank: Int64? = nil
    ) {
        self.newLostDate = newLostDate
        self.newLostType = newLostType
        self.refdomain = refdomain
        self.backlinks = backlinks
        self.dofollowBacklinks = dofollowBacklinks
        self.firstSeen = firstSeen
        self.domainInlinkRank = domainInlinkRank
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a row of get-new-lost-refdomains")
        newLostDate = try object.text("new_lost_date")
        newLostType = try object.text("new_lost_type")
        refdomain = try object.text("refdomain")
        backlinks = try object.integer("backlinks")
        dofollowBacklinks = try object.integer("dofollow_backlinks")
        firstSeen = try object.text("first_seen")
        domainInlinkRank = try object.integer("domain_inlink_rank")
    }

    package var wire: WireValue {
        .object([
            WireMember("new_lost_date", WireValue(newLostDate)),
            WireMember("new_lost_type", WireValue(newLostType)),
            WireMember("refdomain", WireValue(refdomain)),
            WireMember("backlinks", WireValue(backlinks)),
            WireMember("dofollow_backlinks", WireValue(dofollowBacklinks)),
            WireMember("first_seen", WireValue(firstSeen)),
            WireMember("domain_inlink_rank", WireValue(domainInlinkRank)),
        ])
    }
}
