/// The sort key of a URL: `hostkey` `)` [`:port`] path [`?query`] terminator, where hostkey is the host's labels in
/// reverse joined by commas (an IP address stays as it is), and the terminator is TAB (http) or SPACE (https).
/// No byte of host, path or query is below "!", so bytewise order puts a URL before its extensions, and all
/// pages of a host, of a domain with its subdomains, or under a path are one contiguous range.
package enum SortKey {
    /// The URL that the key stands for. For keys that are only a host key + ")" (host graphs): the host name. For
    /// number keys: the number.
    package static func text(of key: Span<UInt8>, kind: NodeKind = .page) -> String { fatalError("stub") }
    /// Bytes of the host key at the start of a page key (the index of ")").
    package static func hostKeyByteCount(_ key: Span<UInt8>) -> Int { fatalError("stub") }
    /// "com,example,blog" → "blog.example.com".
    package static func hostName(ofHostKey key: Span<UInt8>) -> String { fatalError("stub") }
    /// "blog.example.com" (normalised) → "com,example,blog".
    package static func hostKey(ofHostName name: String) -> [UInt8] { fatalError("stub") }
    /// 123 → "3" "123" (see NodeKind.number).
    package static func key(ofNumber number: UInt64) -> [UInt8] { fatalError("stub") }
}

/// A half-open range of sort keys in bytewise order: lower ≤ key < upper.
package struct KeyRange: Hashable, Sendable {
    package let lower: [UInt8]
    package let upper: [UInt8]
    package init(lower: [UInt8], upper: [UInt8]) {
        self.lower = lower
        self.upper = upper
    }
    package func contains(_ key: Span<UInt8>) -> Bool { fatalError("stub") }
}

/// Bytewise order, shorter first.
package func isLess(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool { fatalError("stub") }
