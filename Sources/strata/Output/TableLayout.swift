/// Which columns a terminal table shows, and how wide each is.
struct TableLayout: Sendable {
    /// Indexes of the shown columns, ascending.
    private(set) var columns: [Int]
    /// One for each shown column.
    private(set) var widths: [Int] = []
    /// The header, on more than one line when its words are broken after "_"; each line has a cell for every column.
    private(set) var headerLines: [[String]] = []

    /// Texts are made no narrower than this before columns are left out.
    private static let leastTextWidth = 20

    init(columns all: [OutputColumn], rows: [[String]], columnCount: Int?, gap: Int) {
        columns = all.indices.filter { all[$0].need != .never }
        let contentWidths = all.indices.map { column in rows.reduce(0) { max($0, DisplayWidth.of($1[column])) } }
        let whole = all.map { [$0.name] }
        let room = { (shown: [Int]) in (columnCount ?? .max / 2) - gap * max(0, shown.count - 1) }

        let natural = all.indices.map { max(contentWidths[$0], all[$0].name.count) }
        if columns.reduce(0, { $0 + natural[$1] }) <= room(columns) {
            widths = columns.map { natural[$0] }
            headerLines = Self.lines(whole, in: widths, of: columns)
            return
        }

        // Too wide. Break the headers, narrow the texts, and if need be leave out the least needed columns.
        let broken = all.map { Self.pieces(of: $0.name) }
        let least = all.indices.map { column in
            let header = broken[column].reduce(0) { max($0, $1.count) }
            let content = contentWidths[column]
            return max(header, all[column].kind == .text ? min(content, Self.leastTextWidth) : content)
        }
        while columns.count > 1, columns.reduce(0, { $0 + least[$1] }) > room(columns) {
            // The last of the least needed ones; the first column always stays.
            guard
                let victim = columns.dropFirst().max(by: { (all[$0].need.rawValue, $0) < (all[$1].need.rawValue, $1) })
            else { break }
            columns.removeAll { $0 == victim }
        }
        widths = columns.map { least[$0] }
        let spare = room(columns) - widths.reduce(0, +)
        widen(by: spare, upTo: columns.map { max(contentWidths[$0], least[$0]) })
        headerLines = Self.lines(broken, in: widths, of: columns)
    }

    /// Shares spare columns among those that want more, evenly, the narrow ones first to be content.
    private mutating func widen(by spare: Int, upTo wanted: [Int]) {
        var spare = spare
        while spare > 0 {
            let hungry = widths.indices.filter { widths[$0] < wanted[$0] }
            guard let smallest = hungry.map({ widths[$0] }).min() else { return }
            for index in hungry where widths[index] == smallest && spare > 0 {
                widths[index] += 1
                spare -= 1
            }
        }
    }

    /// "domain_inlink_rank" → "domain_", "inlink_", "rank".
    private static func pieces(of name: String) -> [String] {
        var pieces = [""]
        for character in name {
            pieces[pieces.count - 1].append(character)
            if character == "_" { pieces.append("") }
        }
        return pieces
    }

    /// Puts each header's pieces together again as far as the width allows; the names end on the last line.
    private static func lines(_ pieces: [[String]], in widths: [Int], of columns: [Int]) -> [[String]] {
        var filled = pieces.map { _ in [String]() }
        for (position, column) in columns.enumerated() {
            for piece in pieces[column] {
                if let last = filled[column].last, last.count + piece.count <= widths[position] {
                    filled[column][filled[column].count - 1] = last + piece
                } else {
                    filled[column].append(piece)
                }
            }
        }
        let height = filled.reduce(1) { max($0, $1.count) }
        return (0..<height).map { line in
            filled.map { header in
                let index = line - (height - header.count)
                return index >= 0 ? header[index] : ""
            }
        }
    }
}
