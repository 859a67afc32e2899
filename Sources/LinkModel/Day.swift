/// A calendar day of the proleptic Gregorian calendar, without time or zone.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package let number: Int32

    /// The years that a day may lie in; everything else is rejected where it is read.
    package static let validYears = 1...9999

    package init(number: Int32) {
        self.number = number
    }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

// Implemented by the LinkModel owner: init?(year:month:day:), init?(_ text:) (strict YYYY-MM-DD), year, month, day,
// description, firstOfMonth, addingMonths(_:), adding(days:).
extension Day {
    package init?(year: Int, month: Int, day: Int) { fatalError("stub") }
    package init?(_ text: some StringProtocol) { fatalError("stub") }
    package var year: Int { fatalError("stub") }
    package var month: Int { fatalError("stub") }
    package var day: Int { fatalError("stub") }
    package var description: String { fatalError("stub") }
    package var firstOfMonth: Day { fatalError("stub") }
    package func addingMonths(_ count: Int) -> Day { fatalError("stub") }
    package func adding(days: Int) -> Day { Day(number: number + Int32(days)) }
}
