/// The sort key of a URL: `hostkey` `)` [`:port`] path [`?query`] terminator, where hostkey is the host's labels in
/// reverse joined by commas (an IP address stays as it is), and the terminator is TAB (http) or SPACE (https).
/// No byte of host, path or query is below "!", so bytewise order puts a URL before its extensions, and all
/// pages of a host, of a domain with its subdomains, or under a path are one contiguous range.
package enum SortKey {
    static let httpTerminator: UInt8 = 0x09
    static let httpsTerminator: UInt8 = 0x20

    /// Bytes of the host key at the start of a page key (the index of ")"). For a key without ")": all its bytes.
    package static func hostKeyByteCount(_ key: Span<UInt8>) -> Int {
        var index = 0
        while index < key.count, key[index] != UInt8(ascii: ")") { index += 1 }
        return index
    }

    /// "blog.example.com" (normalised) → "com,example,blog". An IP address is returned as it is.
    package static func hostKey(ofHostName name: String) -> [UInt8] {
        let name = name.utf8.span
        var key: [UInt8] = []
        key.reserveCapacity(name.count)
        if isIPAddress(name) {
            append(name, to: &key)
        } else {
            appendReversed(name, from: UInt8(ascii: "."), to: UInt8(ascii: ","), into: &key)
        }
        return key
    }

    /// 123 → "3" "123" (see NodeKind.number).
    package static func key(ofNumber number: UInt64) -> [UInt8] {
        let digits = String(number).utf8
        return [UInt8(ascii: "0") + UInt8(digits.count)] + Array(digits)
    }

    /// The pages of one host.
    package static func hostRange(of hostKey: [UInt8]) -> KeyRange {
        KeyRange(lower: hostKey + [UInt8(ascii: ")")], upper: hostKey + [UInt8(ascii: ")") + 1])
    }

    /// The pages of a host and of all its subdomains: what follows the host key in their keys is ")" or ",", and no
    /// name has a byte between these or "-" right after. An IP address has no subdomains.
    package static func domainRange(of hostKey: [UInt8]) -> KeyRange {
        guard !isIPAddress(hostKey.span) else { return hostRange(of: hostKey) }
        return KeyRange(lower: hostKey + [UInt8(ascii: ")")], upper: hostKey + [UInt8(ascii: ",") + 1])
    }

    /// Whether a normalised host name, or a host key, is an IP address: it has brackets, or its last label is a number.
    static func isIPAddress(_ name: Span<UInt8>) -> Bool {
        guard name.count > 0 else { return false }
        if name[0] == UInt8(ascii: "[") { return true }
        var index = name.count
        while index > 0, HostName.isDigit(name[index - 1]) { index -= 1 }
        return index < name.count && (index == 0 || name[index - 1] == UInt8(ascii: "."))
    }

    /// Appends the labels of `text` in reverse. A text without separators, as an IP address in a host key is, comes
    /// out as it is.
    static func appendReversed(
        _ text: Span<UInt8>, from separator: UInt8, to newSeparator: UInt8, into bytes: inout [UInt8]
    ) {
        var end = text.count
        while true {
            var start = end
            while start > 0, text[start - 1] != separator { start -= 1 }
            append(text.extracting(start..<end), to: &bytes)
            guard start > 0 else { return }
            bytes.append(newSeparator)
            end = start - 1
        }
    }
}
