import LinkModel

@testable import SnapshotImport

extension FuzzTarget {
    /// Delimited text: header line, records, rows. However it is cut on its way in, the rows are the same.
    static let csv = FuzzTarget("csv", byteLimit: 8_192) { bytes in
        let whole = CSVReading(bytes, bufferByteCount: max(1, bytes.count), pieceByteCount: .max)
        for (buffer, piece) in [(1, 1), (7 + bytes.count % 61, 1 + bytes.count % 13)] {
            let cut = CSVReading(bytes, bufferByteCount: buffer, pieceByteCount: piece)
            try require(
                cut == whole, "with a buffer of \(buffer) bytes filled by \(piece):\n\(cut)\ninstead of:\n\(whole)")
        }
    }
}

/// What is read of a delimited text, and what ended it.
private struct CSVReading: Equatable {
    struct Row: Equatable {
        let lineNumber: Int
        let recordNumber: UInt64
        var fields: [[UInt8]] = []
        var isDoubtful = false
        var link: Link?
        var rejection: String?
    }

    struct Link: Equatable {
        let decision: LinkRowDecoder.Decision
        let from: [UInt8]
        let to: [UInt8]
        let type: LinkType
        let flags: LinkFlags
        let days: [Day?]
        let ranks: [Int?]
    }

    private(set) var rows: [Row] = []
    private(set) var unknownTypes: [String: UInt64] = [:]
    private(set) var failure: String?

    init(_ bytes: [UInt8], bufferByteCount: Int, pieceByteCount: Int) {
        let header = Self.header(bytes)
        // Without a header line the records can be read all the same.
        let source = MemorySource(Array(bytes[(header?.byteCount ?? 0)...]), pieceByteCount: pieceByteCount)
        var reader = RecordReader(
            source, name: "input", delimiter: header?.delimiter ?? UInt8(ascii: ","),
            bufferByteCount: bufferByteCount, lineNumber: header?.nextLineNumber ?? 1)
        var decoder = header.map { LinkRowDecoder(header: $0, target: Array("com,example)/ ".utf8)) }
        // Two chunks in turn, as two threads have them.
        var chunks = [RecordChunk](repeating: reader.makeChunk(), count: 2)
        do throws(ImportError) {
            while try reader.next(into: &chunks[0]) {
                decoder?.beginChunk()
                while chunks[0].next() { rows.append(Self.row(chunks[0], header, &decoder)) }
                for (word, count) in decoder?.takeUnknownTypes() ?? [] { unknownTypes[word, default: 0] += count }
                chunks.swapAt(0, 1)
            }
        } catch {
            failure = error.description
        }
    }

    /// nil when no line is one. Every other length is read with a target, so that a file without destinations will do.
    private static func header(_ bytes: [UInt8]) -> CSVHeader? {
        try? CSVHeader.find(
            in: bytes, isWhole: true, name: "input", map: [:], hasTarget: bytes.count.isMultiple(of: 2))
    }

    private static func row(_ chunk: RecordChunk, _ header: CSVHeader?, _ decoder: inout LinkRowDecoder?) -> Row {
        var row = Row(lineNumber: chunk.lineNumber, recordNumber: chunk.recordNumber)
        row.isDoubtful = chunk.hasTextAfterQuote
        for field in 0..<chunk.fieldCount { row.fields.append(Array(chunk.bytes[chunk.range(ofField: field)])) }
        guard let header, chunk.fieldCount == header.names.count, !chunk.hasTextAfterQuote else { return row }
        do {
            guard let decision = try decoder?.decode(chunk), let decoder else { return row }
            guard decision == .link else {
                row.rejection = "\(decision)"
                return row
            }
            row.link = Link(
                decision: decision, from: decoder.fromKey, to: decoder.toKey, type: decoder.type, flags: decoder.flags,
                days: [decoder.firstSeen, decoder.lastVisited], ranks: [decoder.inlinkRank, decoder.domainInlinkRank])
        } catch {
            row.rejection = "\(error)"
        }
        return row
    }
}
