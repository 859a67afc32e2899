/// Turns URL text into its sort key, by the rules of docs/url-rules.md. Keeps buffers between calls; one for each
/// thread.
package struct URLNormalizer {
    /// Stored in manifests; raised whenever any text's key changes.
    package static let version = 1
    /// Longest text that is read, and longest normalised URL.
    package static let byteCountLimit = 16_384

    /// The text without TAB, LF and CR, where it has any.
    private var cleaned: [UInt8] = []
    /// The host in its plain form, where the text has another one.
    private var host: [UInt8] = []

    package init() {}

    /// Replaces `key` by the sort key of the URL in `text` (UTF-8, or any bytes). O(bytes), and no allocation for plain
    /// ASCII once `key` has the capacity. When it throws, `key` holds nothing of use.
    package mutating func makeKey(of text: Span<UInt8>, into key: inout [UInt8]) throws(URLRejection) {
        key.removeAll(keepingCapacity: true)
        guard text.count <= URLNormalizer.byteCountLimit else { throw .tooLong }
        if PlainURL.appendKey(of: text, to: &key) { return }
        var start = 0
        var end = text.count
        while start < end, text[start] <= 0x20 { start += 1 }
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        let trimmed = text.extracting(start..<end)
        guard trimmed.count > 0 else { throw .empty }
        if hasBreaks(trimmed) {
            // The buffer is taken out of self for the call, because the call changes self.
            var cleaned: [UInt8] = []
            swap(&cleaned, &self.cleaned)
            defer { swap(&cleaned, &self.cleaned) }
            cleaned.removeAll(keepingCapacity: true)
            for index in trimmed.indices where !isBreak(trimmed[index]) { cleaned.append(trimmed[index]) }
            try appendKey(of: cleaned.span, to: &key)
        } else {
            try appendKey(of: trimmed, to: &key)
        }
        // A key is longer than its URL's part after "://" by the ")" and the terminator.
        let schemeByteCount = key[key.count - 1] == SortKey.httpTerminator ? 7 : 8
        guard key.count - 2 + schemeByteCount <= URLNormalizer.byteCountLimit else { throw .tooLong }
    }

    package mutating func key(of text: String) throws(URLRejection) -> [UInt8] {
        var key: [UInt8] = []
        try makeKey(of: text.utf8.span, into: &key)
        return key
    }

    /// Host name text (no scheme, port or path) to its normalised name: lower case, ASCII, no trailing dot. IPv6
    /// addresses stand in brackets.
    package mutating func hostName(_ text: String) throws(URLRejection) -> String {
        guard !text.isEmpty else { throw .noHost }
        var key: [UInt8] = []
        guard HostName.appendKey(ofRaw: text.utf8.span, to: &key, scratch: &host) else { throw .invalidHost }
        return SortKey.hostName(ofHostKey: key.span)
    }

    private mutating func appendKey(of text: Span<UInt8>, to key: inout [UInt8]) throws(URLRejection) {
        let scheme = try Scheme(of: text)
        var index = scheme.byteCount
        // Any number of slashes and backslashes comes before the host, as in browsers.
        while index < text.count, isSlash(text[index]) { index += 1 }

        // The authority, as far as a slash, backslash, "?" or "#"; the last "@" in it ends the user's name and password.
        var hostStart = index
        var hostEnd = -1
        var isPlain = true
        while index < text.count, !endsAuthority(text[index]) {
            let byte = text[index]
            index += 1
            if HostName.isNameByte(byte) || byte == UInt8(ascii: ".") { continue }
            switch byte {
            case UInt8(ascii: "@"):
                hostStart = index
                hostEnd = -1
                isPlain = true
            case UInt8(ascii: ":"):
                if hostEnd < 0, text[hostStart] != UInt8(ascii: "[") { hostEnd = index - 1 }
            case UInt8(ascii: "]"):
                isPlain = false
                if hostEnd < 0, text[hostStart] == UInt8(ascii: "[") { hostEnd = index }
            default: isPlain = false
            }
        }
        let authorityEnd = index
        if hostEnd < 0 { hostEnd = authorityEnd }
        guard hostEnd > hostStart else { throw .noHost }
        let port = try port(in: text.extracting(hostEnd..<authorityEnd))

        let rawHost = text.extracting(hostStart..<hostEnd)
        let isValid =
            isPlain
            ? HostName.appendKey(of: rawHost, to: &key)
            : HostName.appendKey(ofRaw: rawHost, to: &key, scratch: &host)
        guard isValid else { throw .invalidHost }
        key.append(UInt8(ascii: ")"))
        if let port, port != scheme.defaultPort {
            key.append(UInt8(ascii: ":"))
            key.append(contentsOf: String(port).utf8)
        }
        appendPath(text.extracting(authorityEnd..<text.count), to: &key)
        key.append(scheme.terminator)
    }

    /// Path and query, as far as "#".
    private func appendPath(_ rest: Span<UInt8>, to key: inout [UInt8]) {
        var end = 0
        var isPlain = true
        while end < rest.count, rest[end] != UInt8(ascii: "#") {
            if !PlainURL.standsInKey(rest[end]) { isPlain = false }
            end += 1
        }
        if end == 0 || rest[0] == UInt8(ascii: "?") { key.append(UInt8(ascii: "/")) }
        if isPlain {
            append(rest.extracting(0..<end), to: &key)
            return
        }
        var isInQuery = false
        for index in 0..<end {
            let byte = rest[index]
            if byte == UInt8(ascii: "?") { isInQuery = true }
            if byte == UInt8(ascii: "\\") {
                key.append(isInQuery ? byte : UInt8(ascii: "/"))
            } else if PlainURL.standsInKey(byte) {
                key.append(byte)
            } else {
                key.append(UInt8(ascii: "%"))
                key.append(upperHexadecimalDigit(byte >> 4))
                key.append(upperHexadecimalDigit(byte & 0xF))
            }
        }
    }

    /// The number after ":", nil when there is none. `text` is what follows the host in the authority.
    private func port(in text: Span<UInt8>) throws(URLRejection) -> UInt32? {
        guard text.count > 0 else { return nil }
        // After "]" anything but a colon is no port, and no host either.
        guard text[0] == UInt8(ascii: ":") else { throw .invalidHost }
        guard text.count > 1 else { return nil }
        var port: UInt32 = 0
        for index in 1..<text.count {
            guard HostName.isDigit(text[index]) else { throw .invalidPort }
            port = port * 10 + UInt32(text[index] - UInt8(ascii: "0"))
            guard port <= 65_535 else { throw .invalidPort }
        }
        return port
    }
}

