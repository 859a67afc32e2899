/// Finds the end of one JSON value in bytes that come in pieces. It counts brackets and knows strings; whether what lies
/// between is JSON is for `JSONParser`.
struct JSONValueScanner {
    private enum Form {
        /// A number or a word: ends before the first byte that can't belong to it.
        case scalar
        case string
        /// A list or an object.
        case nested
    }

    private let form: Form
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// - firstByte: what the value begins with; it is scanned too.
    init(firstByte: UInt8) {
        switch firstByte {
        case UInt8(ascii: "\""): form = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["): form = .nested
        default: form = .scalar
        }
    }

    /// Scans on from `start`. Returns where the value ends (exclusive), or where the bytes do, and whether the value did.
    mutating func scan(_ bytes: Span<UInt8>, from start: Int) -> (end: Int, isComplete: Bool) {
        var index = start
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                    if depth == 0 { return (index + 1, true) }
                }
                index += 1
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                if form == .scalar { return (index, true) }
                isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if form == .scalar { return (index, true) }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if form == .scalar { return (index, true) }
                depth -= 1
                if depth == 0 { return (index + 1, true) }
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                if form == .scalar { return (index, true) }
            default: break
            }
            index += 1
        }
        return (count, false)
    }
}
