/// A snapshot's name: its date, or its date and a label: "2026-11-01", "2026-11-01-export".
/// Ordered by date, then label (no label first).
package struct SnapshotID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let date: Day
    /// 1 to 64 characters of A–Z a–z 0–9 . _ -, starting with a letter or digit; "" for none.
    package let label: String

    /// nil when the label has other characters.
    package init?(date: Day, label: String = "") { fatalError("stub") }
    /// nil when the text is neither "YYYY-MM-DD" nor "YYYY-MM-DD-label".
    package init?(_ text: some StringProtocol) { fatalError("stub") }
    package var description: String { label.isEmpty ? date.description : "\(date)-\(label)" }
    package static func < (left: SnapshotID, right: SnapshotID) -> Bool {
        (left.date, left.label) < (right.date, right.label)
    }
}
