/// A snapshot's name: its date, or its date and a label: "2026-11-01", "2026-11-01-export".
/// Ordered by date, then label (no label first).
package struct SnapshotID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let date: Day
    /// 1 to 64 characters of A–Z a–z 0–9 . _ -, starting with a letter or digit; "" for none.
    package let label: String

    /// nil when the label has other characters.
    package init?(date: Day, label: String = "") {
        guard SnapshotID.isValid(label: label) else { return nil }
        self.date = date
        self.label = label
    }

    /// nil when the text is neither "YYYY-MM-DD" nor "YYYY-MM-DD-label".
    package init?(_ text: some StringProtocol) {
        guard let date = Day(String(text.prefix(10))) else { return nil }
        let rest = text.dropFirst(10)
        if rest.isEmpty {
            self.init(date: date)
        } else {
            // "2026-11-01-" has no label, and isn't another way to write "2026-11-01".
            guard rest.first == "-", rest.dropFirst().isEmpty == false else { return nil }
            self.init(date: date, label: String(rest.dropFirst()))
        }
    }

    package var description: String { label.isEmpty ? date.description : "\(date)-\(label)" }

    package static func < (left: SnapshotID, right: SnapshotID) -> Bool {
        (left.date, left.label) < (right.date, right.label)
    }

    private static func isValid(label: String) -> Bool {
        guard let first = label.utf8.first else { return true }
        func isLetterOrDigit(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        return label.utf8.count <= 64 && isLetterOrDigit(first)
            && label.utf8.allSatisfy { isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }
}
