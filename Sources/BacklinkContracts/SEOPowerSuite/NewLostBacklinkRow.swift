/// A row of get-new-lost-backlinks: a link that was found or lost on a day. Texts that aren't there are written as "",
/// as in the document's sample; the rows of get-backlinks have null.
package struct NewLostBacklinkRow: WireConvertible {
    /// yyyy-mm-dd.
    package var newLostDate: String?
    /// "new" or "lost".
    package var newLostType: String?
    package var urlFrom: String?
    package var urlTo: String?
    package var title: String?
    package var anchor: String?
    package var alt: String?
    /// "href" or "redirect".
    package var linkType: String?
    package var nofollow: Bool?
    package var image: Bool?
    package var imageSource: String?
    package var reasonLost: String?
    package var inlinkRank: Int64?
    package var domainInlinkRank: Int64?
    package var firstSeen: String?

    package init(
        newLostDate: String? = nil, newLostType: String? = nil, urlFrom: String? = nil, urlTo: String? = nil,
        title: String? = nil, anchor: String? = nil, alt: String? = nil, linkType: String? = nil,
        nofollow: Bool? = nil, image: Bool? = nil, imageSource: String? = nil, reasonLost: String? = nil,
        inlinkRank: Int64? = nil, domainInlinkRank: Int64? = nil, firstSeen: String? = nil
    ) {
        self.newLostDate = newLostDate
        self.newLostType = newLostType
        self.urlFrom = urlFrom
        self.urlTo = urlTo
        self.title = title
        self.anchor = anchor
        self.alt = alt
        self.linkType = linkType
        self.nofollow = nofollow
        self.image = image
        self.imageSource = imageSource
        self.reasonLost = reasonLost
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
        self.firstSeen = firstSeen
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a row of get-new-lost-backlinks")
        newLostDate = try object.text("new_lost_date")
        newLostType = try object.text("new_lost_type")
        urlFrom = try object.text("url_from")
        urlTo = try object.text("url_to")
        title = try object.text("title")
        anchor = try object.text("anchor")
        alt = try object.text("alt")
        linkType = try object.text("link_type")
        nofollow = try object.flag("nofollow")
        image = try object.flag("image")
        imageSource = try object.text("image_source")
        reasonLost = try object.text("reason_lost")
        inlinkRank = try object.integer("inlink_rank")
        domainInlinkRank = try object.integer("domain_inlink_rank")
        firstSeen = try object.text("first_seen")
    }

    package var wire: WireValue {
        .object([
            WireMember("new_lost_date", .text(newLostDate ?? "")),
            WireMember("new_lost_type", .text(newLostType ?? "")),
            WireMember("url_from", .text(urlFrom ?? "")),
            WireMember("url_to", .text(urlTo ?? "")),
            WireMember("title", .text(title ?? "")),
            WireMember("anchor", .text(anchor ?? "")),
            WireMember("alt", .text(alt ?? "")),
            WireMember("link_type", .text(linkType ?? "")),
            WireMember("nofollow", WireValue(nofollow)),
            WireMember("image", WireValue(image)),
            WireMember("image_source", .text(imageSource ?? "")),
            WireMember("reason_lost", .text(reasonLost ?? "")),
            WireMember("inlink_rank", WireValue(inlinkRank)),
            WireMember("domain_inlink_rank", WireValue(domainInlinkRank)),
            WireMember("first_seen", .text(firstSeen ?? "")),
        ])
    }
}
