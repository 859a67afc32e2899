/// Why a text is not an http(s) URL with a valid host. Raw values name the reason in import reports.
package enum URLRejection: String, Error, CaseIterable, Sendable {
    case empty, noScheme = "no scheme", otherScheme = "scheme is not http or https", noHost = "no host"
    case invalidHost = "invalid host", invalidPort = "invalid port", tooLong = "longer than 16,384 bytes"
}

/// Turns URL text into its sort key. Keeps buffers between calls; one for each thread.
package struct URLNormalizer {
    /// Stored in manifests; raised whenever any text's key changes.
    package static let version = 1
    package init() {}
    /// Replaces `key` by the sort key of the URL in `text` (UTF-8, or any bytes).
    package mutating func makeKey(of text: Span<UInt8>, into key: inout [UInt8]) throws(URLRejection) {
        fatalError("stub")
    }
    package mutating func key(of text: String) throws(URLRejection) -> [UInt8] { fatalError("stub") }
    /// Host name text (no scheme, port or path) to its normalised name: lower case, ASCII, no trailing dot.
    package mutating func hostName(_ text: String) throws(URLRejection) -> String { fatalError("stub") }
}
