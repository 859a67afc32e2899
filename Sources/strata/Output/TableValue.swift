import Glibc
import LinkModel

/// One cell of an answer.
enum TableValue: Sendable {
    case text(String)
    case integer(Int64)
    case real(Double)
    case flag(Bool)
    case day(Day)
    /// The beginning of a day in UTC, as histories have it; tables show the day.
    case midnight(Day)
    /// Names and values, as a JSON object in every format.
    case object([(name: String, value: TableValue)])
    case null
}

extension TableValue {
    static func text(orNull text: String?) -> TableValue { text.map { .text($0) } ?? .null }
    static func day(orNull day: Day?) -> TableValue { day.map { .day($0) } ?? .null }
    static func count(_ value: some BinaryInteger) -> TableValue { .integer(Int64(clamping: value)) }

    /// The value as text; nil for null. Floating-point numbers are the shortest text that reads back to the same bits.
    var plainText: String? {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        case .real(let value): value.isFinite ? value.description : nil
        case .flag(let value): value ? "true" : "false"
        case .day(let day): day.description
        case .midnight(let day): "\(day) 00:00:00 +00:00"
        case .object:
            JSONText.of(self)
        case .null: nil
        }
    }
}

extension TableValue {
    /// The value as a terminal table shows it, safe and on one line.
    var tableText: String {
        switch self {
        case .midnight(let day): day.description
        case .real(let value): Self.short(value)
        default: Printable.text(plainText ?? "")
        }
    }

    /// Six significant digits: files and pipes get them all.
    private static func short(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        guard value != 0 else { return "0" }
        let place = 5 - Int(log10(abs(value)).rounded(.down))
        // Powers of ten up to the 22nd are exact, so that the quotient is the number nearest to the digits.
        guard abs(place) <= 22 else { return value.description }
        let power = pow(10, Double(abs(place)))
        return (place >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power).description
    }
}

/// One column of an answer.
struct OutputColumn: Sendable {
    enum Kind: Sendable { case text, number, other }
    /// What becomes of the column when a terminal is too narrow. Files and pipes always get every column.
    enum Need: Int, Sendable { case always, usually, seldom, never }

    /// The API's field name.
    let name: String
    let kind: Kind
    let need: Need

    static func text(_ name: String, _ need: Need = .always) -> OutputColumn {
        OutputColumn(name: name, kind: .text, need: need)
    }
    /// Right-aligned.
    static func number(_ name: String, _ need: Need = .always) -> OutputColumn {
        OutputColumn(name: name, kind: .number, need: need)
    }
    /// Days, true and false: never cut.
    static func other(_ name: String, _ need: Need = .always) -> OutputColumn {
        OutputColumn(name: name, kind: .other, need: need)
    }
}
