/// The rules for the host of a URL: which names are valid, and how they become host keys.
enum HostName {
    static let byteCountLimit = 253
    static let labelByteCountLimit = 63

    /// Appends the host key of a name that is in ASCII, lower case and percent-decoded: the labels in reverse, joined
    /// by commas; for a name that ends in a number, the IPv4 address that it stands for, as dotted decimal. One
    /// trailing dot is dropped. False, with `key` in an unspecified state, when it isn't a valid host.
    static func appendKey(of name: Span<UInt8>, to key: inout [UInt8]) -> Bool {
        var end = name.count
        if end > 0, name[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard end <= byteCountLimit else { return false }
        var isLastLabel = true
        while true {
            var start = end
            while start > 0, name[start - 1] != UInt8(ascii: ".") {
                guard isNameByte(name[start - 1]) else { return false }
                start -= 1
            }
            let label = name.extracting(start..<end)
            guard (1...labelByteCountLimit).contains(label.count) else { return false }
            if isLastLabel, isDigit(label[0]), IPAddress.endsInNumber(label) {
                guard let address = IPAddress.parseIPv4(name.extracting(0..<end)) else { return false }
                IPAddress.appendIPv4(address, to: &key)
                return true
            }
            isLastLabel = false
            append(label, to: &key)
            guard start > 0 else { return true }
            key.append(UInt8(ascii: ","))
            end = start - 1
        }
    }

    /// Appends the key of a host as it stands in a URL, whatever its form: percent-encoded, any case, not ASCII, an
    /// IPv6 address in brackets. `scratch` is overwritten. False as above.
    static func appendKey(ofRaw host: Span<UInt8>, to key: inout [UInt8], scratch: inout [UInt8]) -> Bool {
        if host.count > 0, host[0] == UInt8(ascii: "[") {
            guard host.count > 2, host[host.count - 1] == UInt8(ascii: "]"),
                let groups = IPAddress.parseIPv6(host.extracting(1..<host.count - 1))
            else { return false }
            IPAddress.appendIPv6(groups, to: &key)
            return true
        }
        scratch.removeAll(keepingCapacity: true)
        var isASCII = true
        var index = 0
        while index < host.count {
            var byte = host[index]
            index += 1
            if byte == UInt8(ascii: "%"), index + 1 < host.count, let high = hexadecimalDigit(host[index]),
                let low = hexadecimalDigit(host[index + 1])
            {
                byte = high << 4 | low
                index += 2
            }
            if byte >= 0x80 { isASCII = false }
            scratch.append(byte)
        }
        if !isASCII {
            guard let ascii = IDNA.asciiName(of: scratch) else { return false }
            scratch = ascii
        }
        for index in scratch.indices { scratch[index] = lowercased(scratch[index]) }
        return appendKey(of: scratch.span, to: &key)
    }

    /// a–z 0–9 _ -
    @inline(__always)
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Appends all bytes at once: several times faster than one by one.
///
/// Safety: they are copied within the closure.
@inline(__always)
func append(_ bytes: Span<UInt8>, to array: inout [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
}
