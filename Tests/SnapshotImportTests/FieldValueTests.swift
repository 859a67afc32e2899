import LinkModel
import Testing

@testable import SnapshotImport

@Suite struct FieldValueTests {
    @Test(arguments: [
        "", "T09:30", " 09:30", "T09:30:15", " 09:30:15.123456", "T09:30:15Z", "T09:30:60.5+02:00", "T09:30-0500",
        " 09:30:15 UTC", " 09:30:15 +01", "t09:30z",
    ])
    func aTimeMayFollowTheDay(time: String) throws {
        let day = FieldValue.day(Array("2026-09-15\(time)".utf8).span)
        #expect(try #require(day) == Day("2026-09-15"))
    }

    @Test(arguments: [
        " ", "T", " 9garbage", " 9", " 09", " 09:3", " 09:60", " 25:00", " 09:30:", " 09:30:61", " 09:30:15.",
        " 09:30 ",
        " 09:30x", "x09:30", " 09:30+1", " 09:30+01:6", " 09:30:15Z+01", "9",
    ])
    func anythingElseMayNot(time: String) {
        let isDay = FieldValue.day(Array("2026-09-15\(time)".utf8).span) != nil
        #expect(!isDay)
    }
}
