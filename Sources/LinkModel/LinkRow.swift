/// One link with its texts, as it is read from a store or built in a test. URLs are normalised.
package struct LinkRow: Hashable, Sendable {
    package var urlFrom: String
    package var urlTo: String
    package var type: LinkType
    package var flags: LinkFlags
    /// nil: the input said nothing about the anchor. "" is a known, empty anchor.
    package var anchor: String?
    package var title: String?
    package var imageSource: String?
    package var firstSeen: Day?
    package var lastVisited: Day?
    /// What the provider of the row says of url_from and of its registrable domain: 0 … 100; nil when it didn't say. Our own
    /// ranks are computed.
    package var inlinkRank: Int?
    package var domainInlinkRank: Int?

    package init(
        urlFrom: String, urlTo: String, type: LinkType = .href, flags: LinkFlags = [], anchor: String? = nil,
        title: String? = nil, imageSource: String? = nil, firstSeen: Day? = nil, lastVisited: Day? = nil,
        inlinkRank: Int? = nil, domainInlinkRank: Int? = nil
    ) {
        self.urlFrom = urlFrom
        self.urlTo = urlTo
        self.type = type
        self.flags = flags
        self.anchor = anchor
        self.title = title
        self.imageSource = imageSource
        self.firstSeen = firstSeen
        self.lastVisited = lastVisited
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
    }
}
