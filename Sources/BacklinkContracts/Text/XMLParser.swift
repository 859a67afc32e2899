/// A walk through an XML text in memory (XML 1.0, fifth edition, without document types), which hands its elements and
/// texts to a builder. The bytes are UTF-8 without zeros: the reader has looked.
struct XMLParser {
    let bytes: [UInt8]
    private let depthLimit: Int
    var position = 0
    private var openNames: [String] = []
    private var builder = XMLTreeBuilder()

    private init(_ bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    /// - Throws: `WireError` of kind syntax, shape or tooLarge.
    static func value(_ bytes: [UInt8], depthLimit: Int) throws(WireError) -> WireValue {
        var parser = XMLParser(bytes, depthLimit: depthLimit)
        return try parser.document()
    }

    /// document = [ declaration ] misc* element misc*, §2.1.
    private mutating func document() throws(WireError) -> WireValue {
        _ = take("\u{FEFF}")
        // Like any instruction, but that only the very first one may be named xml.
        if starts(with: "<?xml"), XMLParser.isSpace(byte(at: position + 5)) {
            try skipInstruction(named: "xml")
        }
        try skipMisc()
        guard position < bytes.count else { throw unexpected("an element") }
        repeat {
            try contentPiece()
        } while !openNames.isEmpty
        try skipMisc()
        guard position == bytes.count else { throw unexpected("the end of the text after the element") }
        guard let value = builder.value else { throw unexpected("an element") }
        return value
    }

    /// What may stand around the element: comments, instructions and space.
    private mutating func skipMisc() throws(WireError) {
        while true {
            skipSpace()
            if starts(with: "<!--") {
                try skipComment()
            } else if starts(with: "<?") {
                try skipInstruction()
            } else {
                return
            }
        }
    }

    /// One tag, text, comment, instruction or CDATA section. Outside of elements only a tag that opens one.
    private mutating func contentPiece() throws(WireError) {
        guard position < bytes.count else { throw unexpected("</\(openNames.last ?? "")>") }
        if openNames.isEmpty {
            guard byte(at: position) == UInt8(ascii: "<") else { throw unexpected("an element") }
            return try openTag()
        }
        guard byte(at: position) == UInt8(ascii: "<") else { return try text() }
        if starts(with: "</") {
            try closeTag()
        } else if starts(with: "<!--") {
            try skipComment()
        } else if starts(with: "<?") {
            try skipInstruction()
        } else if take("<![CDATA[") {
            let end = try skip(to: "]]>")
            builder.append(text: XMLParser.withoutReturns(bytes[end.start..<end.end]))
        } else {
            try openTag()
        }
    }

    /// Of one tag: our writer makes two, and millions would take many times the text's memory.
    static let attributeLimit = 1_000

    /// "<" name (space name = value)* [space] ("/>" | ">"), §3.1.
    private mutating func openTag() throws(WireError) {
        guard openNames.count < depthLimit else {
            throw WireError(.tooLarge, at: UInt64(position), "XML elements lie more than \(depthLimit) deep")
        }
        position += 1
        let name = try self.name()
        var attributes: [(name: String, value: String)] = []
        var names: Set<String> = []
        while true {
            let hasSpace = skipSpace()
            if take(">") {
                openNames.append(name)
                builder.open(name, attributes)
                return
            }
            if take("/>") {
                builder.open(name, attributes)
                return try builder.close()
            }
            guard hasSpace else { throw unexpected("a space, > or /> after the element's name or attribute") }
            guard attributes.count < Self.attributeLimit else {
                throw WireError(
                    .tooLarge, at: UInt64(position),
                    "XML element \(WireError.quoted(name)): at most \(Self.attributeLimit) attributes expected, found more"
                )
            }
            let attribute = try self.name()
            guard names.insert(attribute).inserted else {
                throw WireError(
                    .syntax, at: UInt64(position), "not XML: attribute \(WireError.quoted(attribute)) comes twice")
            }
            skipSpace()
            guard take("=") else { throw unexpected("= after the attribute's name") }
            skipSpace()
            attributes.append((attribute, try attributeValue()))
        }
    }

    private mutating func closeTag() throws(WireError) {
        let start = position
        position += 2
        let name = try self.name()
        guard name == openNames.last else {
            throw WireError(
                .syntax, at: UInt64(start),
                "not XML: expected </\(openNames.last ?? "")>, found </ and \(WireError.quoted(name))")
        }
        skipSpace()
        guard take(">") else { throw unexpected("> after the element's name") }
        openNames.removeLast()
        try builder.close()
    }

    /// Up to the next "<".
    private mutating func text() throws(WireError) {
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if starts(with: "]]>") { throw unexpected("no ]]> in a text") }
            try appendCharacter(to: &text)
        }
        builder.append(text: String(decoding: text, as: UTF8.self))
    }

    /// Space in it counts as blanks, §3.3.3; written as references it stays.
    private mutating func attributeValue() throws(WireError) -> String {
        let quote = byte(at: position)
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw unexpected("a quote") }
        position += 1
        var value: [UInt8] = []
        while let byte = byte(at: position), byte != quote {
            if byte == UInt8(ascii: "<") { throw unexpected("no < in an attribute; write &lt;") }
            if XMLParser.isSpace(byte) {
                // A carriage return and a line feed are one.
                if byte != 0x0D || self.byte(at: position + 1) != 0x0A { value.append(0x20) }
                position += 1
            } else {
                try appendCharacter(to: &value)
            }
        }
        guard position < bytes.count else { throw unexpected("the quote that ends the value") }
        position += 1
        return String(decoding: value, as: UTF8.self)
    }

    /// Appends the character or what the reference here stands for; line ends become line feeds, §2.11.
    private mutating func appendCharacter(to text: inout [UInt8]) throws(WireError) {
        let byte = bytes[position]
        if byte == UInt8(ascii: "&") {
            text.append(contentsOf: String(try reference()).utf8)
        } else if byte == 0x0D {
            position += 1
            if self.byte(at: position) != 0x0A { text.append(0x0A) }
        } else {
            try checkCharacter()
            text.append(byte)
            position += 1
        }
    }

    private mutating func skipComment() throws(WireError) {
        position += 4
        let end = try skip(to: "--")
        guard take(">") else {
            throw WireError(.syntax, at: UInt64(end.end), "not XML: -- inside of a comment")
        }
    }

    /// "<?" name … "?>"
    private mutating func skipInstruction(named expected: String? = nil) throws(WireError) {
        let start = position
        position += 2
        let name = try self.name()
        guard name.lowercased() != "xml" || name == expected else {
            throw WireError(.syntax, at: UInt64(start), "not XML: <?xml stands at the beginning only")
        }
        guard starts(with: "?>") || skipSpace() else { throw unexpected("a space or ?> after the name") }
        _ = try skip(to: "?>")
    }
}
