/// Input text in messages: cut, with control characters made visible.
enum Printable {
    /// At most `limit` characters; control characters as \u{…}; "…" marks a cut.
    static func text(_ text: String, limit: Int = 80) -> String {
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit {
                shown += "…"
                break
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
            count += 1
        }
        return shown
    }

    static func quoted(_ value: String) -> String { "\"\(text(value))\"" }
}
