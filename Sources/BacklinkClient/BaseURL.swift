/// Where a provider listens: "https://host[:port][/path]". Read more strictly than browsers do, so that no two programs
/// can disagree on whose address it is.
package struct BaseURL: Hashable, Sendable {
    let scheme: String
    /// Lower case; an IPv6 address with its brackets.
    let host: String
    let port: Int
    /// Begins with "/", or is empty.
    let pathAndQuery: String

    /// nil when it is anything else: other schemes, a name or password, signs beyond ASCII, spaces, backslashes.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        guard let separator = text.firstRange(of: "://") else { return nil }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }
        let rest = text[separator.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        pathAndQuery = String(rest[authority.endIndex...])
        guard !pathAndQuery.hasPrefix("?") else { return nil }
        var hostEnd = authority.endIndex
        if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
            hostEnd = authority.index(after: bracket)
            let address = authority[authority.index(after: authority.startIndex)..<bracket]
            guard !address.isEmpty, address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            hostEnd = colon
        }
        host = authority[..<hostEnd].lowercased()
        guard
            host.hasPrefix("[")
                || !host.isEmpty && host.utf8.allSatisfy({ BaseURL.isHostByte($0) })
        else { return nil }
        let tail = authority[hostEnd...]
        if tail.isEmpty {
            port = scheme == "https" ? 443 : 80
        } else {
            let digits = tail.dropFirst()
            guard tail.hasPrefix(":"), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
                (1...65535).contains(port)
            else { return nil }
            self.port = port
        }
    }

    /// What is wrong with a base URL that can't be read, in one sentence; nothing of it but the port is quoted.
    static func fault(of text: String) -> String {
        if text.contains("#") { return "The base URL has a fragment (#…), which is never sent." }
        let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let authority = rest.prefix { !"/?#".contains($0) }
        if authority.contains("@") { return "The base URL has a user name or a password." }
        let name = authority.lastIndex(of: "]").map { authority[authority.index(after: $0)...] } ?? authority
        if let colon = name.lastIndex(of: ":") {
            let port = name[name.index(after: colon)...]
            if !port.isEmpty, port.allSatisfy({ $0.isASCII && $0.isNumber }),
                !(Int(port).map { (1...65535).contains($0) } ?? false)
            {
                return "The base URL's port \(port.prefix(20)) is out of range: ports are 1 to 65535."
            }
        }
        if rest.contains("?") { return "The base URL has a query (?…)." }
        return "The base URL is not https://host[:port][/path]."
    }

    /// "https://host:port", the port always: equal for equal origins (RFC 6454).
    var origin: String { "\(scheme)://\(host):\(port)" }

    /// Whether it is an address of this machine by its own text: no name service is asked.
    package var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.allSatisfy(\.isNumber) && UInt8($0) != nil }
    }

    private var site: String {
        "\(scheme)://\(host)" + (port == (scheme == "https" ? 443 : 80) ? "" : ":\(port)")
    }

    /// The address itself: path and query sign for sign.
    var asGiven: String { site + pathAndQuery }

    /// A command's address: path "/v3/…" after the base's own path.
    func url(_ path: String, query: [(String, String)] = []) -> String {
        var text = site
        text += pathAndQuery.hasSuffix("/") ? pathAndQuery.dropLast() : pathAndQuery[...]
        text += path
        for (index, pair) in query.enumerated() {
            text += (index == 0 ? "?" : "&") + BaseURL.escaped(pair.0) + "=" + BaseURL.escaped(pair.1)
        }
        return text
    }

    /// Percent-encoded, all but RFC 3986's unreserved signs.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isHostByte(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Letters, digits, "-" and ".".
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
