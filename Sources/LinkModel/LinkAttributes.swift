/// How a page refers to another one. Raw values are stored: never renumber.
package enum LinkType: UInt8, CaseIterable, Sendable {
    case href = 0
    case redirect = 1
    case canonical = 2
    case frame = 3
    case form = 4
    case other = 5

    /// The name in API rows and CSV files.
    package var name: String { fatalError("stub") }
    package init?(name: some StringProtocol) { fatalError("stub") }
}

/// The yes/no properties of a link. Raw values are stored: never renumber.
package struct LinkFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let nofollow = LinkFlags(rawValue: 1 << 0)
    package static let ugc = LinkFlags(rawValue: 1 << 1)
    package static let sponsored = LinkFlags(rawValue: 1 << 2)
    /// The link holds an image.
    package static let image = LinkFlags(rawValue: 1 << 3)
    /// The input said nothing about rel: counted as dofollow in totals, as "undefined" by the dofollow filter.
    package static let relUnknown = LinkFlags(rawValue: 1 << 4)
}

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

/// What the nodes of a snapshot's graph are.
package enum NodeKind: String, Codable, Sendable {
    /// Pages: URLs. The keys are whole sort keys; hosts and domains exist.
    case page
    /// Host names (Common Crawl host graph). The keys are host keys + ")"; hosts and domains exist, node = host.
    case host
    /// Domain names as the source gives them. Keys as for hosts; node = host = domain (the suffix list isn't asked).
    case domain
    /// Numbers without names. Keys are one byte "0" + digit count, then the decimal digits, so that byte order is
    /// numeric order; there are no hosts and no domains.
    case number
}
