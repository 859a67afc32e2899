/// A row of get-metrics: the counts of one target. A negative count is unknown.
package struct MetricsRow: WireConvertible {
    package var target: String?
    package var backlinks: Int64?
    /// Hosts that link to the target, www. and other subdomains counted one by one.
    package var refdomains: Int64?
    package var subnets: Int64?
    package var ips: Int64?
    package var nofollowBacklinks: Int64?
    package var dofollowBacklinks: Int64?
    package var eduBacklinks: Int64?
    package var govBacklinks: Int64?

    package init(
        target: String? = nil, backlinks: Int64? = nil, refdomains: Int64? = nil, subnets: Int64? = nil,
        ips: Int64? = nil, nofollowBacklinks: Int64? = nil, dofollowBacklinks: Int64? = nil,
        eduBacklinks: Int64? = nil, govBacklinks: Int64? = nil
    ) {
        self.target = target
        self.backlinks = backlinks
        self.refdomains = refdomains
        self.subnets = subnets
        self.ips = ips
        self.nofollowBacklinks = nofollowBacklinks
        self.dofollowBacklinks = dofollowBacklinks
        self.eduBacklinks = eduBacklinks
        self.govBacklinks = govBacklinks
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a row of get-metrics")
        target = try object.text("target")
        backlinks = try object.integer("backlinks")
        refdomains = try object.integer("refdomains")
        subnets = try object.integer("subnets")
        ips = try object.integer("ips")
        nofollowBacklinks = try object.integer("nofollow_backlinks")
        // The document's table has a space where its samples have an underscore.
        let spaced = try object.integer("dofollow backlinks")
        dofollowBacklinks = try object.integer("dofollow_backlinks") ?? spaced
        eduBacklinks = try object.integer("edu_backlinks")
        govBacklinks = try object.integer("gov_backlinks")
    }

    package var wire: WireValue {
        .object([
            WireMember("target", WireValue(target)),
            WireMember("backlinks", WireValue(backlinks)),
            WireMember("refdomains", WireValue(refdomains)),
            WireMember("subnets", WireValue(subnets)),
            WireMember("ips", WireValue(ips)),
            WireMember("nofollow_backlinks", WireValue(nofollowBacklinks)),
            WireMember("dofollow_backlinks", WireValue(dofollowBacklinks)),
            WireMember("edu_backlinks", WireValue(eduBacklinks)),
            WireMember("gov_backlinks", WireValue(govBacklinks)),
        ])
    }
}
