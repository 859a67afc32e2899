import LinkModel
package import SnapshotStore

/// As get-inlink-rank: rounded scores; −1 when the page or domain is not in the graph.
package struct InlinkRanks: Hashable, Sendable {
    package var url: String
    package var inlinkRank: Int
    package var domainInlinkRank: Int
    package init(url: String, inlinkRank: Int, domainInlinkRank: Int) {
        self.url = url
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
    }
}

extension Engine {
    /// The ranks of each page and of its host's registrable domain, in the order given.
    ///
    /// A text without scheme means the https page, or else the http page; a bare host name means its home page `/`.
    /// In host and domain graphs the node is the URL's host. The domain is known when the snapshot holds any of its
    /// pages, even if it doesn't hold this page.
    /// - Throws: `EngineError.usage` for a text that is no URL; `.notInThisSnapshot` for graphs without host names.
    package func inlinkRanks(_ snapshot: Snapshot, urls: [String]) throws -> [InlinkRanks] {
        try snapshot.requireHostNames()
        var normalizer = URLNormalizer()
        let keys = try urls.map { try pageKeys(of: $0, &normalizer) }
        let ranks = try RankLookup(self, snapshot)
        return try zip(urls, keys).map { url, keys in
            let page = try snapshot.node(ofPageKeys: keys)
            let domain = try snapshot.domain(ofHostKey: hostKey(ofPageKey: keys[0]))
            return InlinkRanks(
                url: url, inlinkRank: try page.map { try ranks.inlinkRank(ofPage: UInt32($0)) } ?? -1,
                domainInlinkRank: try domain.map { try ranks.domainInlinkRank(ofDomain: UInt32($0)) } ?? -1)
        }
    }

    /// One key for a URL, two (https, then http) for a text without scheme.
    private func pageKeys(of url: String, _ normalizer: inout URLNormalizer) throws -> [[UInt8]] {
        do {
            if !url.contains("://") {
                return [try normalizer.key(of: "https://" + url), try normalizer.key(of: "http://" + url)]
            }
            return [try normalizer.key(of: url)]
        } catch {
            throw EngineError(
                .usage, "\"\(url)\" is not a URL: \(error.rawValue). Give one like https://example.com/page.")
        }
    }
}

extension Snapshot {
    /// The first of the pages that is a node; in host and domain graphs the node of their host.
    fileprivate func node(ofPageKeys keys: [[UInt8]]) throws -> Int? {
        for key in keys {
            if let page = nodeKind == .page ? try pages.index(of: key) : try hosts.index(of: hostKey(ofPageKey: key)) {
                return page
            }
        }
        return nil
    }

    /// The registrable domain of a host, known when the snapshot holds any page of it.
    func domain(ofHostKey hostKey: [UInt8]) throws -> Int? {
        if let host = try hosts.index(of: hostKey) { return Int(try hostDomains()[host]) }
        if nodeKind == .domain { return nil }
        let name = SortKey.hostName(ofHostKey: hostKey.span)
        let registrable = PublicSuffixList.bundled.registrableDomain(ofHost: name)
        return try domains.index(of: SortKey.hostKey(ofHostName: registrable))
    }
}

/// The host key at the start of a page key.
func hostKey(ofPageKey key: [UInt8]) -> [UInt8] {
    Array(key[..<SortKey.hostKeyByteCount(key.span)])
}
