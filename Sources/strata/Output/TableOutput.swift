import ArgumentParser
import BacklinkContracts
import SnapshotStore

enum OutputFormat: String, CaseIterable, Sendable, ExpressibleByArgument { case table, csv, json, jsonl }

/// Prints an answer row by row: open it before the work (a place that can't be written fails at once), append rows,
/// finish. Without finish nothing appears under the name of a file.
final class TableOutput {
    private let columns: [OutputColumn]
    private let format: OutputFormat
    /// Texts of CSV can't be formulas of a spreadsheet.
    private let isCSVSafe: Bool
    private let file: OutputFile
    private var table: TerminalTable
    private var buffer: [UInt8] = []
    private(set) var rowCount = 0
    /// Called once, before the first bytes go to a terminal.
    private var beforeTerminalOutput: (() -> Void)?

    private static let bufferByteCount = 64 << 10

    /// - Parameters:
    ///   - format: nil: a table on a terminal, else CSV.
    ///   - isCSVSafe: texts of CSV go through `FormulaGuard`; other formats are as ever.
    ///   - beforeTerminalOutput: clears a progress bar.
    init(
        _ columns: [OutputColumn], format: OutputFormat?, path: String?, fitsTerminal: Bool = true,
        isCSVSafe: Bool = false, beforeTerminalOutput: (() -> Void)? = nil
    ) throws {
        self.columns = columns
        self.isCSVSafe = isCSVSafe
        file = try OutputFile(path: path)
        self.format = format ?? (file.isTerminal ? .table : .csv)
        self.beforeTerminalOutput = file.isTerminal ? beforeTerminalOutput : nil
        // A table in a file is for reading in full; $COLUMNS describes the terminal.
        let isOnScreen = fitsTerminal && (path == nil || path == "-")
        table = TerminalTable(columns: columns, columnCount: isOnScreen ? Terminal.columnCount : nil)
        buffer.reserveCapacity(Self.bufferByteCount + 4096)
        switch self.format {
        case .csv: CSVText.appendLine(columns.map(\.name), to: &buffer)
        case .json: buffer.append(UInt8(ascii: "["))
        case .table, .jsonl: break
        }
    }

    /// Whether it is read by people rather than programs.
    var isForPeople: Bool { format == .table }

    /// One value for each column.
    func append(_ row: [TableValue]) throws {
        precondition(row.count == columns.count)
        switch format {
        case .table: table.append(row, to: &buffer)
        case .csv, .jsonl: Self.appendLine(columns, row, format, isCSVSafe, to: &buffer)
        case .json:
            buffer.append(contentsOf: (rowCount == 0 ? "\n" : ",\n").utf8)
            JSONText.appendObject(columns, row, to: &buffer)
        }
        rowCount += 1
        if buffer.count >= Self.bufferByteCount { try writeBuffer() }
    }

    /// The same for rows of things that are at hand: lines of their own are made on several threads, and written in order.
    func append<Element: Sendable>(
        contentsOf elements: [Element], threads: Int, _ row: @Sendable (Element) -> [TableValue]
    ) throws {
        let (columns, format, isCSVSafe) = (columns, format, isCSVSafe)
        guard format == .csv || format == .jsonl, threads > 1, elements.count > Self.elementsPerPiece else {
            for element in elements { try append(row(element)) }
            return
        }
        try writeBuffer()
        let pieceCount = (elements.count + Self.elementsPerPiece - 1) / Self.elementsPerPiece
        // A few at once: texts of all rows may be much more than what they are made of.
        let piecesAtOnce = max(threads, min(8 * threads, 64))
        for first in stride(from: 0, to: pieceCount, by: piecesAtOnce) {
            let lines = try parallelMap(min(piecesAtOnce, pieceCount - first), threads: threads) { number in
                let start = (first + number) * Self.elementsPerPiece
                var lines: [UInt8] = []
                for element in elements[start..<min(start + Self.elementsPerPiece, elements.count)] {
                    let row = row(element)
                    precondition(row.count == columns.count)
                    Self.appendLine(columns, row, format, isCSVSafe, to: &lines)
                }
                return lines
            }
            for lines in lines {
                buffer = lines
                try writeBuffer()
            }
        }
        rowCount += elements.count
    }

    private static let elementsPerPiece = 2_048

    /// A row as a line of CSV or JSON.
    private static func appendLine(
        _ columns: [OutputColumn], _ row: [TableValue], _ format: OutputFormat, _ isCSVSafe: Bool,
        to out: inout [UInt8]
    ) {
        if format == .jsonl {
            JSONText.appendObject(columns, row, to: &out)
        } else {
            // As CSVText.appendLine without a text for each number: most values of long answers are numbers.
            for (index, value) in row.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                switch value {
                case .integer(let number): append(number, to: &out)
                case .text(let text) where isCSVSafe: CSVText.append(FormulaGuard.text(text), to: &out)
                case .object where isCSVSafe: CSVText.append(FormulaGuard.text(value.plainText ?? ""), to: &out)
                default: if let text = value.plainText { CSVText.append(text, to: &out) }
                }
            }
        }
        out.append(UInt8(ascii: "\n"))
    }

    /// In decimal digits.
    static func append(_ number: Int64, to out: inout [UInt8]) {
        if number < 0 { out.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = out.count
        repeat {
            out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        out[start...].reverse()
    }

    /// Shows the rows so far. A table's widths are settled by it.
    func flush() throws {
        if format == .table { table.flush(to: &buffer) }
        try writeBuffer()
    }

    func finish() throws {
        if format == .json { buffer.append(contentsOf: (rowCount == 0 ? "]\n" : "\n]\n").utf8) }
        try flush()
        try file.commit()
        guard format == .table else { return }
        if rowCount == 0 { Message.line("(no rows)") }
        let omitted = table.omittedColumns
        if !omitted.isEmpty {
            Message.line(
                "(not shown, the terminal is too narrow: \(omitted.joined(separator: ", ")); --format csv has all)")
        }
    }

    private func writeBuffer() throws {
        if buffer.isEmpty { return }
        beforeTerminalOutput?()
        beforeTerminalOutput = nil
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
