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
