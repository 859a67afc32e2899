/// Links that lie in files of their own, in blocks of `LinkTable.blockRowCount` rows (the last one shorter).
final class StoredLinks: Sendable {
    let adjacency: ColumnFile
    /// By file name: "links.anchor".
    private let columns: [String: IntegerColumn]
    private let pageCount: UInt64

    var rowCount: Int { adjacency.valueCount }
    var blockCount: Int { adjacency.entries.count }

    init(adjacency: ColumnFile, columns: [String: IntegerColumn], pageCount: Int) throws {
        self.adjacency = adjacency
        self.columns = columns
        self.pageCount = UInt64(pageCount)
        var target: UInt64 = 0
        for (block, entry) in adjacency.entries.enumerated() {
            guard target <= entry.first, entry.first <= entry.last, entry.last < self.pageCount else {
                throw StoreError.corrupt(
                    adjacency.path, at: entry.offset, expected: "ascending targets below \(pageCount)",
                    found: "targets \(entry.first) to \(entry.last) in block \(block)")
            }
            target = entry.last
        }
    }

    func holds(_ file: String) -> Bool { columns[file] != nil }

    func rowCount(ofBlock block: Int) -> Int { adjacency.entries[block].valueCount }

    func targets(ofBlock block: Int) -> ClosedRange<UInt32> {
        let entry = adjacency.entries[block]
        return UInt32(truncatingIfNeeded: entry.first)...UInt32(truncatingIfNeeded: entry.last)
    }

    func decodeEndpoints(ofBlock block: Int, into scratch: inout LinkBlock) throws {
        scratch.firstRow = block * LinkTable.blockRowCount
        try AdjacencyCodec.decode(adjacency, block: block, pageCount: pageCount, into: &scratch)
    }

    /// The one value of a block, nil when it isn't stored as one.
    func constant(_ file: String, ofBlock block: Int) throws -> UInt32? { try columns[file]?.constant(block: block) }

    /// A column without a file holds 0 in every row.
    func decode(_ file: String, ofBlock block: Int, into values: inout [UInt32]) throws {
        if let column = columns[file] { return try column.decode(block: block, into: &values) }
        values = [UInt32](repeating: 0, count: rowCount(ofBlock: block))
    }
}
