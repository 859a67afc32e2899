/// The character encoding of an input, told from its first bytes.
enum TextEncoding: Equatable {
    case utf8
    case utf8WithMark
    case utf16LittleEndian(hasMark: Bool)
    case utf16BigEndian(hasMark: Bool)

    /// Bytes of the byte order mark.
    var markByteCount: Int {
        switch self {
        case .utf8: 0
        case .utf8WithMark: 3
        case .utf16LittleEndian(let hasMark), .utf16BigEndian(let hasMark): hasMark ? 2 : 0
        }
    }

    var name: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf8WithMark: "UTF-8 with byte order mark"
        case .utf16LittleEndian: "UTF-16 LE"
        case .utf16BigEndian: "UTF-16 BE"
        }
    }

    /// Without a mark, UTF-16 shows by NUL bytes: a header line is nearly all ASCII, so nearly every second byte is 0,
    /// and in UTF-8 none is. nil for UTF-32, which nobody is known to export.
    static func recognise(_ front: [UInt8]) -> TextEncoding? {
        if front.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8WithMark }
        if front.starts(with: [0xFF, 0xFE, 0, 0]) || front.starts(with: [0, 0, 0xFE, 0xFF]) { return nil }
        if front.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian(hasMark: true) }
        if front.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian(hasMark: true) }
        let pairCount = min(front.count, 256) / 2
        guard pairCount >= 2 else { return .utf8 }
        var evenZeroCount = 0
        var oddZeroCount = 0
        for pair in 0..<pairCount {
            if front[2 * pair] == 0 { evenZeroCount += 1 }
            if front[2 * pair + 1] == 0 { oddZeroCount += 1 }
        }
        let most = pairCount - pairCount / 4
        let few = pairCount / 8
        if oddZeroCount >= most && evenZeroCount <= few { return .utf16LittleEndian(hasMark: false) }
        if evenZeroCount >= most && oddZeroCount <= few { return .utf16BigEndian(hasMark: false) }
        return .utf8
    }
}
