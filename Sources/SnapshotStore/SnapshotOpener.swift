/// Opens the columns that a manifest lists.
struct SnapshotOpener {
    let directory: String
    let manifest: Manifest

    func dictionary(_ file: String, count: UInt64) throws -> KeyDictionary {
        let dictionary = try KeyDictionary(directory: directory, summary: summary(file))
        guard UInt64(dictionary.count) == count else {
            throw StoreError.corrupt(
                "\(directory)/\(file)", at: 16, expected: "\(count) keys, as the manifest's counts say",
                found: "\(dictionary.count)")
        }
        return dictionary
    }

    func integers(_ file: String, count: Int, limit: UInt64) throws -> IntegerColumn {
        try IntegerColumn(directory: directory, summary: summary(file), count: count, limit: limit)
    }

    func links(pageCount: Int, stringCount: Int) throws -> LinkTable {
        guard let linkCount = Int(exactly: manifest.counts.links) else {
            throw StoreError.corrupt(
                "\(directory)/\(ManifestFile.name)", at: 0, expected: "a number of links",
                found: "\(manifest.counts.links)")
        }
        var columns: [LinkColumn: IntegerColumn] = [:]
        for column in LinkColumn.allCases
        where !column.isOptional || manifest.columns.contains(where: { $0.file == column.rawValue }) {
            columns[column] = try integers(
                column.rawValue, count: linkCount, limit: column.limit(stringCount: stringCount))
        }
        let table = try LinkTable(
            directory: directory, adjacency: summary("links.adjacency"), columns: columns, pageCount: pageCount)
        guard table.rowCount == linkCount else {
            throw StoreError.corrupt(
                "\(directory)/links.adjacency", at: 16, expected: "\(linkCount) links", found: "\(table.rowCount)")
        }
        return table
    }

    private func summary(_ file: String) throws -> Manifest.ColumnSummary {
        guard let summary = manifest.columns.first(where: { $0.file == file }) else {
            throw StoreError.corrupt(
                "\(directory)/\(ManifestFile.name)", at: 0, expected: "the column \(file)", found: "none of that name")
        }
        return summary
    }
}