/// The scheme at the start of a URL text.
private struct Scheme {
    /// With the colon.
    var byteCount: Int
    var defaultPort: UInt32
    var terminator: UInt8

    init(of text: Span<UInt8>) throws(URLRejection) {
        var index = 0
        while index < text.count, text[index] != UInt8(ascii: ":") {
            // A dot can stand in a scheme, but no registered one has it: "example.com:80" is a name with a port.
            guard Scheme.isSchemeByte(text[index], isFirst: index == 0) else { throw .noScheme }
            index += 1
        }
        guard index > 0, index < text.count else { throw .noScheme }
        let isHTTP =
            index >= 4 && text[0] | 0x20 == UInt8(ascii: "h") && text[1] | 0x20 == UInt8(ascii: "t")
            && text[2] | 0x20 == UInt8(ascii: "t") && text[3] | 0x20 == UInt8(ascii: "p")
        byteCount = index + 1
        if isHTTP, index == 4 {
            defaultPort = 80
            terminator = SortKey.httpTerminator
        } else if isHTTP, index == 5, text[4] | 0x20 == UInt8(ascii: "s") {
            defaultPort = 443
            terminator = SortKey.httpsTerminator
        } else {
            throw .otherScheme
        }
    }

    private static func isSchemeByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): !isFirst
        default: false
        }
    }
}

@inline(__always)
private func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

@inline(__always)
private func endsAuthority(_ byte: UInt8) -> Bool {
    isSlash(byte) || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
}

private func isBreak(_ byte: UInt8) -> Bool { byte == 0x09 || byte == 0x0A || byte == 0x0D }

private func hasBreaks(_ text: Span<UInt8>) -> Bool {
    for index in text.indices where isBreak(text[index]) { return true }
    return false
}

private func upperHexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
}
