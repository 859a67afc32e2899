/// The XML form of `XMLWriter` back to values. XML has no types: what isn't a list, an object or null is a text, which the
/// lenient getters of `WireValue` read as what it should be; what is empty may be an empty text, list or object.
///
/// Documents with a type declaration are refused, and with them entities of their own.
package enum XMLReader {
    /// - byteLimit: the longest text that is read.
    /// - depthLimit: elements inside each other.
    /// - Throws: `WireError` of kind syntax, or tooLarge.
    package static func value(
        _ bytes: [UInt8], byteLimit: Int = 64 << 20, depthLimit: Int = 64
    ) throws(WireError) -> WireValue {
        guard bytes.count <= byteLimit else {
            throw WireError(.tooLarge, "an XML text of at most \(byteLimit) bytes expected, found \(bytes.count)")
        }
        try checkEncoding(bytes)
        for word in ["<!DOCTYPE", "<!ENTITY"] {
            if let offset = XMLReader.offset(of: Array(word.utf8), in: bytes) {
                throw WireError(
                    .syntax, at: UInt64(offset), "an XML text without a document type expected, found \(word)")
            }
        }
        return try XMLParser.value(bytes, depthLimit: depthLimit)
    }

    private static func offset(of word: [UInt8], in bytes: [UInt8]) -> Int? {
        var start = 0
        while let found = bytes[start...].firstIndex(of: word[0]) {
            if bytes[found...].starts(with: word) { return found }
            start = found + 1
        }
        return nil
    }

    /// Only UTF-8: in other encodings the words looked for above could hide.
    private static func checkEncoding(_ bytes: [UInt8]) throws(WireError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch let error {
            throw WireError(
                .syntax, at: UInt64(error.byteOffsets.lowerBound), "not XML that can be read: the bytes aren't UTF-8")
        }
        if let offset = bytes.firstIndex(of: 0) {
            throw WireError(.syntax, at: UInt64(offset), "not XML: a zero byte")
        }
        // The declaration, if there is one: <?xml version="1.0" encoding="UTF-8"?>
        let start = String(decoding: bytes.prefix(200), as: UTF8.self).lowercased()
        guard start.hasPrefix("<?xml") else { return }
        let declaration = start.prefix { $0 != ">" }.filter { !$0.isWhitespace }
        guard let word = declaration.split(separator: "encoding=", omittingEmptySubsequences: false).dropFirst().first
        else { return }
        let name = word.dropFirst().prefix { $0 != "\"" && $0 != "'" }
        guard name == "utf-8" || name == "us-ascii" else {
            throw WireError(.syntax, "XML in UTF-8 expected, found encoding \(WireError.quoted(String(name)))")
        }
    }
}
