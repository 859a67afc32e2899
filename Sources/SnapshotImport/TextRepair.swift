/// Texts are stored as valid UTF-8 without NUL bytes.
enum TextRepair {
    /// nil when the text is fine as it is, else the text with every fault replaced by U+FFFD.
    static func repaired(_ bytes: Span<UInt8>) -> [UInt8]? {
        var all: UInt8 = 0
        var hasNul = false
        for index in bytes.indices {
            let byte = bytes[index]
            all |= byte
            if byte == 0 { hasNul = true }
        }
        if all < 0x80 && !hasNul { return nil }
        if !hasNul, (try? UTF8Span(validating: bytes)) != nil { return nil }
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        var text: [UInt8] = []
        for byte in String(decoding: copy, as: UTF8.self).utf8 {
            if byte == 0 { text += [0xEF, 0xBF, 0xBD] } else { text.append(byte) }
        }
        return text
    }
}
