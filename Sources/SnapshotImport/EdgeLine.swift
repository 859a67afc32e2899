/// The lines of graph files: ids and names between TABs or spaces.
enum EdgeLine {
    /// Why a line is a bad row.
    enum Fault: String, Error {
        case notTwoIDs = "not two ids"
        case notAnIDAndAName = "not an id and a name"
        case idTooLarge = "an id is above 18446744073709551615"
    }

    /// Blank lines and lines that begin with "#" are skipped.
    static func isSkipped(_ line: Span<UInt8>) -> Bool {
        for index in line.indices where !isSpace(line[index]) { return line[index] == UInt8(ascii: "#") }
        return true
    }

    static func edge(_ line: Span<UInt8>) throws(Fault) -> (from: UInt64, to: UInt64) {
        var index = 0
        guard let from = try number(line, &index), index < line.count, isSpace(line[index]),
            let to = try number(line, &index)
        else { throw .notTwoIDs }
        skipSpaces(line, &index)
        guard index == line.count else { throw .notTwoIDs }
        return (from, to)
    }

    /// The id and where the name lies; further fields are left alone. After a TAB it goes to the next TAB: a name with a space in it
    /// is no other name.
    static func vertex(_ line: Span<UInt8>) throws(Fault) -> (id: UInt64, name: Range<Int>) {
        var index = 0
        guard let id = try number(line, &index), index < line.count, isSpace(line[index]) else {
            throw .notAnIDAndAName
        }
        let isTabbed = line[index] == 9
        skipSpaces(line, &index)
        let start = index
        while index < line.count, line[index] != 9, isTabbed || line[index] != 32 { index += 1 }
        while index > start, line[index - 1] == 32 { index -= 1 }
        guard start < index else { throw .notAnIDAndAName }
        return (id, start..<index)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 9 || byte == 32 }

    private static func skipSpaces(_ line: Span<UInt8>, _ index: inout Int) {
        while index < line.count, isSpace(line[index]) { index += 1 }
    }

    /// nil when no digit is there.
    private static func number(_ line: Span<UInt8>, _ index: inout Int) throws(Fault) -> UInt64? {
        skipSpaces(line, &index)
        let start = index
        var value: UInt64 = 0
        while index < line.count {
            let digit = line[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
            if overflow || carry { throw .idTooLarge }
            value = sum
            index += 1
        }
        return index > start ? value : nil
    }
}
