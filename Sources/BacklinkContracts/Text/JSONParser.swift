/// A recursive descent through a JSON text in memory.
struct JSONParser {
    let bytes: [UInt8]
    let depthLimit: Int
    let baseOffset: UInt64
    var position = 0
    private var depth = 0

    init(bytes: [UInt8], depthLimit: Int, baseOffset: UInt64) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.baseOffset = baseOffset
    }

    mutating func wholeValue() throws(WireError) -> WireValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the text after the value") }
        return value
    }

    private mutating func value() throws(WireError) -> WireValue {
        guard position < bytes.count else { throw unexpected("a value") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try literal("true", .flag(true))
        case UInt8(ascii: "f"): return try literal("false", .flag(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func object() throws(WireError) -> WireValue {
        try enter()
        defer { depth -= 1 }
        var members: [WireMember] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw unexpected(members.isEmpty ? "a member's name or }" : "a member's name after the comma")
            }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("a colon after the member's name") }
            skipSpace()
            members.append(WireMember(name, try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw unexpected("a comma or } after the member") }
            skipSpace()
        }
    }

    private mutating func list() throws(WireError) -> WireValue {
        try enter()
        defer { depth -= 1 }
        var values: [WireValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(values) }
        while true {
            values.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return .list(values) }
            guard take(UInt8(ascii: ",")) else { throw unexpected("a comma or ] after the element") }
            skipSpace()
        }
    }

    /// Takes the opening bracket.
    private mutating func enter() throws(WireError) {
        guard depth < depthLimit else {
            throw WireError(.tooLarge, at: offset(position), "lists and objects lie more than \(depthLimit) deep")
        }
        depth += 1
        position += 1
    }

    private mutating func literal(_ word: String, _ value: WireValue) throws(WireError) -> WireValue {
        for expected in word.utf8 {
            guard take(expected) else { throw unexpected(word) }
        }
        return value
    }

    /// number = [ "-" ] int [ frac ] [ exp ], RFC 8259 §6.
    private mutating func number() throws(WireError) -> WireValue {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        var magnitude: UInt64 = 0
        var fits = true
        if !take(UInt8(ascii: "0")) {
            guard digit() != nil else { throw unexpected("a digit after the sign") }
            while let digit = digit() {
                let (product, isOver) = magnitude.multipliedReportingOverflow(by: 10)
                let (sum, isOverNow) = product.addingReportingOverflow(UInt64(digit))
                fits = fits && !isOver && !isOverNow
                magnitude = sum
                position += 1
            }
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits(after: "the point")
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits(after: "the exponent's letter")
        }
        if isInteger, fits {
            if !isNegative, let number = Int64(exactly: magnitude) { return .integer(number) }
            if isNegative, magnitude <= UInt64(Int64.max) + 1 {
                return .integer(0 &- Int64(truncatingIfNeeded: magnitude))
            }
        }
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
            throw WireError(.syntax, at: offset(start), "expected a number that a double can hold")
        }
        return .real(number)
    }

    /// The digit here, which stays where it is.
    private func digit() -> UInt8? {
        guard position < bytes.count else { return nil }
        let digit = bytes[position] &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }

    private mutating func digits(after place: String) throws(WireError) {
        guard digit() != nil else { throw unexpected("a digit after \(place)") }
        while digit() != nil { position += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, JSONParser.isSpace(bytes[position]) { position += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    func offset(_ position: Int) -> UInt64 { baseOffset + UInt64(position) }

    /// What is at the position can't be there.
    func unexpected(_ expected: String) -> WireError {
        WireError.unexpected(
            position < bytes.count ? bytes[position] : nil, at: offset(position), expected: expected)
    }
}

extension WireError {
    /// - byte: nil at the end of the text.
    static func unexpected(_ byte: UInt8?, at offset: UInt64, expected: String) -> WireError {
        let found =
            switch byte {
            case nil: "the end of the text"
            case .some(let byte) where byte > 0x20 && byte < 0x7F: "\"\(Character(UnicodeScalar(byte)))\""
            case .some(let byte): "byte 0x\(String(byte, radix: 16, uppercase: true))"
            }
        return WireError(.syntax, at: offset, "not JSON: expected \(expected), found \(found)")
    }
}
