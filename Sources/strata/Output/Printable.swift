import LinkModel

/// Makes text safe to show on a terminal: page titles and anchors come from strangers.
enum Printable {
    /// The text with every character that could move the cursor, change the terminal, reorder the line or hide in it replaced:
    /// C0 controls and DEL by their pictures (ESC → ␛); C1 controls, line separators, bidirectional controls and characters
    /// that show nothing by �. What scripts and emoji need of these stays: `hidesInText`.
    /// - Parameter keepsLines: line feeds stay.
    static func text(_ text: String, keepsLines: Bool = false) -> String {
        // Nearly every text is clean; look at the bytes before rebuilding it.
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if isClean { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where keepsLines: safe.append(scalar)
            case 0x00...0x1F: safe.append(Unicode.Scalar(0x2400 + scalar.value) ?? replacement)
            case 0x7F: safe.append("\u{2421}")
            // C1 controls, line separators, annotations. Bidirectional controls are invisible.
            case 0x80...0x9F, 0x2028, 0x2029, 0xFFF9...0xFFFB: safe.append(replacement)
            default: safe.append(scalar.hidesInText ? replacement : scalar)
            }
        }
        return String(safe)
    }

    private static let replacement: Unicode.Scalar = "\u{FFFD}"
}
