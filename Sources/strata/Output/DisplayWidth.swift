/// How many columns of a terminal a text takes. Unicode Standard Annex #11 (East Asian Width) for wide characters;
/// combining marks take none. Ambiguous characters count as narrow.
enum DisplayWidth {
    static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// A character as the reader sees it, 0 to 2 columns: a base with its marks, or a sequence of emoji, which is drawn as
    /// one.
    static func of(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            // Emoji presentation asked for: drawn wide.
            if scalar.value == 0xFE0F && width == 1 { return 2 }
            width += of(scalar)
        }
        return min(width, 2)
    }

    static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return scalar.value == 0xAD ? 0 : 1 }
        if isZeroWidth(scalar) { return 0 }
        return isWide(scalar) ? 2 : 1
    }

    /// The longest beginning of the text that fits, with "…" at its end when something is cut off.
    static func cut(_ text: String, to columnCount: Int) -> String {
        if of(text) <= columnCount { return text }
        var kept = ""
        var room = columnCount - 1
        for character in text {
            let width = of(character)
            if width > room { break }
            room -= width
            kept.append(character)
        }
        return columnCount > 0 ? kept + "…" : ""
    }

    private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
        // The vowels and finals of conjoining Hangul are drawn inside the initial's two columns.
        if 0x1160...0x11FF ~= scalar.value || 0xD7B0...0xD7FF ~= scalar.value { return true }
        return switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x1100 { return false }
        if scalar.properties.isEmojiPresentation { return true }
        return wideBlocks.contains { $0 ~= scalar.value }
    }

    /// East_Asian_Width W and F outside the emoji, unassigned code points inside the blocks included.
    private static let wideBlocks: [ClosedRange<UInt32>] = [
        0x1100...0x115F,  // Hangul initials
        0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF,  // CJK, kana, Yi
        0xA960...0xA97C, 0xAC00...0xD7A3,  // Hangul
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B,  // CJK compatibility
        0xFF01...0xFF60, 0xFFE0...0xFFE6,  // full-width forms
        0x16FE0...0x1B2FF,  // Tangut, Khitan, Nushu, kana extensions
        0x1F200...0x1F265,  // enclosed ideographs
        0x20000...0x3FFFD,  // CJK extensions
    ]
}
