import LinkModel

/// The values that columns of an import file hold.
enum FieldValue {
    /// Yes or no by the words of all known exports; nil for anything else. Empty is no.
    static func boolean(_ bytes: Span<UInt8>) -> Bool? {
        switch bytes.count {
        case 0: return false
        case 1:
            switch bytes[0] | 0x20 {
            case UInt8(ascii: "1"), UInt8(ascii: "y"), UInt8(ascii: "t"): return true
            case UInt8(ascii: "0"), UInt8(ascii: "n"), UInt8(ascii: "f"): return false
            default: break
            }
            if bytes[0] == UInt8(ascii: "+") { return true }
            if bytes[0] == UInt8(ascii: "-") { return false }
            return nil
        case 2: return equals(bytes, "no") ? false : nil
        case 3: return equals(bytes, "yes") ? true : nil
        case 4: return equals(bytes, "true") ? true : nil
        case 5: return equals(bytes, "false") ? false : nil
        default: return nil
        }
    }

    /// A day as exports write it: "2026-09-15", the same with a time after "T" or a space (the day is taken as written),
    /// "Sep 15, 2026", or seconds since 1970 (9 or 10 digits). Empty and 0000-00-00 are unknown: `.some(nil)`; nil is
    /// returned for anything else.
    static func day(_ bytes: Span<UInt8>) -> Day?? {
        if bytes.count == 0 { return .some(nil) }
        if bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") {
            guard let (year, month, day) = digits(ofDate: bytes) else { return nil }
            if bytes.count > 10 {
                guard bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
                    isTime(bytes.extracting(11..<bytes.count))
                else { return nil }
            }
            if year == 0 && month == 0 && day == 0 { return .some(nil) }
            return Day(year: year, month: month, day: day).map { .some($0) } ?? nil
        }
        if bytes.count == 9 || bytes.count == 10, let seconds = number(bytes, 0..<bytes.count) {
            return Day(number: Int32(seconds / 86_400))
        }
        return namedMonthDay(bytes)
    }

    /// HH:MM, HH:MM:SS or HH:MM:SS.fraction, and perhaps a zone, after a space or without one.
    private static func isTime(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= 5, let hour = number(bytes, 0..<2), hour <= 24, isMinute(bytes, at: 2, atMost: 59) else {
            return false
        }
        var end = 5
        // A leap second is the 60th.
        if isMinute(bytes, at: 5, atMost: 60) {
            end = 8
            if bytes.count > 9, bytes[8] == UInt8(ascii: ".") || bytes[8] == UInt8(ascii: ","),
                number(bytes, 9..<10) != nil
            {
                end = 10
                while end < bytes.count, number(bytes, end..<end + 1) != nil { end += 1 }
            }
        }
        if end + 1 < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
        return end == bytes.count || isZone(bytes.extracting(end..<bytes.count))
    }

    /// Z, UTC, GMT, or an offset: +HH, +HHMM, +HH:MM.
    private static func isZone(_ bytes: Span<UInt8>) -> Bool {
        if equals(bytes, "z") || equals(bytes, "utc") || equals(bytes, "gmt") { return true }
        guard bytes.count >= 3, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            number(bytes, 1..<3) != nil
        else { return false }
        switch bytes.count {
        case 3: return true
        case 5: return number(bytes, 3..<5) != nil
        case 6: return isMinute(bytes, at: 3, atMost: 59)
        default: return false
        }
    }

    /// Whether a colon and two digits stand there.
    private static func isMinute(_ bytes: Span<UInt8>, at start: Int, atMost limit: Int) -> Bool {
        guard start + 3 <= bytes.count, bytes[start] == UInt8(ascii: ":"),
            let value = number(bytes, start + 1..<start + 3)
        else { return false }
        return value <= limit
    }

    /// "Sep 15, 2026"
    private static func namedMonthDay(_ bytes: Span<UInt8>) -> Day?? {
        guard bytes.count >= 11, bytes.count <= 12, bytes[3] == UInt8(ascii: " ") else { return nil }
        let comma = bytes.count - 6
        guard bytes[comma] == UInt8(ascii: ","), bytes[comma + 1] == UInt8(ascii: " "),
            let month = months.firstIndex(where: { equals(bytes.extracting(0..<3), $0) }),
            let day = number(bytes, 4..<comma), let year = number(bytes, comma + 2..<bytes.count)
        else { return nil }
        return Day(year: year, month: month + 1, day: day).map { .some($0) } ?? nil
    }

    private static let months: [StaticString] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// The rel tokens that matter (HTML's rel attribute: words between white space or commas, any case).
    static func relFlags(_ bytes: Span<UInt8>) -> LinkFlags {
        var flags: LinkFlags = []
        var start = 0
        for index in 0...bytes.count {
            if index < bytes.count, bytes[index] > 32, bytes[index] != UInt8(ascii: ",") { continue }
            let word = bytes.extracting(start..<index)
            if equals(word, "nofollow") { flags.insert(.nofollow) }
            if equals(word, "ugc") { flags.insert(.ugc) }
            if equals(word, "sponsored") { flags.insert(.sponsored) }
            start = index + 1
        }
        return flags
    }

    /// A provider's rank, −1 … 100; nil for anything else.
    static func rank(_ bytes: Span<UInt8>) -> Int? {
        if equals(bytes, "-1") { return -1 }
        guard bytes.count <= 3, let rank = number(bytes, 0..<bytes.count), rank <= 100 else { return nil }
        return rank
    }

    /// Whether a column that tells of a lost link says so: a yes, a date or a reason.
    static func meansLost(_ bytes: Span<UInt8>) -> Bool {
        if let value = boolean(bytes) { return value }
        if case .some(.none) = day(bytes) { return false }
        return !equals(bytes, "null") && !equals(bytes, "none")
    }

    /// The numbers of a date whose hyphens are in place; nil when the rest aren't digits.
    private static func digits(ofDate bytes: Span<UInt8>) -> (year: Int, month: Int, day: Int)? {
        @inline(__always) func digit(_ index: Int) -> Int { Int(bytes[index]) &- 0x30 }
        let (a, b, c, d) = (digit(0), digit(1), digit(2), digit(3))
        let (e, f, g, h) = (digit(5), digit(6), digit(8), digit(9))
        // A byte below "0" is negative as an integer and huge as a bit pattern.
        var largest = max(UInt(bitPattern: a), UInt(bitPattern: b), UInt(bitPattern: c))
        largest = max(largest, max(UInt(bitPattern: d), UInt(bitPattern: e), UInt(bitPattern: f)))
        largest = max(largest, max(UInt(bitPattern: g), UInt(bitPattern: h)))
        guard largest < 10 else { return nil }
        return (a * 1000 + b * 100 + c * 10 + d, e * 10 + f, g * 10 + h)
    }

    /// Whether a number's digits fill the range; at most 18 of them.
    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var value = 0
        for index in range {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Compares with a lower-case ASCII word, whatever the case of `bytes`.
    ///
    /// Safety: the guard leaves as many letters as bytes.
    private static func equals(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { (letters) -> Bool in
            for index in 0..<bytes.count {
                let byte = bytes[index]
                let lower = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
                if unsafe lower != letters[index] { return false }
            }
            return true
        }
    }
}
