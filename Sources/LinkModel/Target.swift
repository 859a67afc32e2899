package enum TargetMode: String, Codable, CaseIterable, Sendable { case domain, host, url }

/// What a question is about: a domain with its subdomains, one host, or one page.
package struct Target: Hashable, Sendable {
    /// As the user wrote it; echoed in answers.
    package let text: String
    package let mode: TargetMode
    /// One or two (a URL without scheme) disjoint, ascending ranges of page keys.
    package let ranges: [KeyRange]

    /// - mode nil: a bare name means domain, literally; an absolute URL means that page.
    /// - mode domain: the name's (or URL's host's) subdomains too; one leading "www." is dropped (contract decision 12).
    /// - mode host: exactly that host; a URL is reduced to its host.
    /// - mode url: exactly that page; without scheme both http and https.
    package init(_ text: String, mode: TargetMode? = nil) throws(TargetError) { fatalError("stub") }
}

/// A target that can't be understood: `description` quotes it and says what is accepted.
package struct TargetError: Error, Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package let description: String
}
