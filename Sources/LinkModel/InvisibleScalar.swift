/// Characters that a reader doesn't see. What is shown of strangers' texts, on terminals and in logs, is told by the same rule.
extension Unicode.Scalar {
    /// Whether it shows nothing of its own: Unicode's Default_Ignorable_Code_Point (joiners, variation selectors, fillers, tags …),
    /// and the Braille pattern without a dot.
    package var isInvisible: Bool {
        // Nothing below the soft hyphen is; nearly every text ends here.
        value >= 0xAD && (value == 0x2800 || properties.isDefaultIgnorableCodePoint)
    }

    /// Whether it is invisible and nothing that scripts, emoji or hyphenation need: a soft hyphen, the joiners, and the selectors of
    /// text and emoji style (U+FE0E, U+FE0F), which change only the look of what is before them.
    package var hidesInText: Bool {
        switch value {
        case 0xAD, 0x200C, 0x200D, 0xFE0E, 0xFE0F: false
        default: isInvisible
        }
    }
}
