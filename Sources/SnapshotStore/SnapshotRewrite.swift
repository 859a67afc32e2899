/// Writes an open snapshot's columns anew, as small as they get: whole, or as differences from another snapshot.
///
/// Memory: the writers' blocks; 6 bytes a page for the days of the source pages; 24 bytes a page for where pages link to and the
/// lists of in-links, and up to 256 MiB of counters and links;
/// for a delta also 4 bytes for each page
/// and text of the base.
///
/// Safety: an array's records are passed on to the writer within the closure that lends them; it copies what it keeps.
struct SnapshotRewrite {
    let source: Snapshot
    let directory: String
    let threads: Int
    /// Called with the link rows done and their number.
    let progress: (_ done: Int, _ total: Int) -> Void

    func writeWhole() throws -> [Manifest.ColumnSummary] {
        var columns: [Manifest.ColumnSummary] = []
        for (name, dictionary) in source.dictionaries {
            let writer = try keyWriter(name)
            var cursor = dictionary.cursor()
            while try cursor.nextAscending() { try writer.append(cursor.key) }
            columns.append(try writer.finish())
        }
        columns += try writePlainColumns()
        columns += try OutLinkColumns.write(
            source.links, pageCount: source.pages.count, directory: directory, threads: threads, effort: .smallest)
        let lags = try LagWriter(source, directory: directory, threads: threads)
        let links = try LinkTableWriter(directory: directory, threads: threads, effort: .smallest)
        var reader = LinkRecordReader(source.links)
        for block in 0..<source.links.blockCount {
            try reader.load(block)
            try unsafe reader.records.withUnsafeBufferPointer { try unsafe links.append($0) }
            for record in reader.records { try lags.append(record) }
            progress(links.rowCount, source.links.rowCount)
        }
        return columns
            + (try Self.smaller(
                try links.finish(), plain: [LinkColumn.lastVisited.rawValue], try lags.finish(), directory))
    }

    /// What is never stored as a difference.
    func writePlainColumns() throws -> [Manifest.ColumnSummary] {
        func write(_ name: String, _ values: some Sequence<UInt32>) throws -> Manifest.ColumnSummary {
            let writer = try integerWriter(name)
            for value in values { try writer.append(value) }
            return try writer.finish()
        }
        return [
            try write("pages.is_source", source.pageIsSource().lazy.map { UInt32($0) }),
            try write("hosts.first_page", source.hostFirstPages()), try write("hosts.domain", source.hostDomains()),
        ]
    }

    func keyWriter(_ name: String) throws -> KeyDictionaryWriter {
        try KeyDictionaryWriter(directory: directory, name: name, threads: threads, effort: .smallest)
    }

    func integerWriter(_ name: String) throws -> IntegerColumnWriter {
        try IntegerColumnWriter(directory: directory, name: name, threads: threads, effort: .smallest)
    }

    /// Of two ways to store the days of last_visited the one with fewer bytes: drops the files `plain` among `columns`, or
    /// those of `lags`.
    static func smaller(
        _ columns: [Manifest.ColumnSummary], plain: [String], _ lags: [Manifest.ColumnSummary], _ directory: String
    ) throws -> [Manifest.ColumnSummary] {
        func byteCount(_ columns: [Manifest.ColumnSummary]) -> UInt64 { columns.reduce(0) { $0 + $1.byteCount } }
        let days = columns.filter { plain.contains($0.file) }
        let losers = byteCount(lags) < byteCount(days) ? days : lags
        for loser in losers { try FileSystem.unlink("\(directory)/\(loser.file)") }
        let dropped = Set(losers.map(\.file))
        return (columns + lags).filter { !dropped.contains($0.file) }
    }
}

extension Snapshot {
    /// In the order in which they are written.
    var dictionaries: [(name: String, dictionary: KeyDictionary)] {
        [("pages.keys", pages), ("hosts.keys", hosts), ("domains.keys", domains), ("strings.text", strings)]
    }
}
