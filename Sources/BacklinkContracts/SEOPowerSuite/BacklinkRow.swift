/// A row of get-backlinks and get-raw-backlinks: one live link. Texts that aren't there are null, as in the document's
/// samples; the rows of get-new-lost-backlinks have "".
package struct BacklinkRow: WireConvertible {
    package var urlFrom: String?
    package var urlTo: String?
    package var title: String?
    package var anchor: String?
    package var alt: String?
    package var nofollow: Bool?
    package var image: Bool?
    package var imageSource: String?
    /// 0…100; negative is unknown.
    package var inlinkRank: Int64?
    package var domainInlinkRank: Int64?
    /// yyyy-mm-dd.
    package var firstSeen: String?
    package var lastVisited: String?
    /// Strata's own: "href", "redirect", … Written only when set.
    package var linkType: String?
    /// Strata's own: those of nofollow, ugc and sponsored that the link has, with spaces between; "" for none, nil when
    /// unknown. Written only when set.
    package var rel: String?

    package init(
        urlFrom: String? = nil, urlTo: String? = nil, title: String? = nil, anchor: String? = nil, alt: String? = nil,
        nofollow: Bool? = nil, image: Bool? = nil, imageSource: String? = nil, inlinkRank: Int64? = nil,
        domainInlinkRank: Int64? = nil, firstSeen: String? = nil, lastVisited: String? = nil, linkType: String? = nil,
        rel: String? = nil
    ) {
        self.urlFrom = urlFrom
        self.urlTo = urlTo
        self.title = title
        self.anchor = anchor
        self.alt = alt
        self.nofollow = nofollow
        self.image = image
        self.imageSource = imageSource
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
        self.firstSeen = firstSeen
        self.lastVisited = lastVisited
        self.linkType = linkType
        self.rel = rel
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a backlink")
        urlFrom = try object.text("url_from")
        urlTo = try object.text("url_to")
        title = try object.text("title")
        anchor = try object.text("anchor")
        alt = try object.text("alt")
        nofollow = try object.flag("nofollow")
        image = try object.flag("image")
        imageSource = try object.text("image_source")
        inlinkRank = try object.integer("inlink_rank")
        domainInlinkRank = try object.integer("domain_inlink_rank")
        firstSeen = try object.text("first_seen")
        lastVisited = try object.text("last_visited")
        linkType = try object.text("link_type")
        rel = try object.text("rel")
    }

    package var wire: WireValue {
        var members = [
            WireMember("url_from", WireValue(urlFrom)),
            WireMember("url_to", WireValue(urlTo)),
            WireMember("title", WireValue(title)),
            WireMember("anchor", WireValue(anchor)),
            WireMember("alt", WireValue(alt)),
            WireMember("nofollow", WireValue(nofollow)),
            WireMember("image", WireValue(image)),
            WireMember("image_source", WireValue(imageSource)),
            WireMember("inlink_rank", WireValue(inlinkRank)),
            WireMember("domain_inlink_rank", WireValue(domainInlinkRank)),
            WireMember("first_seen", WireValue(firstSeen)),
            WireMember("last_visited", WireValue(lastVisited)),
        ]
        if let linkType { members.append(WireMember("link_type", .text(linkType))) }
        if let rel { members.append(WireMember("rel", .text(rel))) }
        return .object(members)
    }
}
