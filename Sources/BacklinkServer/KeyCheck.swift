import Digests

/// The one key that a server may ask for. Never printed.
package struct KeyCheck: Sendable, CustomStringConvertible {
    private let digest: [UInt8]
    package var description: String { "•••" }

    /// - Parameter key: also "login:password", for clients of DataForSEO.
    package init(_ key: String) { digest = Self.digest(Array(key.utf8)) }

    /// Whether the request brings the key: as apikey in the query, as Bearer token, as Basic password or login:password.
    package func accepts(_ request: ServerRequest) -> Bool {
        var offers = QueryItems(request.query).items.filter { $0.name.lowercased() == "apikey" }
            .map { Array($0.value.utf8) }
        for header in request.headers where header.name == "authorization" {
            let words = header.value.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let credentials = trimmed(words[1])
            switch words[0].lowercased() {
            case "bearer": offers.append(Array(credentials.utf8))
            case "basic":
                guard let pair = Base64.decode(Array(credentials.utf8)) else { continue }
                offers.append(pair)
                if let colon = pair.firstIndex(of: UInt8(ascii: ":")) { offers.append(Array(pair[(colon + 1)...])) }
            default: continue
            }
        }
        // Digests are of one length: the time tells nothing of the key's. Every offer is compared.
        return offers.map { MessageAuthentication.isEqual(Self.digest($0), digest) }.contains(true)
    }

    private static func digest(_ key: [UInt8]) -> [UInt8] {
        var digest = SHA256Digest()
        digest.update(key)
        return digest.finish()
    }
}

/// Base64 (RFC 4648).
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The form for URLs (section 5), without padding.
    static func urlText(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var value: UInt32 = 0
            for byte in group { value = value << 8 | UInt32(byte) }
            value <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count { text.append(digits[Int(value >> UInt32(18 - 6 * place) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Both alphabets, with padding or without. nil for anything else, bits left over included.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
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
                default: digits.firstIndex(of: character).map { UInt8($0) }
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
