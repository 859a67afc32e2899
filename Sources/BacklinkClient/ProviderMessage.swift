import BacklinkContracts

/// What a provider's error body says, fit to be shown: one line of at most 200 printable characters.
enum ProviderMessage {
    static let characterLimit = 200

    /// nil when it says nothing. Knows the bodies of all three: {"error":{…}}, {"error":"text"}, {"message":…},
    /// {"status_message":…}, plain text, and HTML, of which only the fact is told.
    static func text(_ body: [UInt8], mediaType: String?) -> String? {
        if isHTML(body, mediaType: mediaType) { return "the answer is an HTML page." }
        guard let text = String(validating: body, as: UTF8.self) else { return nil }
        if let wire = try? JSONReader.value(body) { return sentence(wire).flatMap(quoted) }
        guard text.hasPrefix("<") else { return quoted(text) }
        return (try? XMLReader.value(body)).flatMap(sentence).flatMap(quoted) ?? quoted(withoutTags(text))
    }

    /// The sentence in an error object; nil when there is none.
    static func sentence(_ wire: WireValue) -> String? {
        for holder in [wire["error"], wire].compactMap(\.self) {
            if case .text(let text) = holder { return text }
            let parts = ["message", "description", "status_message"].compactMap { holder[$0]?.textValue }
            if !parts.isEmpty { return parts.joined(separator: ": ") }
        }
        return nil
    }

    static func isHTML(_ body: [UInt8], mediaType: String?) -> Bool {
        if mediaType == "text/html" || mediaType == "application/xhtml+xml" { return true }
        let start = String(decoding: body.prefix(64), as: UTF8.self).trimmingSpace().lowercased()
        return start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
    }

    /// In quotes, without signs that move the cursor or the direction of writing; nil when nothing is left.
    static func quoted(_ text: String) -> String? {
        let shown = printable(text)
        return shown.isEmpty ? nil : "\"\(shown)\""
    }

    static func printable(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
                if shown.last != " " && !shown.isEmpty { shown.append(" ") }
            case .format, .surrogate, .privateUse, .unassigned: continue
            default: shown.append(scalar)
            }
            if shown.count == characterLimit {
                shown.append("…")
                break
            }
        }
        return String(String(shown).trimmingSpace())
    }

    private static func withoutTags(_ text: String) -> String {
        var isInTag = false
        return String(
            text.map { character in
                if character == "<" { isInTag = true }
                defer { if character == ">" { isInTag = false } }
                return isInTag || character == ">" ? " " : character
            })
    }
}
