import Kernels

/// Opens the columns that a manifest lists.
struct SnapshotOpener {
    let directory: String
    let manifest: Manifest
    /// What a delta snapshot is stored against.
    var base: Snapshot?

    /// A dictionary of the snapshot; `ofBase` is the same one of the base.
    func dictionary(_ file: String, count: UInt64, ofBase: KeyDictionary?) throws -> KeyDictionary {
        let delta = try ofBase.map { base in
            DictionaryDelta(base: base, map: try positionMap(file, baseCount: base.count, count: count))
        }
        let dictionary = try KeyDictionary(directory: directory, summary: summary(file), delta: delta)
        guard UInt64(dictionary.count) == count else {
            throw StoreError.corrupt(
                "\(directory)/\(file)", at: 16, expected: "\(count) keys, as the manifest's counts say",
                found: "\(dictionary.count)")
        }
        return dictionary
    }

    private func positionMap(_ dictionary: String, baseCount: Int, count: UInt64) throws -> PositionMap {
        guard let count = Int(exactly: count) else { throw tooMany("keys", count) }
        return try PositionMap(
            inserted: optionalIntegers(DictionaryDelta.insertedFile(dictionary), limit: .max),
            removed: optionalIntegers(DictionaryDelta.removedFile(dictionary), limit: .max), baseCount: baseCount,
            count: count)
    }

    func integers(_ file: String, count: Int, limit: UInt64) throws -> IntegerColumn {
        try IntegerColumn(directory: directory, summary: summary(file), count: count, limit: limit)
    }

    /// With as many values as it has.
    private func optionalIntegers(_ file: String, limit: UInt64) throws -> IntegerColumn {
        let summary = try summary(file)
        guard let count = Int(exactly: summary.valueCount) else { throw tooMany("values", summary.valueCount) }
        return try IntegerColumn(directory: directory, summary: summary, count: count, limit: limit)
    }

    /// nil when the manifest has neither.
    func outLinks(pageCount: Int) throws -> (degrees: IntegerColumn, distances: IntegerColumn)? {
        guard holds(OutLinkColumns.degreeFile) || holds(OutLinkColumns.distanceFile) else { return nil }
        return (
            try integers(OutLinkColumns.degreeFile, count: pageCount, limit: UInt64(pageCount)),
            try integers(
                OutLinkColumns.distanceFile, count: pageCount, limit: UInt64(OutLinks.groupNodeCount - 1))
        )
    }

    /// In the order of `RankColumns.files`; nil when the manifest has none of them.
    func rankLists(pageCount: Int) throws -> [IntegerColumn]? {
        guard let file = RankColumns.files.first(where: holds) else { return nil }
        guard base == nil, pageCount <= RankColumns.largestPageCount, holds(OutLinkColumns.degreeFile) else {
            throw StoreError.corrupt(
                "\(directory)/\(ManifestFile.name)", at: 0,
                expected:
                    "no column \(file) in a delta snapshot, without \(OutLinkColumns.degreeFile), or of more than "
                    + "\(RankColumns.largestPageCount) pages", found: "one")
        }
        let columns = try RankColumns.files.enumerated().map { index, file in
            index < 2
                ? try integers(file, count: pageCount, limit: UInt64(pageCount))
                : try optionalIntegers(file, limit: UInt64(pageCount))
        }
        guard columns[4].count == columns[5].count else {
            throw columns[5].disorder("\(columns[4].count) integers, as in \(RankColumns.files[4])")
        }
        return columns
    }

    func links(
        pageCount: Int, stringCount: Int, isSource: IntegerColumn?, pages: KeyDictionary? = nil,
        strings: KeyDictionary? = nil
    ) throws -> LinkTable {
        guard let linkCount = Int(exactly: manifest.counts.links) else { throw tooMany("links", manifest.counts.links) }
        var pageDays: PageDays?
        if let isSource, holds(PageDays.file) {
            pageDays = PageDays(
                isSource: isSource, days: try optionalIntegers(PageDays.file, limit: LinkRecord.lastStoredDay))
        }
        let stored = try storedLinks(pageCount: pageCount, stringCount: stringCount, hasLags: pageDays != nil)
        let table: LinkTable
        if let base, let pageMap = pages?.delta?.map, let textMap = strings?.delta?.map {
            table = LinkTable(
                .delta(
                    try DeltaLinks(
                        base: base.links, inserted: stored, files: deltaFiles(), rowCount: linkCount, pages: pageMap,
                        texts: textMap)), pageDays: pageDays)
        } else {
            table = LinkTable(.whole(stored), pageDays: pageDays)
        }
        guard table.rowCount == linkCount else {
            throw StoreError.corrupt(
                "\(directory)/links.adjacency", at: 16, expected: "\(linkCount) links", found: "\(table.rowCount)")
        }
        return table
    }

    /// The links in the snapshot's own files.
    private func storedLinks(pageCount: Int, stringCount: Int, hasLags: Bool) throws -> StoredLinks {
        let adjacency = try ColumnFile(directory: directory, summary: summary("links.adjacency"), kind: .adjacency)
        var columns: [String: IntegerColumn] = [:]
        func open(_ file: String, limit: UInt64) throws {
            columns[file] = try integers(file, count: adjacency.valueCount, limit: limit)
        }
        for column in LinkColumn.allCases where !column.isOptional || holds(column.rawValue) {
            if hasLags, column == .lastVisited { continue }
            try open(column.rawValue, limit: column.limit(stringCount: stringCount))
        }
        if hasLags { try open(PageDays.lagFile, limit: UInt64(UInt32.max)) }
        return try StoredLinks(adjacency: adjacency, columns: columns, pageCount: pageCount)
    }

    private func deltaFiles() throws -> DeltaLinks.Files {
        func column(_ file: String) throws -> IntegerColumn? {
            try holds(file) ? optionalIntegers(file, limit: UInt64(UInt32.max)) : nil
        }
        var files = DeltaLinks.Files(
            index: try optionalIntegers(DeltaLinkIndex.file, limit: UInt64(UInt32.max)),
            inserted: try column(DeltaLinks.insertedFile), removed: try column(DeltaLinks.removedFile))
        for changeable in DeltaLinkIndex.changeable {
            let name =
                changeable == .lastVisited && holds(PageDays.file) ? PageDays.lagFile : changeable.rawValue
            files.changed[changeable] = try column(DeltaLinks.changedFile(name))
            files.values[changeable] = try column(DeltaLinks.valuesFile(name))
        }
        return files
    }

    private func holds(_ file: String) -> Bool { manifest.columns.contains { $0.file == file } }

    private func summary(_ file: String) throws -> Manifest.ColumnSummary {
        guard let summary = manifest.columns.first(where: { $0.file == file }) else {
            throw StoreError.corrupt(
                "\(directory)/\(ManifestFile.name)", at: 0, expected: "the column \(file)", found: "none of that name")
        }
        return summary
    }

    private func tooMany(_ what: String, _ count: UInt64) -> StoreError {
        StoreError.corrupt(
            "\(directory)/\(ManifestFile.name)", at: 0, expected: "a number of \(what)", found: "\(count)")
    }
}
