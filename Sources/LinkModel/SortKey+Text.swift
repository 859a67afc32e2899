// Keys back to texts. Answers print URLs by the million, so a text is written into its String at once.
// Safety: the room that is asked for is what is written: the scheme, then the key without its ")" and terminator,
// whose two bytes the guard makes sure of; `writeReversed` reads and writes `byteCount` bytes.
extension SortKey {
    /// The URL that the key stands for. For keys that are only a host key + ")" (host graphs): the host name. For
    /// number keys: the number.
    package static func text(of key: Span<UInt8>, kind: NodeKind = .page) -> String {
        if kind == .number {
            return unsafe key.withUnsafeBufferPointer { unsafe String(decoding: $0.dropFirst(), as: UTF8.self) }
        }
        let hostKeyEnd = hostKeyByteCount(key)
        guard kind == .page, hostKeyEnd + 1 < key.count else {
            return hostName(ofHostKey: key.extracting(0..<hostKeyEnd))
        }
        let scheme: StaticString = key[key.count - 1] == httpTerminator ? "http://" : "https://"
        let schemeByteCount = scheme.utf8CodeUnitCount
        // Without ")" and terminator.
        let byteCount = schemeByteCount + key.count - 2
        return unsafe key.withUnsafeBufferPointer { key in
            unsafe String(unsafeUninitializedCapacity: byteCount) { text in
                guard let source = key.baseAddress, let target = text.baseAddress else { return 0 }
                unsafe target.update(from: scheme.utf8Start, count: schemeByteCount)
                unsafe writeReversed(
                    source, byteCount: hostKeyEnd, separator: UInt8(ascii: ","), newSeparator: UInt8(ascii: "."),
                    to: target + schemeByteCount)
                unsafe (target + schemeByteCount + hostKeyEnd).update(
                    from: source + hostKeyEnd + 1, count: key.count - hostKeyEnd - 2)
                return byteCount
            }
        }
    }

    /// "com,example,blog" → "blog.example.com". An IP address is returned as it is.
    package static func hostName(ofHostKey key: Span<UInt8>) -> String {
        unsafe key.withUnsafeBufferPointer { key in
            unsafe String(unsafeUninitializedCapacity: key.count) { text in
                guard let source = key.baseAddress, let target = text.baseAddress else { return 0 }
                unsafe writeReversed(
                    source, byteCount: key.count, separator: UInt8(ascii: ","), newSeparator: UInt8(ascii: "."),
                    to: target)
                return key.count
            }
        }
    }

    /// Writes the labels of a text in reverse, each to the mirrored place; `byteCount` bytes. A text without separators,
    /// as an IP address in a host key is, is copied.
    private static func writeReversed(
        _ source: UnsafePointer<UInt8>, byteCount: Int, separator: UInt8, newSeparator: UInt8,
        to target: UnsafeMutablePointer<UInt8>
    ) {
        var labelStart = 0
        while true {
            var labelEnd = labelStart
            while labelEnd < byteCount, unsafe source[labelEnd] != separator { labelEnd += 1 }
            let place = byteCount - labelEnd
            for index in 0..<(labelEnd - labelStart) { unsafe target[place + index] = source[labelStart + index] }
            if labelEnd == byteCount { return }
            unsafe target[place - 1] = newSeparator
            labelStart = labelEnd + 1
        }
    }
}
