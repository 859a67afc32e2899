package enum TargetMode: String, Codable, CaseIterable, Sendable { case domain, host, url }

/// What a question is about: a domain with its subdomains, one host, or one page.
package struct Target: Hashable, Sendable {
    /// As the user wrote it; echoed in answers.
    package let text: String
    package let mode: TargetMode
    /// One or two (a URL without scheme) disjoint, ascending ranges of page keys.
    package let ranges: [KeyRange]

    /// - mode nil: a bare name means domain, literally; an absolute URL means that page.
    /// - mode domain: the name's (or URL's host's) subdomains too; one leading "www." is dropped (contract decision 12),
    ///   unless only a single label would be left (www.com is not all of .com).
    /// - mode host: exactly that host; a URL is reduced to its host.
    /// - mode url: exactly that page; without scheme both http and https.
    ///
    /// Spaces around the text are ignored; names may be international. An IP address has no subdomains: as a domain it
    /// is its host.
    package init(_ text: String, mode: TargetMode? = nil) throws(TargetError) {
        try self.init(text, mode: mode, keepsWWW: mode != .domain)
    }

    /// A target of a coverage: its mode is what an import made of the text, so a domain is taken literally, "www." kept.
    /// Dropping it would claim links that were never fetched.
    package init(covered: CoveredTarget) throws(TargetError) {
        try self.init(covered.target, mode: covered.mode, keepsWWW: true)
    }

    private init(_ text: String, mode: TargetMode?, keepsWWW: Bool) throws(TargetError) {
        let place = try Place(text, mode: mode)
        self.text = text
        switch place {
        case .pages(let keys):
            self.mode = .url
            ranges = keys.map { KeyRange(lower: $0, upper: $0 + [0]) }.sorted { isLess($0.lower.span, $1.lower.span) }
        case .host(let hostKey) where mode == .host:
            self.mode = .host
            ranges = [SortKey.hostRange(of: hostKey)]
        case .host(let hostKey):
            self.mode = .domain
            ranges = [SortKey.domainRange(of: keepsWWW ? hostKey : Target.withoutWWW(hostKey))]
        }
    }

    /// The host key of "www.example.com" as that of "example.com".
    private static func withoutWWW(_ hostKey: [UInt8]) -> [UInt8] {
        guard hostKey.suffix(4).elementsEqual(",www".utf8), hostKey.dropLast(4).contains(UInt8(ascii: ",")) else {
            return hostKey
        }
        return Array(hostKey.dropLast(4))
    }
}

extension Target {
    /// For targets that leave this machine: throws for a user name or password in a URL, which reading a target passes over.
    /// The message doesn't quote them.
    package static func refuseUserInfo(_ text: String) throws(TargetError) {
        let afterScheme = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let authority = afterScheme.prefix { !#"/\?#"#.contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return }
        let host = authority[authority.index(after: at)...]
        throw TargetError(
            text: "", problem: "a target has no user name or password",
            nextStep: "write the address without what stands before the @",
            shownText: "\(text[..<afterScheme.startIndex])…@\(host)")
    }
}

/// What a target's text names, before the mode turns it into ranges.
private enum Place {
    case pages([[UInt8]])
    case host([UInt8])

    init(_ text: String, mode: TargetMode?) throws(TargetError) {
        let bytes = Array(text.utf8)
        let start = bytes.firstIndex { $0 > 0x20 } ?? bytes.count
        let end = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? start
        let trimmed = String(decoding: bytes[start..<end], as: UTF8.self)
        if trimmed.isEmpty {
            throw TargetError(text: text, problem: "it is empty", nextStep: Place.accepted)
        }
        if Place.hasScheme(trimmed) {
            let key = try Place.key(ofURL: trimmed, text: text)
            let hostKey = Array(key[..<SortKey.hostKeyByteCount(key.span)])
            self = mode == nil || mode == .url ? .pages([key]) : .host(hostKey)
        } else if mode == .url {
            self = .pages([
                try Place.key(ofURL: "http://" + trimmed, text: text),
                try Place.key(ofURL: "https://" + trimmed, text: text),
            ])
        } else {
            let name = trimmed.prefix { !#"/\?#"#.contains($0) }
            // What stands before it may be a password, and isn't quoted.
            if let at = name.lastIndex(of: "@") {
                throw TargetError(
                    text: "", problem: "a target has no user name, password or mail address",
                    nextStep: "write what stands after the @: \(shown(String(name[name.index(after: at)...])))",
                    shownText: "…" + name[at...])
            }
            if mode == nil, name.isEmpty {
                throw TargetError(
                    text: text, problem: "no name stands at its beginning",
                    nextStep: "write a name, as example.com, or a page with its scheme, as https://example.com/page")
            }
            if mode == nil, name.endIndex != trimmed.endIndex {
                throw TargetError(
                    text: text, problem: "a page needs its scheme",
                    nextStep: "write https://\(shown(trimmed)) for that page, or \(shown(String(name))) for the domain")
            }
            if name.contains(":"), !(name.hasPrefix("[") && name.hasSuffix("]")) {
                throw TargetError(
                    text: text, problem: "a name stands without a port",
                    nextStep:
                        "write the name alone, or http://\(shown(trimmed)) for a page (an IPv6 address stands in brackets)"
                )
            }
            self = .host(try Place.hostKey(ofName: String(name), text: text))
        }
    }

    private static let accepted = "write a domain (example.com) or a page (https://example.com/page)"

    /// Whether the text starts as an absolute URL does: http: or https:, or another scheme with "://".
    private static func hasScheme(_ text: String) -> Bool {
        let scheme = text.prefix { !#":/\?#"#.contains($0) }
        let rest = text[scheme.endIndex...]
        return rest.hasPrefix("://") || rest.hasPrefix(":") && ["http", "https"].contains(scheme.lowercased())
    }

    private static func key(ofURL url: String, text: String) throws(TargetError) -> [UInt8] {
        var normalizer = URLNormalizer()
        do {
            return try normalizer.key(of: url)
        } catch {
            throw TargetError(text: text, problem: error.rawValue, nextStep: accepted)
        }
    }

    private static func hostKey(ofName name: String, text: String) throws(TargetError) -> [UInt8] {
        var normalizer = URLNormalizer()
        do {
            return SortKey.hostKey(ofHostName: try normalizer.hostName(name))
        } catch {
            throw TargetError(text: text, problem: error.rawValue, nextStep: accepted)
        }
    }
}

extension TargetError {
    /// "target "x.com:80": a name stands without a port; write …"
    fileprivate init(text: String, problem: String, nextStep: String, shownText: String? = nil) {
        self.init(text: text, description: "target \"\(shown(shownText ?? text))\": \(problem); \(nextStep)")
    }
}

/// Text for a message, escaped as in a literal, so that control characters stay out of terminals and logs, and cut.
private func shown(_ text: String) -> String {
    String(String(reflecting: String(text.prefix(200))).dropFirst().dropLast())
}
