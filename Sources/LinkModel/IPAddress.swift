/// Numeric hosts in the one form that is kept: IPv4 as dotted decimal, IPv6 by RFC 5952.
package enum IPAddress {
    /// Whether a host name ends in a number, and so must be an IPv4 address (WHATWG URL, "ends in a number checker"):
    /// its last label is all digits, or 0x and hexadecimal digits.
    static func endsInNumber(_ lastLabel: Span<UInt8>) -> Bool {
        guard lastLabel.count > 0 else { return false }
        var allDigits = true
        for index in lastLabel.indices where !(0x30...0x39).contains(lastLabel[index]) { allDigits = false }
        return allDigits || number(lastLabel) != nil
    }

    /// Parses the forms that browsers take: one to four parts, each decimal, octal (0…) or hexadecimal (0x…), the last
    /// part filling all bytes that are left: 127.1, 0x7f000001, 0300.0250.1. nil when it isn't an address.
    static func parseIPv4(_ text: Span<UInt8>) -> UInt32? {
        var address: UInt64 = 0
        var partIndex = 0
        var start = 0
        while true {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: ".") { end += 1 }
            guard partIndex < 4, let part = number(text.extracting(start..<end)) else { return nil }
            if end == text.count {
                let bitsLeft = UInt64(8 * (4 - partIndex))
                guard part < 1 << bitsLeft else { return nil }
                return UInt32(address << bitsLeft | part)
            }
            guard part <= 255 else { return nil }
            address = address << 8 | part
            partIndex += 1
            start = end + 1
        }
    }

    /// "192.0.2.1".
    static func appendIPv4(_ address: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] {
            if shift != 24 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(contentsOf: String(address >> shift & 0xFF).utf8)
        }
    }

    /// Parses the text between the brackets: groups of 1–4 hexadecimal digits, one "::" at most, the last two groups as
    /// dotted decimal if so written. nil when it isn't an address; zone ids ("%eth0") aren't.
    package static func parseIPv6(_ text: Span<UInt8>) -> [UInt16]? {
        var groups: [UInt16] = []
        var gapIndex: Int? = nil
        var index = 0
        if text.count >= 2, text[0] == UInt8(ascii: ":"), text[1] == UInt8(ascii: ":") {
            gapIndex = 0
            index = 2
        }
        while index < text.count {
            guard groups.count < 8 else { return nil }
            var end = index
            while end < text.count, text[end] != UInt8(ascii: ":"), text[end] != UInt8(ascii: ".") { end += 1 }
            if end < text.count, text[end] == UInt8(ascii: ".") {
                guard groups.count <= 6, let address = dottedDecimal(text.extracting(index..<text.count)) else {
                    return nil
                }
                groups.append(UInt16(address >> 16))
                groups.append(UInt16(address & 0xFFFF))
                break
            }
            guard let group = hexadecimal(text.extracting(index..<end)) else { return nil }
            groups.append(group)
            index = end
            guard index < text.count else { break }
            index += 1
            guard index < text.count else { return nil }
            if text[index] == UInt8(ascii: ":") {
                guard gapIndex == nil else { return nil }
                gapIndex = groups.count
                index += 1
            }
        }
        guard let gapIndex else { return groups.count == 8 ? groups : nil }
        // "::" stands for at least one group.
        guard groups.count <= 7 else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - groups.count)
        return Array(groups[..<gapIndex]) + zeros + Array(groups[gapIndex...])
    }

    /// "[2001:db8::1]": lower case, no leading zeros, the first longest run of two or more zero groups as "::".
    static func appendIPv6(_ groups: [UInt16], to bytes: inout [UInt8]) {
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(1, longest.count) { longest = start..<end }
            start = end + 1
        }
        bytes.append(UInt8(ascii: "["))
        for (index, group) in groups.enumerated() {
            if longest.contains(index) {
                // The second colon comes before the next group, or here when no group follows.
                if index == longest.lowerBound { bytes.append(UInt8(ascii: ":")) }
                if index == groups.count - 1 { bytes.append(UInt8(ascii: ":")) }
            } else {
                if index > 0 { bytes.append(UInt8(ascii: ":")) }
                bytes.append(contentsOf: String(group, radix: 16).utf8)
            }
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A number of an IPv4 address; nil when it has other characters than its base's digits, or doesn't fit.
    private static func number(_ text: Span<UInt8>) -> UInt64? {
        guard text.count > 0 else { return nil }
        var base: UInt64 = 10
        var index = 0
        if text.count >= 2, text[0] == UInt8(ascii: "0") {
            let isHexadecimal = text[1] | 0x20 == UInt8(ascii: "x")
            base = isHexadecimal ? 16 : 8
            index = isHexadecimal ? 2 : 1
        }
        var value: UInt64 = 0
        while index < text.count {
            guard let digit = digit(text[index]), digit < base else { return nil }
            // Any value past 32 bits is refused later; it only mustn't wrap.
            value = min(value * base + digit, 1 << 40)
            index += 1
        }
        return value
    }

    /// Four decimal parts of 0–255 without leading zeros, the only form that is allowed inside an IPv6 address.
    private static func dottedDecimal(_ text: Span<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        var partCount = 0
        var start = 0
        while true {
            var end = start
            var part: UInt32 = 0
            while end < text.count, text[end] != UInt8(ascii: ".") {
                guard end - start < 3, let digit = digit(text[end]), digit < 10 else { return nil }
                part = part * 10 + UInt32(digit)
                end += 1
            }
            guard end > start, part <= 255, end - start == 1 || text[start] != UInt8(ascii: "0") else { return nil }
            address = address << 8 | part
            partCount += 1
            if end == text.count { return partCount == 4 ? address : nil }
            guard partCount < 4 else { return nil }
            start = end + 1
        }
    }

    private static func hexadecimal(_ text: Span<UInt8>) -> UInt16? {
        guard (1...4).contains(text.count) else { return nil }
        var value: UInt16 = 0
        for index in text.indices {
            guard let digit = digit(text[index]) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
