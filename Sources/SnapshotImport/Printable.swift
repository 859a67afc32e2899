import LinkModel

/// Input text in messages: cut, with control and invisible characters made visible.
enum Printable {
    /// At most `limit` characters; those that aren't seen, or do something, as \u{…}; "…" marks a cut.
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
            default:
                if scalar.hidesInText {
                    shown += "\\u{" + String(scalar.value, radix: 16) + "}"
                } else {
                    shown.unicodeScalars.append(scalar)
                }
            }
            count += 1
        }
        return shown
    }

    static func quoted(_ value: String) -> String { "\"\(text(value))\"" }
}
