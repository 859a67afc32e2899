/// Values as XML 1.0, UTF-8. The form is Strata's own, for the vendor's isn't public (docs/contracts.md):
///
///     <?xml version="1.0" encoding="UTF-8"?>
///     <response><backlinks><backlink><alt nil="true"/><anchor>a &amp; b</anchor></backlink></backlinks></response>
///
/// Characters that XML can't hold become U+FFFD.
package enum XMLWriter {
    package static func bytes(_ value: WireValue, root: String = "response") -> [UInt8] {
        var out = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
        append(value, name: root, inList: false, to: &out)
        out.append(UInt8(ascii: "\n"))
        return out
    }

    /// What comes before the elements of a list in an answer that is written row by row, the declaration included.
    package static func appendListStart(_ list: String, to out: inout [UInt8]) {
        out.append(contentsOf: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(XMLNames.root)><\(list)>".utf8)
    }

    package static func appendListElement(_ value: WireValue, of list: String, to out: inout [UInt8]) {
        append(value, name: XMLNames.element(ofList: list), inList: true, to: &out)
    }

    /// - next: members after the list.
    package static func appendListEnd(_ list: String, next: [WireMember] = [], to out: inout [UInt8]) {
        out.append(contentsOf: "</\(list)>".utf8)
        for member in next { append(member, inObject: XMLNames.root, to: &out) }
        out.append(contentsOf: "</\(XMLNames.root)>\n".utf8)
    }

    private static func append(_ member: WireMember, inObject name: String, to out: inout [UInt8]) {
        if XMLNames.isPlain(member.name, inObject: name) {
            append(member.value, name: member.name, inList: false, to: &out)
        } else {
            var attribute: [UInt8] = Array(" name=\"".utf8)
            append(text: member.name, to: &attribute)
            attribute.append(UInt8(ascii: "\""))
            append(member.value, name: XMLNames.member, attribute: attribute, inList: false, to: &out)
        }
    }

    private static func append(
        _ value: WireValue, name: String, attribute: [UInt8] = [], inList: Bool, to out: inout [UInt8]
    ) {
        out.append(UInt8(ascii: "<"))
        out.append(contentsOf: name.utf8)
        out.append(contentsOf: attribute)
        if case .null = value {
            out.append(contentsOf: " nil=\"true\"/>".utf8)
            return
        }
        out.append(UInt8(ascii: ">"))
        switch value {
        case .null: break
        case .text(let text): append(text: text, to: &out)
        case .flag, .integer, .real: out.append(contentsOf: (value.textValue ?? "").utf8)
        case .list(let values):
            let elementName = XMLNames.element(ofList: inList ? "" : name)
            for value in values { append(value, name: elementName, inList: true, to: &out) }
        case .object(let members):
            for member in members { append(member, inObject: name, to: &out) }
        }
        out.append(contentsOf: "</".utf8)
        out.append(contentsOf: name.utf8)
        out.append(UInt8(ascii: ">"))
    }

    private static func append(text: String, to out: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".utf8)
            case "<": out.append(contentsOf: "&lt;".utf8)
            case ">": out.append(contentsOf: "&gt;".utf8)
            case "\"": out.append(contentsOf: "&quot;".utf8)
            // Readers fold them: line ends everywhere, tabs and line feeds in attributes.
            case "\t", "\n", "\r": out.append(contentsOf: "&#\(scalar.value);".utf8)
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": out.append(contentsOf: "\u{FFFD}".utf8)
            default: out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }
}
