import BacklinkContracts

/// What tests compare of values.
enum WireShapes {
    /// With every number and flag as the text that XML has; empty lists and objects as empty texts.
    static func texts(_ value: WireValue) -> WireValue {
        switch value {
        case .null: .null
        case .list([]), .object([]): .text("")
        case .list(let values): .list(values.map(texts))
        case .object(let members): .object(members.map { WireMember($0.name, texts($0.value)) })
        case .flag, .integer, .real, .text: .text(value.textValue ?? "")
        }
    }

    /// As XML can hold it: without the characters that it hasn't.
    static func xml(_ value: WireValue) -> WireValue {
        switch value {
        case .text(let text): .text(xml(text))
        case .list(let values): .list(values.map(xml))
        case .object(let members): .object(members.map { WireMember(xml($0.name), xml($0.value)) })
        case .null, .flag, .integer, .real: value
        }
    }

    private static func xml(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\t", "\n", "\r": scalar
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}" as Unicode.Scalar
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    static func kind(_ value: WireValue) -> String {
        switch value {
        case .null: "null"
        case .flag: "flag"
        case .integer: "integer"
        case .real: "real"
        case .text: "text"
        case .list: "list"
        case .object: "object"
        }
    }

    /// Names of members by the path of their object, in order, and the kinds of values by path; elements of a list share
    /// a path.
    static func gather(
        _ value: WireValue, path: String = "", names: inout [String: Set<[String]>], kinds: inout [String: Set<String>]
    ) {
        kinds[path, default: []].insert(kind(value))
        switch value {
        case .list(let values):
            for value in values { gather(value, path: path + "[]", names: &names, kinds: &kinds) }
        case .object(let members):
            names[path, default: []].insert(members.map(\.name))
            for member in members { gather(member.value, path: "\(path).\(member.name)", names: &names, kinds: &kinds) }
        case .null, .flag, .integer, .real, .text: break
        }
    }
}
