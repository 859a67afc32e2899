/// A table for people: a header, numbers to the right, texts cut to what fits.
///
/// Widths are found from the first `sampleRowCount` rows; what comes later and is wider is cut (texts) or shifts its line
/// (numbers, which are never cut).
struct TerminalTable: Sendable {
    static let sampleRowCount = 500
    private static let gap = 2

    private let columns: [OutputColumn]
    /// nil: nothing is cut, no column is left out.
    private let columnCount: Int?
    private var sample: [[String]] = []
    private var layout: TableLayout?

    init(columns: [OutputColumn], columnCount: Int?) {
        self.columns = columns
        self.columnCount = columnCount
    }

    /// The columns left out because the terminal is too narrow; known once the first line is out.
    var omittedColumns: [String] {
        guard let layout else { return [] }
        return columns.indices.filter { columns[$0].need != .never && !layout.columns.contains($0) }.map {
            columns[$0].name
        }
    }

    mutating func append(_ row: [TableValue], to out: inout [UInt8]) {
        let cells = row.map(\.tableText)
        if let layout {
            appendLine(cells, layout, to: &out)
        } else {
            sample.append(cells)
            if sample.count == Self.sampleRowCount { flush(to: &out) }
        }
    }

    /// Prints what has been held back to find the widths.
    mutating func flush(to out: inout [UInt8]) {
        guard layout == nil else { return }
        let layout = TableLayout(columns: columns, rows: sample, columnCount: columnCount, gap: Self.gap)
        self.layout = layout
        for line in layout.headerLines { appendLine(line, layout, to: &out) }
        let rule = layout.columns.indices.map { String(repeating: "─", count: layout.widths[$0]) }
        out.append(contentsOf: (rule.joined(separator: String(repeating: " ", count: Self.gap)) + "\n").utf8)
        for row in sample { appendLine(row, layout, to: &out) }
        sample = []
    }

    private func appendLine(_ cells: [String], _ layout: TableLayout, to out: inout [UInt8]) {
        var line = ""
        /// Spaces owed before the next cell, so that no line ends in blanks.
        var owed = 0
        for (position, column) in layout.columns.enumerated() {
            let width = layout.widths[position]
            let cell = columns[column].kind == .text ? DisplayWidth.cut(cells[column], to: width) : cells[column]
            let padding = max(0, width - DisplayWidth.of(cell))
            let isRight = columns[column].kind == .number
            if isRight { owed += padding }
            if !cell.isEmpty {
                line += String(repeating: " ", count: owed) + cell
                owed = 0
            } else {
                owed += width - padding
            }
            if !isRight { owed += padding }
            owed += Self.gap
        }
        out.append(contentsOf: (line + "\n").utf8)
    }
}
