import LinkModel

/// Keeps the texts of strangers from being formulas where a CSV file is opened in a spreadsheet ("CSV injection"; OWASP's
/// page of that name). Such a text gets an apostrophe in front, which is what OWASP advises:
///
///     =HYPERLINK("http://…")  →  '=HYPERLINK("http://…")
///
/// It changes texts, so a file that is to be read back, or joined by its URLs, is written without it. Numbers aren't texts and stay
/// as they are, negative ones too.
enum FormulaGuard {
    /// The text with an apostrophe before each place where a spreadsheet could begin a cell with =, +, - or @ (also in their
    /// full-width forms): at its start, after blanks, control characters and quotation marks too, which some programs drop; and
    /// after a semicolon, a tab or a line break inside, where a program that takes these for separators would begin another cell.
    /// A tab or a line break at the very start gets one itself.
    static func text(_ text: String) -> String {
        // Nearly every text is plain; look at the bytes before rebuilding it.
        guard mayNeedGuard(text) else { return text }
        var guarded: [Unicode.Scalar] = []
        guarded.reserveCapacity(text.utf8.count + 1)
        var cellStart = 0
        // Nothing but what may be dropped has come since the cell began.
        var isAtStart = true
        for scalar in text.unicodeScalars {
            if separators.contains(scalar) {
                if guarded.isEmpty, scalar != ";" { guarded.append(apostrophe) }
                guarded.append(scalar)
                cellStart = guarded.count
                isAtStart = true
                continue
            }
            if isAtStart, triggers.contains(scalar) {
                guarded.insert(apostrophe, at: cellStart)
                isAtStart = false
            } else if isAtStart, !mayBeDropped(scalar) {
                isAtStart = false
            }
            guarded.append(scalar)
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: guarded)
        return String(result)
    }

    private static let apostrophe: Unicode.Scalar = "'"
    private static let triggers: Set<Unicode.Scalar> = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]
    private static let separators: Set<Unicode.Scalar> = [";", "\t", "\r", "\n"]
    private static let quotationMarks: Set<Unicode.Scalar> = ["\"", "'", "`", "‘", "’", "“", "”"]

    /// False for texts that begin with a letter or digit of ASCII and hold no separator: every URL and most anchors.
    private static func mayNeedGuard(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        switch first {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return text.utf8.contains { $0 == UInt8(ascii: ";") || $0 == 9 || $0 == 10 || $0 == 13 }
        default: return true
        }
    }

    /// Blanks, control and invisible characters, quotation marks.
    private static func mayBeDropped(_ scalar: Unicode.Scalar) -> Bool {
        if quotationMarks.contains(scalar) || scalar.properties.isWhitespace || scalar.isInvisible { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format: true
        default: false
        }
    }
}
