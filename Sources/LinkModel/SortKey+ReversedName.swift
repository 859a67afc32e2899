// Names as the host and domain graphs of Common Crawl have them: labels in reverse, joined by dots.
extension SortKey {
    /// Replaces `key` by the node key of a host or domain graph ("com,example,www)") for a reversed name
    /// ("com.example.www"). Lenient: names that no URL may have (long or empty labels, odd characters) are kept, so that
    /// a graph loses no node; capitals become small, and a name that isn't ASCII takes its IDNA form. An IPv4 address
    /// stands reversed like any name ("1.2.0.192" is 192.0.2.1).
    ///
    /// False, with nothing of use in `key`, for names that can't be keyed: empty, longer than 1,024 bytes, with bytes
    /// ≤ 0x2C (controls, space, `!"#$%&'()*+,`) or any of `/:<>?@[\]` and DEL, not valid as an international name, or ending in a number without being an
    /// IPv4 address.
    package static func key(ofReversedName name: Span<UInt8>, into key: inout [UInt8]) -> Bool {
        key.removeAll(keepingCapacity: true)
        guard name.count > 0, name.count <= IDNA.nameByteCountLimit else { return false }
        var isASCII = true
        for index in name.indices {
            let byte = name[index]
            guard canStandInReversedName(byte) else { return false }
            if byte >= 0x80 { isASCII = false }
            key.append(byte == UInt8(ascii: ".") ? UInt8(ascii: ",") : HostName.lowercased(byte))
        }
        if !isASCII {
            var forwardName: [UInt8] = []
            appendReversed(name, from: UInt8(ascii: "."), to: UInt8(ascii: "."), into: &forwardName)
            guard let ascii = IDNA.asciiName(of: forwardName), HostName.appendKey(of: ascii.span, replacing: &key)
            else { return false }
        } else if startsWithNumber(key.span) {
            var address: [UInt8] = []
            appendReversed(key.span, from: UInt8(ascii: ","), to: UInt8(ascii: "."), into: &address)
            guard HostName.appendKey(of: address.span, replacing: &key) else { return false }
        }
        key.append(UInt8(ascii: ")"))
        return true
    }

    /// Whether the first label, which is the name's last one, is all digits.
    private static func startsWithNumber(_ key: Span<UInt8>) -> Bool {
        var index = 0
        while index < key.count, HostName.isDigit(key[index]) { index += 1 }
        return index > 0 && (index == key.count || key[index] == UInt8(ascii: ","))
    }

    /// Bytes up to "," would break the order of keys: those below ")" put "com,a!b)" before "com,a)", though the host
    /// key "com,a" is the lesser one; "*" and "+" stand between ")" and "," inside a domain's range. The others end a
    /// host in a URL.
    private static func canStandInReversedName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...UInt8(ascii: ","), 0x7F, UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "\\"), UInt8(ascii: "]"):
            false
        default: true
        }
    }
}

extension HostName {
    fileprivate static func appendKey(of name: Span<UInt8>, replacing key: inout [UInt8]) -> Bool {
        key.removeAll(keepingCapacity: true)
        return appendKey(of: name, to: &key)
    }
}
