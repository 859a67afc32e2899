import LinkModel
import SnapshotStore

/// Reads one delimited file into the builder.
struct CSVFileImport {
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
        session.notes += notesOfRepeatedColumns(header, name)
        if header.recordsAbove > 0 {
            let count = header.recordsAbove
            let lines = count == 1 ? "a line above the header line was" : "\(count) lines above the header line were"
            session.notes.append("\(name): \(lines) left out")
        }

        let rounds = ChunkRounds(session.options)
        let feed = ChunkFeed(
            RecordReader(
                peeked, name: name, delimiter: header.delimiter, bufferByteCount: rounds.chunkByteCount,
                lineNumber: header.nextLineNumber),
            threads: session.options.threads)
        let decoders = (0..<session.options.threads).map { _ in
            ChunkDecoderBox(
                ChunkDecoder(
                    header, name: name, target: target ?? [], ranges: ranges, builder: builder,
                    chunkByteCount: rounds.chunkByteCount))
        }
        var counts = FileRowCounts()
        var unknownTypes: [String: UInt64] = [:]
        try rounds.run(
            feed, of: input.file, session, builder, work: { thread, report in decoders[thread].run(feed, report) },
            tell: { report in
                try report.tell(session, &tally, &counts)
                for (word, count) in report.unknownTypes
                where unknownTypes[word] != nil || unknownTypes.count < Self.unknownTypeLimit {
                    unknownTypes[word, default: 0] += count
                }
            })
        if let long = feed.finished.longRecords {
            let limit = RecordReader.longRecordLineCount
            let more = long.count == 1 ? "" : ", and \(long.count - 1) more have over \(limit) lines"
            session.notes.append(
                "\(name): lines \(long.first.lowerBound) to \(long.first.upperBound) are one row\(more): "
                    + "is a quotation mark left open there, which swallows the rows up to the next one?")
        }
        session.fileRows[path] = counts
        tally.repairedUnitCount += input.repairCount
        tally.unknownTypes.merge(unknownTypes, uniquingKeysWith: +)
        session.finishedByteCount += input.file.byteCount
        session.files.append(input.finish(format: "\(header.profile.name), \(header.delimiterName)-separated"))
    }

    /// Words of the type column that are noted.
    private static let unknownTypeLimit = 20

    /// "links.csv: Semrush backlinks export, comma-separated, UTF-8; url_from = Source url, …; not used: …"
    private func describe(_ header: CSVHeader, _ input: InputText) -> String {
        var used = Set<Int>()
        var pairs: [String] = []
        for role in ColumnRole.allCases where role.isStored || header.profile.alternativeTextMeansImage {
            guard let columns = header.columns[role] else { continue }
            used.formUnion(columns)
            let names = columns.map { header.names[$0] }
            pairs.append(
                names.count == 1 && HeaderProfile.isSame(names[0], role.rawValue)
                    ? role.rawValue : "\(role.rawValue) = \(CSVHeader.list(names))")
        }
        if header.columns[.urlTo] == nil { pairs.append("url_to = --target") }
        let unused = header.names.indices.filter { !used.contains($0) }.map { header.names[$0] }
        return
            "\(input.name): \(header.profile.name), \(header.delimiterName)-separated, \(input.encoding.name)"
            + (input.isCompressed ? ", gzip" : "") + "; " + pairs.joined(separator: "; ")
            + (unused.isEmpty ? "" : "; not used: \(CSVHeader.list(unused))")
    }

    /// Columns that bear the name of one that is used: which of them was meant, nobody can tell.
    private func notesOfRepeatedColumns(_ header: CSVHeader, _ name: String) -> [String] {
        let used = header.columns.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap(\.value)
        return used.compactMap { index in
            let others = header.names.indices.filter {
                !used.contains($0) && HeaderProfile.isSame(header.names[$0], header.names[index])
            }
            guard let other = others.first else { return nil }
            return "\(name): columns \(index + 1) and \(other + 1) are both named "
                + "\(Printable.quoted(header.names[index])); the first is used"
        }
    }
}
