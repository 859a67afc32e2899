/// JSON as RFC 8259 has it and nothing else: no byte order mark, no comments, no trailing commas, valid UTF-8, no lone
/// surrogates. Members keep their order; a name that is there twice stays there twice.
package enum JSONReader {
    /// The value of a whole text. Integers that fit are integers, all other numbers are reals.
    ///
    /// - depthLimit: lists and objects inside each other.
    /// - Throws: `WireError` of kind syntax with the offset of the first byte that can't be, or of kind tooLarge.
    package static func value(_ bytes: [UInt8], depthLimit: Int = 64) throws(WireError) -> WireValue {
        try value(bytes, depthLimit: depthLimit, baseOffset: 0)
    }

    /// - baseOffset: where the bytes begin in the text that errors speak of.
    static func value(_ bytes: [UInt8], depthLimit: Int, baseOffset: UInt64) throws(WireError) -> WireValue {
        var parser = JSONParser(bytes: bytes, depthLimit: depthLimit, baseOffset: baseOffset)
        return try parser.wholeValue()
    }
}
