/// How a page refers to another one. Raw values are stored: never renumber.
package enum LinkType: UInt8, CaseIterable, Sendable {
    case href = 0
    case redirect = 1
    case canonical = 2
    case frame = 3
    case form = 4
    case other = 5

    /// The name in API rows and CSV files.
    package var name: String {
        switch self {
        case .href: "href"
        case .redirect: "redirect"
        case .canonical: "canonical"
        case .frame: "frame"
        case .form: "form"
        case .other: "other"
        }
    }

    /// nil for anything but the six names, in lower case.
    package init?(name: some StringProtocol) {
        switch name {
        case "href": self = .href
        case "redirect": self = .redirect
        case "canonical": self = .canonical
        case "frame": self = .frame
        case "form": self = .form
        case "other": self = .other
        default: return nil
        }
    }
}
