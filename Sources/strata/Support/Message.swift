import Glibc
import SnapshotStore

/// What the program says beside its answer: lines on standard error, each after "strata: ".
enum Message {
    static func error(_ error: any Error) {
        write("strata: \(Printable.text("\(error)", keepsLines: true))\n")
    }

    static func note(_ text: String) {
        write("strata: \(Printable.text(text, keepsLines: true))\n")
    }

    /// Without a prefix, for reports of several lines.
    static func line(_ text: String) {
        write("\(Printable.text(text, keepsLines: true))\n")
    }

    /// Bytes as they are; a failure to write to standard error has nowhere to be told.
    static func write(_ text: String) {
        _ = SystemCall.writeAll(Array(text.utf8)[...], to: STDERR_FILENO)
    }
}

/// Numbers and sizes for people.
enum Readable {
    /// 1234567 → "1,234,567".
    static func count(_ value: some BinaryInteger) -> String {
        var digits = String(value.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.append(String(digits.suffix(3)))
            digits.removeLast(3)
        }
        groups.append(digits)
        return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// "1 row", "1,234 rows".
    static func count(_ value: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
        "\(count(value)) \(value == 1 ? noun : plural ?? noun + "s")"
    }

    /// 1536 → "1.5 KiB".
    static func bytes(_ value: UInt64) -> String {
        if value < 1024 { return "\(value) bytes" }
        var size = Double(value)
        var unit = "bytes"
        for next in ["KiB", "MiB", "GiB", "TiB"] where size >= 1024 {
            size /= 1024
            unit = next
        }
        return "\(decimals(size, size < 10 ? 2 : 1)) \(unit)"
    }

    /// Rounded to a fixed number of decimals: (1.256, 2) → "1.26".
    static func decimals(_ value: Double, _ count: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<count { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        let whole = (scaled / scale).rounded(.down)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if count == 0 { return "\(sign)\(UInt64(whole))" }
        let fraction = String(UInt64(scaled - whole * scale))
        return "\(sign)\(UInt64(whole)).\(String(repeating: "0", count: max(0, count - fraction.count)))\(fraction)"
    }

    /// 75 → "1:15", 3725 → "1:02:05".
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let total = UInt64(max(0, seconds).rounded())
        let two = { (value: UInt64) in value < 10 ? "0\(value)" : "\(value)" }
        return total < 3600
            ? "\(total / 60):\(two(total % 60))" : "\(total / 3600):\(two(total / 60 % 60)):\(two(total % 60))"
    }
}
