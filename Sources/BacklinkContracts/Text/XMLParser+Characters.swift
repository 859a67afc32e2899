/// Names, space, references and what stands at a place.
extension XMLParser {
    /// The byte here must not begin a character that XML can't hold, §2.2.
    func checkCharacter() throws(WireError) {
        let byte = bytes[position]
        if byte < 0x20, !XMLParser.isSpace(byte) { throw unexpected("a character that XML can hold") }
        // U+FFFE and U+FFFF.
        if byte == 0xEF, starts(with: "\u{FFFE}") || starts(with: "\u{FFFF}") {
            throw unexpected("a character that XML can hold")
        }
    }

    /// & (amp | lt | gt | quot | apos | # digits | #x digits) ;
    mutating func reference() throws(WireError) -> Unicode.Scalar {
        let start = position
        position += 1
        let nameStart = position
        while let byte = byte(at: position), byte != UInt8(ascii: ";"), position - nameStart < 12 { position += 1 }
        let name = String(decoding: bytes[nameStart..<position], as: UTF8.self)
        guard take(";") else { throw unexpected("the ; that ends a reference") }
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let isHexadecimal = name.hasPrefix("#x")
        let digits = name.utf8.dropFirst(isHexadecimal ? 2 : 1)
        // The initialiser of numbers takes a sign too.
        let isNumber = name.hasPrefix("#") && digits.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }
        guard isNumber, let number = UInt32(Substring(digits), radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(number), number >= 0x20 || XMLParser.isSpace(UInt8(number)),
            number != 0xFFFE, number != 0xFFFF
        else {
            throw WireError(
                .syntax, at: UInt64(start),
                "not XML that is read: expected a reference to a character or one of the five entities, found "
                    + WireError.quoted("&\(name);"))
        }
        return scalar
    }

    /// The bytes before the mark, which is passed over.
    mutating func skip(to mark: StaticString) throws(WireError) -> (start: Int, end: Int) {
        let start = position
        while position < bytes.count {
            if starts(with: mark) {
                defer { position += mark.utf8CodeUnitCount }
                return (start, position)
            }
            try checkCharacter()
            position += 1
        }
        throw unexpected("\(mark)")
    }
    mutating func name() throws(WireError) -> String {
        let start = position
        while let scalar = scalarHere(), XMLParser.isNameScalar(scalar, isFirst: position == start) {
            position += UTF8.width(scalar)
        }
        guard position > start else { throw unexpected("a name") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func scalarHere() -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        if bytes[position] < 0x80 { return Unicode.Scalar(bytes[position]) }
        return String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
    }

    /// NameStartChar and NameChar of §2.3.
    private static func isNameScalar(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
        switch scalar.value {
        case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
            0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF,
            0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: !isFirst
        default: false
        }
    }

    static func isSpace(_ byte: UInt8?) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @discardableResult
    mutating func skipSpace() -> Bool {
        let start = position
        while XMLParser.isSpace(byte(at: position)) { position += 1 }
        return position > start
    }

    func byte(at position: Int) -> UInt8? { position < bytes.count ? bytes[position] : nil }

    // Safety: the index is below the mark's own count; the array checks the other one.
    func starts(with mark: StaticString) -> Bool {
        let count = mark.utf8CodeUnitCount
        guard count <= bytes.count - position else { return false }
        return mark.withUTF8Buffer { mark in
            for index in 0..<count where unsafe mark[index] != bytes[position + index] { return false }
            return true
        }
    }

    mutating func take(_ mark: StaticString) -> Bool {
        guard starts(with: mark) else { return false }
        position += mark.utf8CodeUnitCount
        return true
    }

    static func withoutReturns(_ bytes: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        for (index, byte) in zip(bytes.indices, bytes) {
            if byte != 0x0D {
                text.append(byte)
            } else if index + 1 == bytes.endIndex || bytes[index + 1] != 0x0A {
                text.append(0x0A)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What is at the position can't be there.
    func unexpected(_ expected: String) -> WireError {
        let found = scalarHere().map { WireError.quoted(String($0)) } ?? "the end of the text"
        return WireError(.syntax, at: UInt64(position), "not XML: expected \(expected), found \(found)")
    }
}
