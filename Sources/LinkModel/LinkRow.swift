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

    package init(
        urlFrom: String, urlTo: String, type: LinkType = .href, flags: LinkFlags = [], anchor: String? = nil,
        title: String? = nil, imageSource: String? = nil, firstSeen: Day? = nil, lastVisited: Day? = nil
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
    }
}
