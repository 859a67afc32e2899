/// The Retry-After header (RFC 9110 §10.2.3): seconds, or a date of HTTP in any of its three forms.
package enum RetryAfter {
    /// Zero for dates gone by; nil when it can't be read.
    package static func wait(_ value: String, secondsSince1970 now: Int64) -> Duration? {
        let text = value.trimmingSpace()
        if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            // More digits than a number holds: a very long time.
            return .seconds(min(Int64(text) ?? .max, 1 << 40))
        }
        return seconds(ofDate: text).map { .seconds(max(0, $0 - now)) }
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994".
    static func seconds(ofDate text: some StringProtocol) -> Int64? {
        var numbers: [Int] = []
        var month: Int?
        var time: [Int] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" }) {
            if let number = Int(word), number >= 0 {
                numbers.append(number)
            } else if word.contains(":") {
                time = word.split(separator: ":").compactMap { Int($0) }
            } else if month == nil {
                month = months.firstIndex(of: word.lowercased()).map { $0 + 1 }
            }
        }
        guard let month, numbers.count == 2, time.count == 3, (1...31).contains(numbers[0]), numbers[1] <= 9999,
            (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        // Two digits: of this century, until its last quarter.
        let year = numbers[1] < 75 ? numbers[1] + 2000 : numbers[1] < 100 ? numbers[1] + 1900 : numbers[1]
        let days = dayNumber(year: year, month: month, day: numbers[0])
        return Int64(((days * 24 + time[0]) * 60 + time[1]) * 60 + time[2])
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counting years from March.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
