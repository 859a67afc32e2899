/// Lenient reading: what XML writes as text and what other programs write as 1.0 is taken for the number that it is.
extension WireValue {
    /// The object's member of this name, the last when there are several; nil when there is none, or no object.
    package subscript(name: String) -> WireValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// Integers, reals without a fraction, and texts of an integer.
    package var integerValue: Int64? {
        switch self {
        case .integer(let number): number
        case .real(let number): Int64(exactly: number)
        case .text(let text): Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
        case .null, .flag, .list, .object: nil
        }
    }

    package var realValue: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .text(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        case .null, .flag, .list, .object: nil
        }
    }

    /// Flags, the texts true and false, and 1 and 0 as number or text.
    package var flagValue: Bool? {
        switch self {
        case .flag(let flag): flag
        case .text("true"), .text("1"), .integer(1): true
        case .text("false"), .text("0"), .integer(0): false
        case .null, .integer, .real, .text, .list, .object: nil
        }
    }

    /// Texts, and numbers and flags as they are written.
    package var textValue: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .flag(let flag): flag ? "true" : "false"
        case .null, .list, .object: nil
        }
    }

    /// Lists; an empty text is an empty list, for XML can't tell them apart.
    package var listValue: [WireValue]? {
        switch self {
        case .list(let values): values
        case .text(""): []
        case .null, .flag, .integer, .real, .text, .object: nil
        }
    }

    /// Objects; an empty list (PHP's way to write an empty object) and an empty text (XML's) are empty objects.
    package var objectValue: [WireMember]? {
        switch self {
        case .object(let members): members
        case .list(let values) where values.isEmpty: []
        case .text(""): []
        case .null, .flag, .integer, .real, .text, .list: nil
        }
    }

    /// "an object", "a list", "the text \"abc\"": what an error says it found.
    var kindName: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): "the number \(number)"
        case .real(let number): "the number \(number)"
        case .text(let text): "the text \(WireError.quoted(text))"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
