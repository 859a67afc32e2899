import LinkModel
import SnapshotStore

/// One thread's part in reading a file: turns chunks of records into pieces of rows.
struct ChunkDecoder: ChunkDecoding, ~Copyable {
    typealias Source = RecordReader

    private let header: CSVHeader
    private let texts: TextColumns
    /// Where the rows should lead; nil: anywhere.
    private let ranges: [KeyRange]?
    let builder: SnapshotBuilder
    var chunk: RecordChunk
    private var decoder: LinkRowDecoder
    var piece: RowPiece
    /// Places in the piece, and the versions of the decoder's keys that they belong to.
    private var from: (version: Int, place: UInt32)?
    private var to: (version: Int, place: UInt32)?

    /// The text columns of a file; nil where it has none.
    private struct TextColumns {
        let anchor: Int?
        let title: Int?
        let imageSource: Int?

        init(_ header: CSVHeader) {
            anchor = header.columns[.anchor]?.first
            title = header.columns[.title]?.first
            imageSource = header.columns[.imageSource]?.first
        }
    }

    init(
        _ header: CSVHeader, name: String, target: [UInt8], ranges: [KeyRange]?, builder: SnapshotBuilder,
        chunkByteCount: Int
    ) {
        self.header = header
        self.ranges = ranges
        self.builder = builder
        texts = TextColumns(header)
        chunk = RecordChunk(name: name, byteCount: chunkByteCount)
        decoder = LinkRowDecoder(header: header, target: target)
        piece = builder.makePiece()
    }

    mutating func decode(_ place: Int) -> ChunkReport {
        var report = ChunkReport(place: place)
        piece.removeAll()
        (from, to) = (nil, nil)
        decoder.beginChunk()
        while chunk.next() {
            report.rowCount += 1
            if chunk.fieldCount != header.names.count {
                report.reject(
                    "wrong number of fields",
                    "\(recordPlace): \(chunk.fieldCount) fields, the header has \(header.names.count)")
                continue
            }
            if chunk.hasTextAfterQuote {
                report.reject(
                    "text after a closing quote",
                    "\(recordPlace): text follows a closing quote; quotes inside a field are to be doubled")
                continue
            }
            let decision: LinkRowDecoder.Decision
            do {
                decision = try decoder.decode(chunk)
            } catch {
                reject(error, &report)
                continue
            }
            switch decision {
            case .lost: report.lostCount += 1
            case .resource: report.resourceCount += 1
            case .mention: report.mentionCount += 1
            case .link:
                appendLink(&report)
                report.storedCount += 1
                if isInside { report.insideCount += 1 } else { report.outsideCount += 1 }
            }
        }
        report.unknownTypes = decoder.takeUnknownTypes()
        return report
    }

    private var isInside: Bool {
        guard let ranges else { return true }
        let key = decoder.toKey
        return ranges.contains { $0.contains(key.span) }
    }

    private mutating func appendLink(_ report: inout ChunkReport) {
        if from?.version != decoder.fromVersion {
            from = (decoder.fromVersion, piece.appendPage(decoder.fromKey.span))
        }
        if to?.version != decoder.toVersion {
            to = (decoder.toVersion, piece.appendPage(decoder.toKey.span))
        }
        var link = SnapshotBuilder.PendingLink(
            from: from?.place ?? 0, to: to?.place ?? 0, type: decoder.type, flags: decoder.flags)
        // An empty anchor is known to be empty; an empty title or image source says nothing.
        if let column = texts.anchor { link.anchor = text(column, &report) }
        if let column = texts.title, !chunk.range(ofField: column).isEmpty { link.title = text(column, &report) }
        if let column = texts.imageSource, !chunk.range(ofField: column).isEmpty {
            link.imageSource = text(column, &report)
        }
        link.firstSeen = decoder.firstSeen
        link.lastVisited = decoder.lastVisited
        link.inlinkRank = decoder.inlinkRank
        link.domainInlinkRank = decoder.domainInlinkRank
        piece.append(link.record)
    }

    /// The text id in the piece.
    ///
    /// Safety: the field lies in the chunk's bytes (RecordChunk), and is read and copied within the closures.
    private mutating func text(_ column: Int, _ report: inout ChunkReport) -> UInt32 {
        let range = chunk.range(ofField: column)
        return unsafe chunk.bytes.withUnsafeBufferPointer { bytes in
            let field = unsafe UnsafeBufferPointer(rebasing: bytes[range])
            guard let repaired = unsafe TextRepair.repaired(field.span) else {
                return unsafe piece.texts.append(field) + 1
            }
            report.repairedTextCount += 1
            return unsafe repaired.withUnsafeBufferPointer { unsafe piece.texts.append($0) + 1 }
        }
    }

    private var recordPlace: String { "\(chunk.name), record \(chunk.recordNumber), line \(chunk.lineNumber)" }

    private func reject(_ rejection: RowRejection, _ report: inout ChunkReport) {
        let role = ColumnRole.allCases.first { header.columns[$0]?.contains(rejection.column) == true }
        let theirs = header.names[rejection.column]
        let column = role?.rawValue ?? theirs
        let alias = HeaderProfile.isSame(theirs, column) ? "" : " (\(Printable.quoted(theirs)))"
        report.reject(
            "\(column): \(rejection.reason)",
            "\(chunk.name), line \(chunk.lineNumber), column \(rejection.column + 1) \(column)\(alias): "
                + "\(rejection.reason): \(Printable.quoted(chunk.text(ofField: rejection.column)))")
    }
}
