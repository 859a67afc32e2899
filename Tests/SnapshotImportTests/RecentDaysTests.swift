import LinkModel
import TestSupport
import Testing

@testable import SnapshotImport

@Suite struct RecentDaysTests {
    /// Bytes that equal those of an empty entry.
    @Test func zerosAreNoDate() {
        var days = RecentDays()
        let zeros = [UInt8](repeating: 0, count: 10)
        for _ in 0..<2 { #expect(days.day(zeros.span) == nil && FieldValue.day(zeros.span) == nil) }
    }

    @Test func aRememberedDayIsTheOneThatIsRead() {
        for seed in UInt64(1)...8 {
            var random = SeededRandom(seed: seed)
            var days = RecentDays()
            // Few dates, so that most are remembered; some of them no dates at all, or none of ten bytes.
            let texts = (0..<3_000).map { _ in
                let number = Int(random.next() % 400)
                let (month, day) = (number % 14, number % 33)
                func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                switch number % 9 {
                case 0: return "2026-\(two(month))-\(two(day))T10:30:00Z"
                case 1: return "\(1_700_000_000 + number)"
                case 2: return number % 2 == 0 ? "" : "0000-00-00"
                case 3: return "2026-\(two(month))-x\(number % 10)"
                default: return "20\(two(number % 30))-\(two(month))-\(two(day))"
                }
            }
            for text in texts + texts.reversed() {
                let bytes = Array(text.utf8)
                let (found, read) = (days.day(bytes.span), FieldValue.day(bytes.span))
                #expect((found == nil) == (read == nil), "seed \(seed), \(text)")
                #expect(found.flatMap { $0 } == read.flatMap { $0 }, "seed \(seed), \(text)")
            }
        }
    }
}
