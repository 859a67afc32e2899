/// CSV as in RFC 4180 but for line ends of LF: UTF-8 without a byte order mark, a header line, true and false. Null is an
/// empty field, an empty text is "", so that readers that can tell them apart do.
package enum CSVText {
    package static func appendLine(_ fields: [String?], to out: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            if let field { append(field, to: &out) }
        }
        out.append(UInt8(ascii: "\n"))
    }

    package static func append(_ field: String, to out: inout [UInt8]) {
        let bytes = field.utf8.span
        guard needsQuotes(bytes) else {
            out.append(run: bytes)
            return
        }
        out.append(UInt8(ascii: "\""))
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\"") { out.append(bytes[index]) }
            out.append(bytes[index])
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func needsQuotes(_ field: Span<UInt8>) -> Bool {
        for index in field.indices {
            switch field[index] {
            case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return true
            default: break
            }
        }
        return field.isEmpty
    }
}
