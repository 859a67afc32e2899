/// URLs that need nothing but their labels turned round: `http://` or `https://` in small letters, a name of
/// a–z 0–9 . _ - that ends in a letter's label, no port, then printable ASCII. Nearly all URLs of link data are such,
/// and imports key them by the million: they take this short way, all others that of URLNormalizer.
enum PlainURL {
    /// Appends the sort key of a plain URL to `key`, which is empty. False, with `key` as it was, when the URL isn't
    /// plain, valid or not.
    static func appendKey(of text: Span<UInt8>, to key: inout [UInt8]) -> Bool {
        // The slash of an empty path may make the URL longer than its text.
        guard text.count < URLNormalizer.byteCountLimit, let schemeByteCount = schemeByteCount(text) else {
            return false
        }
        // The terminator and the slash of an empty path come to what is left of the text, and ")" to the host.
        let capacity = text.count - schemeByteCount + 3
        key.append(addingCapacity: capacity) { output in
            unsafe text.withUnsafeBufferPointer { text in
                unsafe output.withUnsafeMutableBufferPointer { output, count in
                    guard let start = text.baseAddress, let target = output.baseAddress else { return }
                    count = unsafe writeKey(
                        of: start + schemeByteCount, byteCount: text.count - schemeByteCount, to: target)
                }
            }
        }
        guard !key.isEmpty else { return false }
        key.append(schemeByteCount == 7 ? SortKey.httpTerminator : SortKey.httpsTerminator)
        return true
    }

    /// 7 for "http://", 8 for "https://".
    private static func schemeByteCount(_ text: Span<UInt8>) -> Int? {
        guard text.count > 8, text[0] == UInt8(ascii: "h"), text[1] == UInt8(ascii: "t"),
            text[2] == UInt8(ascii: "t"), text[3] == UInt8(ascii: "p")
        else { return nil }
        let colonIndex = text[4] == UInt8(ascii: "s") ? 5 : 4
        guard text[colonIndex] == UInt8(ascii: ":"), text[colonIndex + 1] == UInt8(ascii: "/"),
            text[colonIndex + 2] == UInt8(ascii: "/")
        else { return nil }
        return colonIndex + 3
    }

    /// Writes host key, ")" and path and query, at most `byteCount` + 2 bytes; the number written, 0 when the URL isn't plain.
    private static func writeKey(
        of text: UnsafePointer<UInt8>, byteCount: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var hostByteCount = 0
        while hostByteCount < byteCount, isNameByteOrDot(unsafe text[hostByteCount]) { hostByteCount += 1 }
        // Each label goes to the mirrored place.
        guard hostByteCount > 0, hostByteCount <= HostName.byteCountLimit else { return 0 }
        var labelStart = 0
        while true {
            var labelEnd = labelStart
            while labelEnd < hostByteCount, unsafe text[labelEnd] != dot { labelEnd += 1 }
            guard labelEnd > labelStart, labelEnd - labelStart <= HostName.labelByteCountLimit else { return 0 }
            let place = hostByteCount - labelEnd
            for index in 0..<(labelEnd - labelStart) { unsafe target[place + index] = text[labelStart + index] }
            if labelEnd == hostByteCount { break }
            unsafe target[place - 1] = UInt8(ascii: ",")
            labelStart = labelEnd + 1
        }
        // A last label that starts with a digit may make the host an address.
        guard !HostName.isDigit(unsafe text[labelStart]) else { return 0 }
        unsafe target[hostByteCount] = UInt8(ascii: ")")

        var index = hostByteCount
        var shift = 1
        let afterHost = index < byteCount ? unsafe text[index] : UInt8(ascii: "#")
        if afterHost == UInt8(ascii: "?") || afterHost == UInt8(ascii: "#") {
            unsafe target[index + 1] = UInt8(ascii: "/")
            shift = 2
        } else if afterHost != UInt8(ascii: "/") {
            return 0
        }
        while index < byteCount {
            let byte = unsafe text[index]
            if byte == UInt8(ascii: "#") { break }
            guard standsInKey(byte) else { return 0 }
            unsafe target[index + shift] = byte
            index += 1
        }
        return index + shift
    }

    private static let dot = UInt8(ascii: ".")

    @inline(__always)
    private static func isNameByteOrDot(_ byte: UInt8) -> Bool { HostName.isNameByte(byte) || byte == dot }

    /// Whether a byte of a path or query stays as it is. A backslash doesn't always.
    @inline(__always)
    static func standsInKey(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<")
            && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\\")
    }
}
