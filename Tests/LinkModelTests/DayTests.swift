import LinkModel
import TestSupport
import Testing

@Suite struct DayTests {
    /// Counts days one by one, with a table of month lengths: another way than Day's.
    @Test func everyDayOfTwoCenturies() {
        var number: Int32 = -25_567  // 1900-01-01
        for year in 1900...2100 {
            let isLeapYear = year.isMultiple(of: 400) || year.isMultiple(of: 4) && !year.isMultiple(of: 100)
            let lengths = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                let month = index + 1
                let first = number
                for dayOfMonth in 1...length {
                    let day = Day(number: number)
                    guard day.year == year, day.month == month, day.day == dayOfMonth,
                        Day(year: year, month: month, day: dayOfMonth) == day, Day(day.description) == day,
                        day.firstOfMonth.number == first
                    else {
                        Issue.record("\(year)-\(month)-\(dayOfMonth): \(day)")
                        return
                    }
                    number += 1
                }
                #expect(Day(year: year, month: month, day: length + 1) == nil)
            }
        }
        #expect(Day(number: number).description == "2101-01-01")
    }

    @Test func knownDays() {
        #expect(Day("1970-01-01")?.number == 0)
        #expect(Day("2000-02-29")?.number == 11_016)
        #expect(Day("0001-01-01")?.number == -719_162)
        #expect(Day("9999-12-31")?.number == 2_932_896)
        #expect(Day(number: -719_162).description == "0001-01-01")
        #expect(Day("2026-11-21")?.adding(days: -325).description == "2025-12-31")
        #expect(Day("2026-11-21")! < Day("2026-11-22")!)
    }

    @Test(arguments: [
        "", "2026", "2026-1-01", "2026-01-1", "20260101", "2026/01/01", "2026-13-01", "2026-00-01", "2026-01-00",
        "2026-04-31", "2023-02-29", "1900-02-29", "0000-01-01", "2026-01-01 ", " 2026-01-01", "+026-01-01",
        "-026-01-01", "2026-01-01T00:00", "10000-01-01", "２０２６-01-01", "2026-0a-01", "2026-01-01\n",
    ])
    func refused(text: String) {
        #expect(Day(text) == nil)
    }

    @Test(arguments: [
        ("2026-03-31", -1, "2026-02-28"), ("2024-03-31", -1, "2024-02-29"), ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 3, "2026-04-30"), ("2026-12-15", 1, "2027-01-15"), ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", -13, "2024-12-15"), ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"),
        ("2026-06-30", 0, "2026-06-30"), ("2000-02-29", -1_200, "1900-02-28"), ("2026-05-31", 25, "2028-06-30"),
    ])
    func months(start: String, count: Int, expected: String) throws {
        #expect(try #require(Day(start)).addingMonths(count).description == expected)
    }

    @Test func monthsThereAndBack() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<2_000 {
            let day = Day(number: Int32(random.below(80_000)) - 30_000)
            let count = random.below(4_000) - 2_000
            let moved = day.addingMonths(count)
            #expect((moved.year - day.year) * 12 + moved.month - day.month == count, "\(day) + \(count) months")
            #expect(moved.day == day.day || moved.day < day.day && moved.adding(days: 1).day == 1)
            #expect(moved.firstOfMonth == day.firstOfMonth.addingMonths(count))
        }
    }

    @Test func theWholeRangeOfNumbers() {
        for number in [Int32.min, .min + 1, -1, .max - 1, .max] {
            let day = Day(number: number)
            #expect((1...12).contains(day.month) && (1...31).contains(day.day))
        }
    }
}
