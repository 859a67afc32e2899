/// Base64 (RFC 4648).
package enum Base64 {
    private static let commonDigits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let digits = commonDigits + Array("+/".utf8)
    private static let urlDigits = commonDigits + Array("-_".utf8)

    /// The common form (section 4), with padding.
    package static func text(_ text: String) -> String {
        let unpadded = encode(Array(text.utf8), digits)
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - unpadded.count % 4) % 4)
        return String(decoding: unpadded + padding, as: UTF8.self)
    }

    /// The form for URLs (section 5), without padding.
    package static func urlText(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes, urlDigits), as: UTF8.self)
    }

    private static func encode(_ bytes: [UInt8], _ digits: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var value: UInt32 = 0
            for byte in group { value = value << 8 | UInt32(byte) }
            value <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count { text.append(digits[Int(value >> UInt32(18 - 6 * place) & 63)]) }
        }
        return text
    }

    /// Both alphabets, with padding or without. nil for anything else, bits left over included.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        var text = text[...]
        while text.last == UInt8(ascii: "="), text.count % 4 != 1 { text = text.dropLast() }
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var value: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in text {
            let digit: UInt8? =
                switch character {
                case UInt8(ascii: "+"): 62
                case UInt8(ascii: "/"): 63
                default: urlDigits.firstIndex(of: character).map { UInt8($0) }
                }
            guard let digit else { return nil }
            value = value << 6 | UInt32(digit)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: value >> bitCount))
                value &= (1 << bitCount) - 1
            }
        }
        return value == 0 ? bytes : nil
    }
}
