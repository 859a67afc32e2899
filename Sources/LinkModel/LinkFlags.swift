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
