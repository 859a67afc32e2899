/// How the header line of one kind of export reads. All of them are in `HeaderProfile.known`; docs/import.md shows
/// the table to users.
struct HeaderProfile: Sendable {
    /// "Ahrefs backlinks export"
    let name: String
    /// Headers that all must be there for the profile to match.
    let signature: [String]
    /// The headers of a role. Of several that are there, yes/no roles and `lost` hold when one of them does; else
    /// the first one counts.
    let columns: [(role: ColumnRole, headers: [String])]
    var linkTypes = LinkTypeNames.links
    /// Flags are marked by some sign and are empty when not set.
    var anyTextIsTrue = false
    /// An alternative text beside a link says that the link holds an image.
    var alternativeTextMeansImage = false
    /// Set when the export has no link rows: what to export instead.
    var adviceWithoutLinks: String?

    /// Header names are compared without case, spaces, "_" and "-".
    static func normalise(_ header: String) -> String {
        String(header.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" })
    }

    static func isSame(_ theirs: String, _ ours: String) -> Bool { normalise(theirs) == normalise(ours) }

    /// The first profile whose signature is among the headers.
    static func matching(_ headers: [String]) -> HeaderProfile? {
        let names = Set(headers.map(normalise))
        return known.first { profile in profile.signature.allSatisfy { names.contains(normalise($0)) } }
    }

    /// Ordered: the more particular signature first.
    static let known: [HeaderProfile] = [
        HeaderProfile(
            name: "Ahrefs API v3 backlinks",
            signature: ["url_from", "url_to", "first_seen_link"],
            columns: ahrefsAPIColumns),
        HeaderProfile(
            name: "Ahrefs API v3 backlinks",
            signature: ["url_from", "url_to", "is_dofollow"],
            columns: ahrefsAPIColumns),
        HeaderProfile(
            name: "Ahrefs API v3 backlinks",
            signature: ["url_from", "url_to", "is_nofollow"],
            columns: ahrefsAPIColumns),
        ownNames,
        HeaderProfile(
            name: "Ahrefs backlinks export",
            signature: ["Referring page URL", "Target URL"],
            columns: [
                (.urlFrom, ["Referring page URL"]), (.urlTo, ["Target URL"]), (.title, ["Referring page title"]),
                (.anchor, ["Anchor"]), (.linkType, ["Type"]), (.nofollow, ["Nofollow"]), (.ugc, ["UGC"]),
                (.sponsored, ["Sponsored"]), (.firstSeen, ["First seen"]), (.lastVisited, ["Last seen"]),
                (.lost, ["Lost status", "Drop reason", "Lost"]),
            ]),
        HeaderProfile(
            name: "Ahrefs link intersect",
            signature: ["Referring page URL", "Intersect"],
            columns: [],
            adviceWithoutLinks: "it names no target pages; export Site Explorer > Backlinks instead"),
        HeaderProfile(
            name: "Majestic backlinks export",
            signature: ["SourceURL", "TargetURL", "AnchorText", "SourceTrustFlow"],
            columns: [
                (.urlFrom, ["SourceURL"]), (.urlTo, ["TargetURL"]), (.anchor, ["AnchorText"]),
                (.linkType, ["LinkType"]), (.nofollow, ["FlagNoFollow"]),
                (.image, ["FlagImages", "FlagImageLink", "FlagAltText"]), (.redirect, ["FlagRedirect"]),
                (.frame, ["FlagFrame"]), (.mention, ["FlagMention"]),
                (.firstSeen, ["FirstIndexedDate", "LinkFirstIndexedDate", "SourceFirstFoundDate"]),
                (.lastVisited, ["LastSeenDate", "LinkLastSeenDate", "SourceCrawlDate"]),
                (.lost, ["FlagDeleted", "DateLost", "ReasonLost"]),
            ],
            anyTextIsTrue: true),
        HeaderProfile(
            name: "Moz inbound links export",
            signature: ["URL", "Target URL", "Anchor Text"],
            columns: [
                (.urlFrom, ["URL"]), (.urlTo, ["Target URL"]), (.title, ["Title"]), (.anchor, ["Anchor Text"]),
                (.nofollow, ["Only rel=nofollow"]), (.redirect, ["301"]),
            ]),
        HeaderProfile(
            name: "Semrush backlinks export",
            signature: ["Source url", "Target url", "Anchor", "Nofollow"],
            columns: semrushColumns),
        HeaderProfile(
            name: "Semrush API backlinks report",
            signature: ["source_url", "target_url"],
            columns: semrushColumns),
        HeaderProfile(
            name: "Google Search Console latest links",
            signature: ["Linking page"],
            columns: [(.urlFrom, ["Linking page"]), (.lastVisited, ["Last crawled"])]),
        HeaderProfile(
            name: "Google Search Console top linking sites",
            signature: ["Site", "Linking pages"],
            columns: [],
            adviceWithoutLinks:
                "it has counts, not links; export Links > Latest links instead, and import that with --target URL"),
        HeaderProfile(
            name: "Google Search Console top linked pages",
            signature: ["Target page", "Incoming links"],
            columns: [],
            adviceWithoutLinks:
                "it has counts, not links; export Links > Latest links instead, and import that with --target URL"),
        HeaderProfile(
            name: "Screaming Frog all inlinks",
            signature: ["Type", "Source", "Destination"],
            columns: [
                (.urlFrom, ["Source"]), (.urlTo, ["Destination"]), (.linkType, ["Type"]), (.anchor, ["Anchor"]),
                (.alt, ["Alt Text"]), (.follow, ["Follow"]), (.rel, ["Rel"]),
            ],
            linkTypes: .screamingFrog,
            alternativeTextMeansImage: true),
    ]

    /// Our own column names, the names of SEO PowerSuite's API rows and the labels of its screens.
    static let ownNames = HeaderProfile(
        name: "link rows by our own column names (as SEO PowerSuite and SE Ranking have them)",
        signature: ["url_from", "url_to"],
        columns: ColumnRole.allCases.map { role in
            switch role {
            case .anchor: (role, [role.rawValue, "Anchor Text"])
            default: (role, [role.rawValue])
            }
        })

    private static let ahrefsAPIColumns: [(role: ColumnRole, headers: [String])] = [
        (.urlFrom, ["url_from"]), (.urlTo, ["url_to"]), (.title, ["title"]), (.anchor, ["anchor"]),
        (.linkType, ["link_type"]), (.nofollow, ["is_nofollow"]), (.follow, ["is_dofollow"]), (.ugc, ["is_ugc"]),
        (.sponsored, ["is_sponsored"]), (.firstSeen, ["first_seen_link", "first_seen"]),
        (.lastVisited, ["last_visited", "last_seen"]), (.lost, ["lost_reason", "drop_reason"]),
    ]

    private static let semrushColumns: [(role: ColumnRole, headers: [String])] = [
        (.urlFrom, ["source_url"]), (.urlTo, ["target_url"]), (.title, ["source_title"]), (.anchor, ["anchor"]),
        (.linkType, ["type"]), (.nofollow, ["nofollow"]), (.sponsored, ["sponsored"]), (.ugc, ["ugc"]),
        (.frame, ["frame"]), (.form, ["form"]), (.image, ["image"]), (.firstSeen, ["first_seen"]),
        (.lastVisited, ["last_seen"]), (.lost, ["lost link"]),
    ]
}
