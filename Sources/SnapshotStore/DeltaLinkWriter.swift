/// Writes the links of a snapshot as differences from another one's: one pass over both tables, whose orders agree since
/// the maps of pages and texts are monotone.
///
/// Safety: the one pointer is to one record, for a count of 1, and is valid during the call: `append` copies what it
/// keeps.
final class DeltaLinkWriter {
    private let rewrite: SnapshotRewrite
    private let new: LinkTable
    private let base: LinkTable
    private let pages: [UInt32]
    private let texts: [UInt32]

    private let insertedLinks: LinkTableWriter
    private let lags: LagWriter
    private let inserted: GapWriter
    private let removed: GapWriter
    /// By file name: "links.title", "links.last_visited_lag".
    private var changed: [String: (positions: GapWriter, values: IntegerColumnWriter)] = [:]
    /// What the index says of each block, by kind; last_visited in both forms.
    private var counts: [String: [UInt32]] = [:]

    private var baseReader: LinkRecordReader
    private var baseBlock = 0
    private var baseRow = 0
    /// Of the next base row, in the part of the base that belongs to the block.
    private var basePosition = 0

    /// - Parameters:
    ///   - pages: the new position of each of the base's pages, or UInt32.max.
    ///   - texts: the same of its texts.
    init(_ rewrite: SnapshotRewrite, base: LinkTable, pages: [UInt32], texts: [UInt32]) throws {
        self.rewrite = rewrite
        new = rewrite.source.links
        self.base = base
        self.pages = pages
        self.texts = texts
        insertedLinks = try LinkTableWriter(
            directory: rewrite.directory, threads: rewrite.threads, effort: .smallest)
        lags = try LagWriter(rewrite.source, directory: rewrite.directory, threads: rewrite.threads)
        inserted = try GapWriter(rewrite.integerWriter(DeltaLinks.insertedFile))
        removed = try GapWriter(rewrite.integerWriter(DeltaLinks.removedFile))
        baseReader = LinkRecordReader(base)
    }

    func write() throws -> [Manifest.ColumnSummary] {
        var reader = LinkRecordReader(new)
        for block in 0..<new.blockCount {
            try reader.load(block)
            inserted.restart()
            removed.restart()
            for (positions, _) in changed.values { positions.restart() }
            basePosition = 0
            for (row, record) in reader.records.enumerated() { try write(record, row) }
            if block == new.blockCount - 1 {
                while try peek() != nil { try skip() }
            }
            try closeBlock(reader.records)
            rewrite.progress(block * LinkTable.blockRowCount + reader.records.count, new.rowCount)
        }
        return try finish()
    }

    private func write(_ record: LinkRecord, _ row: Int) throws {
        while let old = try peek() {
            guard let old = mapped(old) else {
                try skip()
                continue
            }
            if old.isIdentityBelow(record) {
                try skip()
                continue
            }
            guard old.hasIdentity(of: record) else { break }
            for column in DeltaLinkIndex.changeable where old.value(column) != record.value(column) {
                try change(column.rawValue, row, record.value(column))
            }
            if lags.lag(record) != 0 { try change(PageDays.lagFile, row, lags.lag(record)) }
            advance()
            return
        }
        try inserted.append(row)
        try unsafe withUnsafePointer(to: record) {
            try unsafe insertedLinks.append(UnsafeBufferPointer(start: $0, count: 1))
        }
        try lags.append(record)
    }

    private func change(_ file: String, _ row: Int, _ value: UInt32) throws {
        if changed[file] == nil {
            changed[file] = (
                GapWriter(try rewrite.integerWriter(DeltaLinks.changedFile(file))),
                try rewrite.integerWriter(DeltaLinks.valuesFile(file))
            )
        }
        guard let files = changed[file] else { return }
        try files.positions.append(row)
        try files.values.append(value)
    }

    /// The base's next row, in its own ids.
    private func peek() throws -> LinkRecord? {
        if baseRow == baseReader.records.count {
            guard baseBlock < base.blockCount else { return nil }
            try baseReader.load(baseBlock)
            baseBlock += 1
            baseRow = 0
        }
        return baseReader.records[baseRow]
    }

    private func advance() {
        baseRow += 1
        basePosition += 1
    }

    private func skip() throws {
        try removed.append(basePosition)
        advance()
    }

    /// A base row in the new ids; nil when one of them is gone, but for the title, which may change.
    private func mapped(_ record: LinkRecord) -> LinkRecord? {
        var record = record
        record.to = pages[Int(record.to)]
        record.from = pages[Int(record.from)]
        record.anchor = text(record.anchor)
        record.imageSource = text(record.imageSource)
        record.title = text(record.title)
        return max(record.to, record.from, record.anchor, record.imageSource) == .max ? nil : record
    }

    /// A text's new id, UInt32.max for none: no id is as large.
    private func text(_ id: UInt32) -> UInt32 {
        if id == 0 { return 0 }
        let position = texts[Int(id) - 1]
        return position == .max ? .max : position + 1
    }

    private func closeBlock(_ records: [LinkRecord]) throws {
        guard let first = records.first, let last = records.last else { return }
        counts["inserted", default: []].append(UInt32(inserted.count))
        counts["removed", default: []].append(UInt32(clamping: removed.count))
        counts["first", default: []].append(first.to)
        counts["last", default: []].append(last.to)
        for file in DeltaLinkIndex.changeable.map(\.rawValue) + [PageDays.lagFile] {
            counts[file, default: []].append(UInt32(changed[file]?.positions.count ?? 0))
        }
    }

    private func finish() throws -> [Manifest.ColumnSummary] {
        var columns = try insertedLinks.finish() + [inserted.column.finish(), removed.column.finish()]
        var lagColumns = try lags.finish()
        for (file, files) in changed.sorted(by: { $0.key < $1.key }) {
            let written = [try files.positions.column.finish(), try files.values.finish()]
            if file == PageDays.lagFile { lagColumns += written } else { columns += written }
        }
        let days = LinkColumn.lastVisited.rawValue
        columns = try SnapshotRewrite.smaller(
            columns, plain: [days, DeltaLinks.changedFile(days), DeltaLinks.valuesFile(days)], lagColumns,
            rewrite.directory)
        let hasLags = columns.contains { $0.file == PageDays.file }
        let index = try rewrite.integerWriter(DeltaLinkIndex.file)
        let kinds =
            ["inserted", "removed", "first", "last"]
            + DeltaLinkIndex.changeable.map { hasLags && $0 == .lastVisited ? PageDays.lagFile : $0.rawValue }
        for kind in kinds {
            for count in counts[kind] ?? [] { try index.append(count) }
        }
        return columns + [try index.finish()]
    }
}
