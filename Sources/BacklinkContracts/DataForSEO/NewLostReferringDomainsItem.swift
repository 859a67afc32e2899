/// The hosts, and the registrable domains ("main domains"), that one target won and lost since a date.
package struct NewLostReferringDomainsItem: WireConvertible {
    package var target: String?
    package var newReferringDomains: Int64?
    package var lostReferringDomains: Int64?
    package var newReferringMainDomains: Int64?
    package var lostReferringMainDomains: Int64?

    package init(
        target: String? = nil, newReferringDomains: Int64? = nil, lostReferringDomains: Int64? = nil,
        newReferringMainDomains: Int64? = nil, lostReferringMainDomains: Int64? = nil
    ) {
        self.target = target
        self.newReferringDomains = newReferringDomains
        self.lostReferringDomains = lostReferringDomains
        self.newReferringMainDomains = newReferringMainDomains
        self.lostReferringMainDomains = lostReferringMainDomains
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "an item of bulk_new_lost_referring_domains")
        target = try object.text("target")
        newReferringDomains = try object.integer("new_referring_domains")
        lostReferringDomains = try object.integer("lost_referring_domains")
        newReferringMainDomains = try object.integer("new_referring_main_domains")
        lostReferringMainDomains = try object.integer("lost_referring_main_domains")
    }

    package var wire: WireValue {
        .object([
            WireMember("target", WireValue(target)),
            WireMember("new_referring_domains", WireValue(newReferringDomains)),
            WireMember("lost_referring_domains", WireValue(lostReferringDomains)),
            WireMember("new_referring_main_domains", WireValue(newReferringMainDomains)),
            WireMember("lost_referring_main_domains", WireValue(lostReferringMainDomains)),
        ])
    }
}
