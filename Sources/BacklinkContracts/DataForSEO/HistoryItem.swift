/// One month's point of history. What the answering index can't know is nil and written as null.
package struct HistoryItem: WireConvertible {
    /// "backlinks_history".
    package var type: String?
    /// "2026-11-01 00:00:00 +00:00". Group points by the month: the day may be the month's first or last.
    package var date: String?
    /// 0…1000, or 0…100 where the request asked for it.
    package var rank: Int64?
    package var backlinks: Int64?
    package var newBacklinks: Int64?
    package var lostBacklinks: Int64?
    package var newReferringDomains: Int64?
    package var lostReferringDomains: Int64?
    package var crawledPages: Int64?
    package var info: HistoryInfo?
    package var internalLinksCount: Int64?
    package var externalLinksCount: Int64?
    package var brokenBacklinks: Int64?
    package var brokenPages: Int64?
    /// Hosts; main domains are registrable domains.
    package var referringDomains: Int64?
    /// Hosts with at least one nofollow link.
    package var referringDomainsNofollow: Int64?
    package var referringMainDomains: Int64?
    package var referringMainDomainsNofollow: Int64?
    package var referringIps: Int64?
    package var referringSubnets: Int64?
    package var referringPages: Int64?
    /// Links by public suffix, without a leading dot.
    package var referringLinksTld: [NamedCount]?
    package var referringLinksTypes: [NamedCount]?
    package var referringLinksAttributes: [NamedCount]?
    package var referringLinksPlatformTypes: [NamedCount]?
    package var referringLinksSemanticLocations: [NamedCount]?
    package var referringLinksCountries: [NamedCount]?
    package var referringPagesNofollow: Int64?

    package init() {}

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a point of history")
        type = try object.text("type")
        date = try object.text("date")
        rank = try object.integer("rank")
        backlinks = try object.integer("backlinks")
        newBacklinks = try object.integer("new_backlinks")
        lostBacklinks = try object.integer("lost_backlinks")
        newReferringDomains = try object.integer("new_referring_domains")
        lostReferringDomains = try object.integer("lost_referring_domains")
        crawledPages = try object.integer("crawled_pages")
        if let value = object.value("info") { info = try HistoryInfo(wire: value) }
        internalLinksCount = try object.integer("internal_links_count")
        externalLinksCount = try object.integer("external_links_count")
        brokenBacklinks = try object.integer("broken_backlinks")
        brokenPages = try object.integer("broken_pages")
        referringDomains = try object.integer("referring_domains")
        referringDomainsNofollow = try object.integer("referring_domains_nofollow")
        referringMainDomains = try object.integer("referring_main_domains")
        referringMainDomainsNofollow = try object.integer("referring_main_domains_nofollow")
        referringIps = try object.integer("referring_ips")
        referringSubnets = try object.integer("referring_subnets")
        referringPages = try object.integer("referring_pages")
        referringLinksTld = try object.counts("referring_links_tld")
        referringLinksTypes = try object.counts("referring_links_types")
        referringLinksAttributes = try object.counts("referring_links_attributes")
        referringLinksPlatformTypes = try object.counts("referring_links_platform_types")
        referringLinksSemanticLocations = try object.counts("referring_links_semantic_locations")
        referringLinksCountries = try object.counts("referring_links_countries")
        referringPagesNofollow = try object.integer("referring_pages_nofollow")
    }

    package var wire: WireValue {
        .object([
            WireMember("type", WireValue(type)),
            WireMember("date", WireValue(date)),
            WireMember("rank", WireValue(rank)),
            WireMember("backlinks", WireValue(backlinks)),
            WireMember("new_backlinks", WireValue(newBacklinks)),
            WireMember("lost_backlinks", WireValue(lostBacklinks)),
            WireMember("new_referring_domains", WireValue(newReferringDomains)),
            WireMember("lost_referring_domains", WireValue(lostReferringDomains)),
            WireMember("crawled_pages", WireValue(crawledPages)),
            WireMember("info", info?.wire ?? .null),
            WireMember("internal_links_count", WireValue(internalLinksCount)),
            WireMember("external_links_count", WireValue(externalLinksCount)),
            WireMember("broken_backlinks", WireValue(brokenBacklinks)),
            WireMember("broken_pages", WireValue(brokenPages)),
            WireMember("referring_domains", WireValue(referringDomains)),
            WireMember("referring_domains_nofollow", WireValue(referringDomainsNofollow)),
            WireMember("referring_main_domains", WireValue(referringMainDomains)),
            WireMember("referring_main_domains_nofollow", WireValue(referringMainDomainsNofollow)),
            WireMember("referring_ips", WireValue(referringIps)),
            WireMember("referring_subnets", WireValue(referringSubnets)),
            WireMember("referring_pages", WireValue(referringPages)),
            WireMember("referring_links_tld", WireValue(referringLinksTld)),
            WireMember("referring_links_types", WireValue(referringLinksTypes)),
            WireMember("referring_links_attributes", WireValue(referringLinksAttributes)),
            WireMember("referring_links_platform_types", WireValue(referringLinksPlatformTypes)),
            WireMember("referring_links_semantic_locations", WireValue(referringLinksSemanticLocations)),
            WireMember("referring_links_countries", WireValue(referringLinksCountries)),
            WireMember("referring_pages_nofollow", WireValue(referringPagesNofollow)),
        ])
    }
}
