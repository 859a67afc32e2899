import LinkModel

/// What the words of a link type column mean.
struct LinkTypeNames: Sendable {
    enum Meaning: Hashable, Sendable {
        case link(LinkType)
        /// A link that holds an image.
        case imageLink
        /// Something that a page loads, such as a style sheet: not a link.
        case resource
        /// The URL stands in the text, without a link.
        case mention
    }

    /// Lower-case words without spaces, "_" and "-".
    let meanings: [String: Meaning]
    /// For words that aren't listed.
    let others: Meaning

    /// Backlink services: each row is a link of some type.
    static let links = LinkTypeNames(
        meanings: [
            "": .link(.href), "href": .link(.href), "text": .link(.href), "textlink": .link(.href),
            "link": .link(.href), "hyperlink": .link(.href), "anchor": .link(.href), "a": .link(.href),
            "image": .imageLink, "img": .imageLink, "imagelink": .imageLink,
            "redirect": .link(.redirect), "permanentredirect": .link(.redirect), "301": .link(.redirect),
            "302": .link(.redirect), "303": .link(.redirect), "307": .link(.redirect), "308": .link(.redirect),
            "metarefresh": .link(.redirect), "refresh": .link(.redirect),
            "canonical": .link(.canonical),
            "frame": .link(.frame), "iframe": .link(.frame),
            "form": .link(.form),
            "other": .link(.other), "rss": .link(.other), "alternate": .link(.other), "hreflang": .link(.other),
            "mention": .mention,
        ],
        others: .link(.other))

    /// Crawlers list everything that a page refers to; what a page loads isn't a link.
    static let screamingFrog = LinkTypeNames(
        meanings: [
            "hyperlink": .link(.href), "href": .link(.href), "ahref": .link(.href), "sitemap": .link(.other),
            "canonical": .link(.canonical), "htmlcanonical": .link(.canonical), "httpcanonical": .link(.canonical),
            "redirect": .link(.redirect), "httpredirect": .link(.redirect), "hstspolicy": .link(.redirect),
            "javascriptredirect": .link(.redirect), "metarefresh": .link(.redirect),
            "htmlmetarefresh": .link(.redirect),
            "httprefresh": .link(.redirect), "iframe": .link(.frame), "frame": .link(.frame), "form": .link(.form),
            "hreflang": .link(.other), "htmlhreflang": .link(.other), "httphreflang": .link(.other),
            "relnext": .link(.other), "relprev": .link(.other), "htmlnext": .link(.other), "htmlprev": .link(.other),
            "httpnext": .link(.other), "httpprev": .link(.other), "amp": .link(.other),
            "mobilealternate": .link(.other),
        ],
        others: .resource)

    func meaning(of word: String) -> (meaning: Meaning, isKnown: Bool) {
        guard let meaning = meanings[HeaderProfile.normalise(word)] else { return (others, others == .resource) }
        return (meaning, true)
    }
}
