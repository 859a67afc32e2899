import BacklinkContracts

/// Rows that are read when they are wanted.
protocol RowSource: Sendable {
    /// A batch, never empty; nil at the end.
    mutating func next() throws -> [WireValue]?
    /// What the answer says after its rows; asked for at the end.
    var tail: [WireMember] { get }
}

extension RowSource {
    var tail: [WireMember] { [] }
}

/// How many rows are made into one piece of an answer: about 400 KB.
let rowsPerBatch = 1_000

/// Rows that are there already, as the contract writes them.
struct ReadyRows<Row: Sendable>: RowSource {
    private let rows: [Row]
    private var start = 0
    private let wire: @Sendable (Row) -> WireValue

    init(_ rows: [Row], _ wire: @escaping @Sendable (Row) -> WireValue) {
        self.rows = rows
        self.wire = wire
    }

    mutating func next() -> [WireValue]? {
        guard start < rows.count else { return nil }
        let end = min(start + rowsPerBatch, rows.count)
        defer { start = end }
        return rows[start..<end].map(wire)
    }
}

/// An answer with a list of rows: {"backlinks":[…],"next":"…"}, piece by piece.
struct RowList: ChunkProducer {
    private enum Place { case start, rows, end }
    private let listName: String
    private let format: AnswerFormat
    private var source: any RowSource
    private var place = Place.start
    private var isFirstRow = true

    private init(_ listName: String, _ format: AnswerFormat, _ source: any RowSource) {
        self.listName = listName
        self.format = format
        self.source = source
    }

    /// The first batch is read at once: what fails there still has a status to tell it, and short answers go out whole.
    static func answer(_ listName: String, _ format: AnswerFormat, _ source: some RowSource) throws -> ServerAnswer {
        var list = RowList(listName, format, source)
        var bytes: [UInt8] = []
        for _ in 0..<2 {
            guard let chunk = try list.next() else { break }
            bytes += chunk
        }
        if case .end = list.place { return ServerAnswer(type: format.contentType, bytes) }
        return ServerAnswer(
            headers: [.init("Content-Type", format.contentType)],
            body: .chunks(AnswerBody(StartedBody(start: bytes, rest: list))))
    }

    mutating func next() throws -> [UInt8]? {
        if case .end = place { return nil }
        var bytes: [UInt8] = []
        if case .start = place {
            open(&bytes)
            place = .rows
        }
        guard let rows = try source.next() else {
            place = .end
            close(&bytes)
            return bytes
        }
        for row in rows { append(row, to: &bytes) }
        return bytes
    }

    private mutating func append(_ row: WireValue, to bytes: inout [UInt8]) {
        switch format {
        case .json:
            if !isFirstRow { bytes.append(UInt8(ascii: ",")) }
            JSONWriter.append(row, to: &bytes)
        case .xml:
            XMLWriter.appendListElement(row, of: listName, to: &bytes)
        }
        isFirstRow = false
    }

    private func open(_ bytes: inout [UInt8]) {
        switch format {
        case .json: bytes += Array("{\"\(listName)\":[".utf8)
        case .xml: XMLWriter.appendListStart(listName, to: &bytes)
        }
    }

    private func close(_ bytes: inout [UInt8]) {
        switch format {
        case .json:
            bytes.append(UInt8(ascii: "]"))
            for member in source.tail {
                bytes.append(UInt8(ascii: ","))
                JSONWriter.append(text: member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                JSONWriter.append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .xml: XMLWriter.appendListEnd(listName, next: source.tail, to: &bytes)
        }
    }
}

/// A body whose beginning was made already.
private struct StartedBody: ChunkProducer {
    var start: [UInt8]?
    var rest: RowList

    mutating func next() throws -> [UInt8]? {
        if let bytes = start {
            start = nil
            return bytes
        }
        return try rest.next()
    }
}
