/// Strings: RFC 8259 §7, with UTF-8 and surrogates checked.
extension JSONParser {
    /// The string at the position, whose first byte is its quote.
    mutating func string() throws(WireError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = try text(start..<position)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw unexpected("no control character in a string; escape it") }
            position += 1
        }
        throw unexpected("the quote that ends the string")
    }

    /// Goes on at the first backslash.
    private mutating func escapedString(from start: Int) throws(WireError) -> String {
        var text = try text(start..<position)
        var pieceStart = position
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                text += try self.text(pieceStart..<position)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text += try self.text(pieceStart..<position)
                text.unicodeScalars.append(try escape())
                pieceStart = position
            case 0..<0x20: throw unexpected("no control character in a string; escape it")
            default: position += 1
            }
        }
        throw unexpected("the quote that ends the string")
    }

    /// Takes the backslash and what belongs to it.
    private mutating func escape() throws(WireError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard position < bytes.count else { throw unexpected("an escape after the backslash") }
        let letter = bytes[position]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            position += 1
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return simple("\u{08}")
        case UInt8(ascii: "f"): return simple("\u{0C}")
        case UInt8(ascii: "n"): return simple("\n")
        case UInt8(ascii: "r"): return simple("\r")
        case UInt8(ascii: "t"): return simple("\t")
        case UInt8(ascii: "u"):
            position += 1
            let unit = try hexUnit()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // A high surrogate, and right after it a low one; \uD83D\uDE00 is one scalar.
            if unit < 0xDC00, take(UInt8(ascii: "\\")) {
                guard take(UInt8(ascii: "u")) else { throw loneSurrogate(at: start) }
                let low = try hexUnit()
                if (0xDC00...0xDFFF).contains(low),
                    let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
                {
                    return scalar
                }
            }
            throw loneSurrogate(at: start)
        default: throw unexpected("one of \" \\ / b f n r t u after the backslash")
        }
    }

    private mutating func simple(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        position += 1
        return scalar
    }

    private mutating func hexUnit() throws(WireError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let digit = position < bytes.count ? JSONParser.hexDigit(bytes[position]) : nil
            guard let digit else { throw unexpected("four hexadecimal digits after \\u") }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private func loneSurrogate(at start: Int) -> WireError {
        WireError(.syntax, at: offset(start), "not JSON: expected both halves of a surrogate pair, found one")
    }

    /// Bytes without escapes, checked to be UTF-8.
    private func text(_ range: Range<Int>) throws(WireError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes.span.extracting(range)))
        } catch let error {
            throw WireError(
                .syntax, at: offset(range.lowerBound + error.byteOffsets.lowerBound), "not JSON: the bytes aren't UTF-8"
            )
        }
    }
}
