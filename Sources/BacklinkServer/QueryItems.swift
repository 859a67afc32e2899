/// The pairs of a query string, decoded.
///
/// "+" stays a plus sign: no parameter can hold a space, while targets hold plus signs that nobody escapes. Empty pairs
/// ("&&") are ignored (contract decision 39).
struct QueryItems: Sendable {
    private(set) var items: [(name: String, value: String)] = []
    /// Those whose values aren't UTF-8: their bytes were replaced.
    private(set) var garbledNames: Set<String> = []

    init(_ query: String) {
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let bytes = Self.bytes(pair[name.endIndex...].dropFirst())
            let item = (name: Self.decoded(name), value: String(decoding: bytes, as: UTF8.self))
            items.append(item)
            if String(validating: bytes, as: UTF8.self) == nil { garbledNames.insert(item.name) }
        }
    }

    /// Every value of the name that isn't empty.
    func values(_ name: String) -> [String] { items.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

    /// A "%" that no two hexadecimal digits follow stands for itself; bytes that aren't UTF-8 are replaced.
    static func decoded(_ text: some Collection<UInt8>) -> String {
        String(decoding: bytes(text), as: UTF8.self)
    }

    private static func bytes(_ text: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let high = hexDigit(rest[rest.startIndex]),
                let low = hexDigit(rest[rest.startIndex + 1])
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}

/// 0 … 15.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
