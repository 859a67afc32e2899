/// A calendar day of the proleptic Gregorian calendar, without time or zone.
package struct Day: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let number: Int32

    /// The years that a day may lie in; everything else is rejected where it is read.
    package static let validYears = 1...9999

    package init(number: Int32) {
        self.number = number
    }

    /// nil when there is no such day in `validYears` (month 13, 29 February 2023, year 0).
    package init?(year: Int, month: Int, day: Int) {
        guard Day.validYears.contains(year), (1...12).contains(month),
            day >= 1, day <= Day.dayCount(ofMonth: month, year: year)
        else { return nil }
        self.init(number: Int32(Day.dayNumber(year: year, month: month, day: day)))
    }

    /// Reads exactly "YYYY-MM-DD": ten ASCII characters, an existing day.
    package init?(_ text: some StringProtocol) {
        var fields = (year: 0, month: 0, day: 0)
        var index = 0
        for byte in text.utf8 {
            switch index {
            case 4, 7:
                guard byte == UInt8(ascii: "-") else { return nil }
            case 0...9:
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                let digit = Int(byte - UInt8(ascii: "0"))
                if index < 4 {
                    fields.year = fields.year * 10 + digit
                } else if index < 7 {
                    fields.month = fields.month * 10 + digit
                } else {
                    fields.day = fields.day * 10 + digit
                }
            default: return nil
            }
            index += 1
        }
        guard index == 10 else { return nil }
        self.init(year: fields.year, month: fields.month, day: fields.day)
    }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

extension Day: CustomStringConvertible {
    package var year: Int { civil.year }
    /// 1 to 12.
    package var month: Int { civil.month }
    /// 1 to 31.
    package var day: Int { civil.day }

    /// "YYYY-MM-DD".
    package var description: String {
        let (year, month, day) = civil
        return "\(Day.padded(year, to: 4))-\(Day.padded(month, to: 2))-\(Day.padded(day, to: 2))"
    }

    package var firstOfMonth: Day { Day(number: number - Int32(day - 1)) }

    /// The same day `count` months later (earlier when negative); the month's last day where it has no such day:
    /// 31 March minus one month is 28 or 29 February.
    package func addingMonths(_ count: Int) -> Day {
        let (year, month, day) = civil
        let months = year * 12 + (month - 1) + count
        let newYear = Day.floorDivided(months, by: 12)
        let newMonth = months - newYear * 12 + 1
        let newDay = min(day, Day.dayCount(ofMonth: newMonth, year: newYear))
        return Day(number: Int32(Day.dayNumber(year: newYear, month: newMonth, day: newDay)))
    }

    package func adding(days: Int) -> Day { Day(number: number + Int32(days)) }
}

// The calendar. A year is counted from 1 March here, so that the leap day is its last day and the months before it
// have fixed lengths: month m of such a year (March is 0) starts at day (153 m + 2) / 5, because five months from
// March or August on are always 153 days long. A cycle of 400 years has 146,097 days.
extension Day {
    private static let daysInCycle = 146_097
    /// Days from 0000-03-01, where a cycle starts, to 1970-01-01.
    private static let epochOffset = 719_468

    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = month > 2 ? month - 3 : month + 9
        let cycle = floorDivided(marchYear, by: 400)
        let yearOfCycle = marchYear - cycle * 400
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * daysInCycle + dayOfCycle - epochOffset
    }

    private var civil: (year: Int, month: Int, day: Int) {
        let days = Int(number) + Day.epochOffset
        let cycle = Day.floorDivided(days, by: Day.daysInCycle)
        let dayOfCycle = days - cycle * Day.daysInCycle
        // Leap days that lie before this day: one every 1,461 days, but for the centuries' ends, and for the cycle's.
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }

    private static func dayCount(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func floorDivided(_ value: Int, by divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    private static func padded(_ value: Int, to width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
