import BacklinkContracts

/// JSON values (RFC 8259) as compact UTF-8 text.
enum JSONText {
    static func of(_ value: TableValue) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// An object with the columns' names, in their order.
    static func appendObject(_ columns: [OutputColumn], _ row: [TableValue], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "{"))
        for (index, column) in columns.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONWriter.append(text: column.name, to: &out)
            out.append(UInt8(ascii: ":"))
            append(row[index], to: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    static func append(_ value: TableValue, to out: inout [UInt8]) {
        switch value {
        case .text(let text): JSONWriter.append(text: text, to: &out)
        case .day, .midnight: JSONWriter.append(text: value.plainText ?? "", to: &out)
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONWriter.append(text: member.name, to: &out)
                out.append(UInt8(ascii: ":"))
                append(member.value, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        case .integer, .real, .flag, .null:
            out.append(contentsOf: (value.plainText ?? "null").utf8)
        }
    }
}
