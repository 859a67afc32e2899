/// URLs that need nothing but their labels turned round: `http://` or `https://` in small letters, a name of
/// a–z 0–9 . _ - that ends in a letter's label, no port, then printable ASCII. Nearly all URLs of link data are such,
/// and imports key them by the million: they take this short way, all others that of URLNormalizer.
///
/// Safety: all reads lie below `byteCount`, eight bytes at a time only where as many are left. No write ends more
/// than 8 bytes after the `byteCount` first ones, and `appendKey` makes room for 11.
enum PlainURL {
    /// Appends the sort key of a plain URL to `key`, which is empty. False, with `key` as it was, when the URL isn't
    /// plain, valid or not.
    static func appendKey(of text: Span<UInt8>, to key: inout [UInt8]) -> Bool {
        // The slash of an empty path may make the URL longer than its text.
        guard text.count < URLNormalizer.byteCountLimit, let schemeByteCount = schemeByteCount(text) else {
            return false
        }
        // The terminator and the slash of an empty path come to what is left of the text, and ")" to the host. Eight bytes
        // are written at a time.
        let capacity = text.count - schemeByteCount + 3 + 8
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

    /// Writes host key, ")" and path and query, at most `byteCount` + 2 bytes, and up to 8 that don't count after them; the
    /// number written, 0 when the URL isn't plain.
    private static func writeKey(
        of text: UnsafePointer<UInt8>, byteCount: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let hostByteCount = unsafe writeHost(of: text, byteCount: byteCount, to: target)
        guard hostByteCount > 0 else { return 0 }
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
        while index &+ 8 <= byteCount {
            let word = unsafe UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self)
            guard allStandInKey(word) else { break }
            unsafe UnsafeMutableRawPointer(target + index + shift).storeBytes(of: word, as: UInt64.self)
            index &+= 8
        }
        while index < byteCount {
            let byte = unsafe text[index]
            if byte == UInt8(ascii: "#") { break }
            guard standsInKey(byte) else { return 0 }
            unsafe target[index + shift] = byte
            index &+= 1
        }
        return index + shift
    }

    /// Writes the labels of the name at the front of `text` in reverse; the number of bytes, 0 when it isn't a plain name of
    /// fewer than 64 bytes.
    private static func writeHost(
        of text: UnsafePointer<UInt8>, byteCount: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var hostByteCount = 0
        // Bit i: byte i is a dot.
        var dots: UInt64 = 0
        while hostByteCount < byteCount, hostByteCount < 64 {
            let byte = unsafe text[hostByteCount]
            guard isNameByteOrDot(byte) else { break }
            dots |= (byte == dot ? 1 : 0) &<< UInt64(truncatingIfNeeded: hostByteCount)
            hostByteCount &+= 1
        }
        guard hostByteCount > 0, hostByteCount < 64 else { return 0 }
        // From the last label to the first one, so that what is written past a label's end is overwritten.
        var labelEnd = hostByteCount
        var place = 0
        while true {
            let dotsBefore = dots & ~(UInt64.max << UInt64(labelEnd))
            let labelStart = 64 &- dotsBefore.leadingZeroBitCount
            let labelByteCount = labelEnd &- labelStart
            guard labelByteCount > 0, labelByteCount <= HostName.labelByteCountLimit else { return 0 }
            // A last label that starts with a digit may make the host an address.
            if place == 0, HostName.isDigit(unsafe text[labelStart]) { return 0 }
            var offset = 0
            while offset < labelByteCount, labelStart &+ offset &+ 8 <= byteCount {
                let word = unsafe UnsafeRawPointer(text + labelStart + offset).loadUnaligned(as: UInt64.self)
                unsafe UnsafeMutableRawPointer(target + place + offset).storeBytes(of: word, as: UInt64.self)
                offset &+= 8
            }
            while offset < labelByteCount {
                unsafe target[place &+ offset] = text[labelStart &+ offset]
                offset &+= 1
            }
            place &+= labelByteCount
            if labelStart == 0 { return place }
            unsafe target[place] = UInt8(ascii: ",")
            place &+= 1
            labelEnd = labelStart &- 1
        }
    }

    private static let dot = UInt8(ascii: ".")

    @inline(__always)
    private static func isNameByteOrDot(_ byte: UInt8) -> Bool { HostName.isNameByte(byte) || byte == dot }

    /// Whether all eight bytes of a path or query stay as they are, and none is "#". Byte by byte in one word: the top bit of
    /// `byte + (0x80 − limit)` says that byte ≥ limit, and that of `(byte ^ other) + 0x7F` that it is another one; a byte
    /// above 0x7F may spoil its neighbours, but then the answer is no.
    @inline(__always)
    private static func allStandInKey(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        // `"` and `#` differ in their lowest bit, `<` and `>` in the next one.
        let isPrintable = (word &+ ones &* (0x80 - 0x21)) & ~(word &+ ones)
        let isNoQuoteOrHash = ((word | ones) ^ (ones &* 0x23)) &+ ones &* 0x7F
        let isNoAngle = ((word | ones &* 2) ^ (ones &* 0x3E)) &+ ones &* 0x7F
        let isNoBackslash = (word ^ (ones &* 0x5C)) &+ ones &* 0x7F
        return isPrintable & isNoQuoteOrHash & isNoAngle & isNoBackslash & ~word & tops == tops
    }

    /// Whether a byte of a path or query stays as it is. A backslash doesn't always.
    @inline(__always)
    static func standsInKey(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<")
            && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\\")
    }
}
