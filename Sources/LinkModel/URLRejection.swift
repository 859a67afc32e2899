/// Why a text is not an http(s) URL with a valid host. Raw values name the reason in import reports.
package enum URLRejection: String, Error, CaseIterable, Sendable {
    case empty
    case noScheme = "no scheme"
    case otherScheme = "scheme is not http or https"
    case noHost = "no host"
    case invalidHost = "invalid host"
    case invalidPort = "invalid port"
    case tooLong = "longer than 16,384 bytes"
}
