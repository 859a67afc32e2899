/// How Strata's XML form names elements. A list's elements bear the list's name in the singular; an object's members bear
/// their own, unless it isn't an XML name or could be taken for an element of a list.
enum XMLNames {
    static let root = "response"
    /// An element of a list whose name has no singular.
    static let item = "item"
    /// A member whose name stands in the attribute `name`.
    static let member = "member"

    /// The name of an element of the list: metrics → metric, and item where the name has no plural s.
    static func element(ofList name: String) -> String {
        guard name.utf8.count > 1, name.hasSuffix("s"), !name.hasSuffix("ss") else { return item }
        return String(name.dropLast())
    }

    /// Whether a member of an object of this name can be an element of its own name.
    static func isPlain(_ name: String, inObject objectName: String) -> Bool {
        guard name != item, name != member, name != element(ofList: objectName), let first = name.utf8.first,
            isLetter(first)
        else { return false }
        // The letters x, m and l in front are reserved (XML 1.0 §2.3).
        guard !name.lowercased().hasPrefix("xml") else { return false }
        return name.utf8.allSatisfy { byte in
            isLetter(byte) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") || byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            || byte == UInt8(ascii: "_")
    }
}
