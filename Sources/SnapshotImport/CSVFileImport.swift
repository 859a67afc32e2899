import LinkModel
import SnapshotStore

/// Reads one delimited file into the builder.
struct CSVFileImport {
    /// Memory that reading takes: buffers and the caches of URL keys.
    static let reservedByteCount = 16 << 20
    let path: String
    /// For messages and the manifest; nil: the last part of the path.
    let name: String?
    let map: [ColumnRole: String]
    let target: [UInt8]?
    /// Where the rows should lead; nil: anywhere.
    let ranges: [KeyRange]?

    func run(_ session: ImportSession, _ builder: SnapshotBuilder, _ tally: inout CSVTally) throws {
        let input = try InputText(path: path, displayName: name)
        let name = input.name
        let peeked = try PeekedSource(input, byteCount: CSVHeader.searchedByteCount)
        let header = try CSVHeader.find(
            in: peeked.front, isWhole: peeked.front.count < CSVHeader.searchedByteCount, name: name, map: map,
            hasTarget: target != nil)
        peeked.skip(header.byteCount)
        if header.columns[.urlTo] == nil { tally.targetWasUsed = true }
        session.recognised.append(describe(header, input))

        var reader = RecordReader(peeked, name: name, delimiter: header.delimiter, lineNumber: header.nextLineNumber)
        var decoder = LinkRowDecoder(header: header, target: target ?? [])
        let texts = TextColumns(header)
        var counter = RowCounter(session, input.file)
        var counts = FileRowCounts()
        let earlierRejectedCount = session.rejections.rejectedCount
        while try reader.next() {
            counter.countRow()
            if reader.fieldCount != header.names.count {
                try counter.reject(
                    reason: "wrong number of fields",
                    "\(place(reader)): \(reader.fieldCount) fields, the header has \(header.names.count)")
                continue
            }
            if reader.hasTextAfterQuote {
                try counter.reject(
                    reason: "text after a closing quote",
                    "\(place(reader)): text follows a closing quote; quotes inside a field are to be doubled")
                continue
            }
            let decision: LinkRowDecoder.Decision
            do {
                decision = try decoder.decode(reader)
            } catch {
                try reject(error, reader, header, &counter)
                continue
            }
            switch decision {
            case .lost: tally.lostCount += 1
            case .resource: tally.resourceCount += 1
            case .mention: tally.mentionCount += 1
            case .link:
                try append(reader, decoder, texts, builder, &tally)
                tally.storedCount += 1
                if isInside(decoder.toKey) { counts.insideCount += 1 } else { counts.outsideCount += 1 }
            }
        }
        counter.flush()
        counts.rejectedCount = session.rejections.rejectedCount - earlierRejectedCount
        session.fileRows[path] = counts
        tally.repairedUnitCount += input.repairCount
        tally.unknownTypes.merge(decoder.unknownTypes, uniquingKeysWith: +)
        session.finishedByteCount += input.file.byteCount
        session.files.append(input.finish(format: "\(header.profile.name), \(header.delimiterName)-separated"))
    }

    private func isInside(_ key: [UInt8]) -> Bool { ranges?.contains { $0.contains(key.span) } ?? true }

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

    private func append(
        _ reader: borrowing RecordReader, _ decoder: borrowing LinkRowDecoder, _ texts: TextColumns,
        _ builder: SnapshotBuilder, _ tally: inout CSVTally
    ) throws {
        try builder.beginRow()
        let from = try builder.page(decoder.fromKey.span)
        let to = try builder.page(decoder.toKey.span)
        var link = SnapshotBuilder.PendingLink(from: from, to: to, type: decoder.type, flags: decoder.flags)
        // An empty anchor is known to be empty; an empty title or image source says nothing.
        if let column = texts.anchor { link.anchor = try text(reader, column, builder, &tally) }
        if let column = texts.title, !reader.range(ofField: column).isEmpty {
            link.title = try text(reader, column, builder, &tally)
        }
        if let column = texts.imageSource, !reader.range(ofField: column).isEmpty {
            link.imageSource = try text(reader, column, builder, &tally)
        }
        link.firstSeen = decoder.firstSeen
        link.lastVisited = decoder.lastVisited
        link.inlinkRank = decoder.inlinkRank
        link.domainInlinkRank = decoder.domainInlinkRank
        try builder.append(link)
    }

    private func text(
        _ reader: borrowing RecordReader, _ column: Int, _ builder: SnapshotBuilder, _ tally: inout CSVTally
    ) throws -> UInt32 {
        let bytes = reader.bytes.span.extracting(reader.range(ofField: column))
        guard let repaired = TextRepair.repaired(bytes) else { return try builder.text(bytes) }
        tally.repairedTextCount += 1
        return try builder.text(repaired.span)
    }

    private func place(_ reader: borrowing RecordReader) -> String {
        "\(reader.name), record \(reader.recordNumber), line \(reader.lineNumber)"
    }

    private func reject(
        _ rejection: RowRejection, _ reader: borrowing RecordReader, _ header: CSVHeader, _ counter: inout RowCounter
    ) throws {
        let role = ColumnRole.allCases.first { header.columns[$0]?.contains(rejection.column) == true }
        let theirs = header.names[rejection.column]
        let column = role?.rawValue ?? theirs
        let alias = isSame(theirs, column) ? "" : " (\(Printable.quoted(theirs)))"
        try counter.reject(
            reason: "\(column): \(rejection.reason)",
            "\(reader.name), line \(reader.lineNumber), column \(rejection.column + 1) \(column)\(alias): "
                + "\(rejection.reason): \(Printable.quoted(reader.text(ofField: rejection.column)))")
    }

    private func isSame(_ theirs: String, _ ours: String) -> Bool {
        HeaderProfile.normalise(theirs) == HeaderProfile.normalise(ours)
    }

    /// "links.csv: Semrush backlinks export, comma-separated, UTF-8; url_from = Source url, …; not used: …"
    private func describe(_ header: CSVHeader, _ input: InputText) -> String {
        var used = Set<Int>()
        var pairs: [String] = []
        for role in ColumnRole.allCases where role.isStored || header.profile.alternativeTextMeansImage {
            guard let columns = header.columns[role] else { continue }
            used.formUnion(columns)
            let names = columns.map { header.names[$0] }
            pairs.append(
                names.count == 1 && isSame(names[0], role.rawValue)
                    ? role.rawValue : "\(role.rawValue) = \(CSVHeader.list(names))")
        }
        if header.columns[.urlTo] == nil { pairs.append("url_to = --target") }
        let unused = header.names.indices.filter { !used.contains($0) }.map { header.names[$0] }
        return
            "\(input.name): \(header.profile.name), \(header.delimiterName)-separated, \(input.encoding.name)"
            + (input.isCompressed ? ", gzip" : "") + "; " + pairs.joined(separator: "; ")
            + (unused.isEmpty ? "" : "; not used: \(CSVHeader.list(unused))")
    }
}
