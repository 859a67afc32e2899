/// The columns beside the adjacency; every value is a UInt32. Raw value = file name stem ("links.anchor").
package enum LinkColumn: String, CaseIterable, Sendable {
    case type = "links.type"
    case flags = "links.flags"
    /// String ids, 0 = unknown.
    case anchor = "links.anchor"
    case title = "links.title"
    case imageSource = "links.image_source"
    /// Day.number + 719,163 (so 0001-01-01 is 1); 0 = unknown.
    case firstSeen = "links.first_seen"
    case lastVisited = "links.last_visited"
    /// The provider's ranks as LinkRecord has them. Files that are there only when some row has a rank.
    case inlinkRank = "links.inlink_rank"
    case domainInlinkRank = "links.domain_inlink_rank"

    /// A column without a file holds 0 in every row.
    var isOptional: Bool { self == .inlinkRank || self == .domainInlinkRank }

    /// The largest value that the column may hold.
    func limit(stringCount: Int) -> UInt64 {
        switch self {
        case .type, .flags: 255
        case .anchor, .title, .imageSource: UInt64(stringCount)
        case .firstSeen, .lastVisited: LinkRecord.lastStoredDay
        case .inlinkRank, .domainInlinkRank: LinkRecord.lastStoredRank
        }
    }
}

/// The endpoints of one block of rows, in row order: ascending (to, from).
package struct LinkBlock {
    package var firstRow = 0
    package var count = 0
    /// `count` values are valid; capacity blockRowCount.
    package var from: [UInt32] = []
    package var to: [UInt32] = []
    /// Distinct targets as differences, and rows of each: room for the decoder.
    var targets: [UInt32] = []
    var counts: [UInt32] = []
    package init() {}

    mutating func reserve(_ rowCount: Int) {
        guard from.count < rowCount else { return }
        let room = [UInt32](repeating: 0, count: LinkTable.blockRowCount)
        from = room
        to = room
        targets = room
        counts = room
    }
}

/// The links of a snapshot, sorted by (to, from, …), in blocks of `blockRowCount` rows (the last one shorter). Row r is
/// in block r / blockRowCount in every column.
package final class LinkTable: Sendable {
    package static let blockRowCount = 32_768
    package let rowCount: Int
    package let blockCount: Int
    private let adjacency: ColumnFile
    private let columns: [LinkColumn: IntegerColumn]
    private let pageCount: UInt64

    init(
        directory: String, adjacency summary: Manifest.ColumnSummary, columns: [LinkColumn: IntegerColumn],
        pageCount: Int
    ) throws {
        adjacency = try ColumnFile(directory: directory, summary: summary, kind: .adjacency)
        rowCount = adjacency.valueCount
        blockCount = adjacency.entries.count
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

    /// Whether some row may have another value than 0.
    package func holds(_ column: LinkColumn) -> Bool { columns[column] != nil }

    /// The targets of a block's first and last row (from the index; nothing is decoded).
    package func targets(ofBlock block: Int) -> ClosedRange<UInt32> {
        let entry = adjacency.entries[block]
        return UInt32(truncatingIfNeeded: entry.first)...UInt32(truncatingIfNeeded: entry.last)
    }

    /// The rows whose target page lies in the range. Decodes at most two blocks.
    package func rows(ofPages pages: Range<Int>) throws -> Range<Int> {
        var scratch = LinkBlock()
        let lower = try firstRow(ofTarget: pages.lowerBound, &scratch)
        let upper = pages.isEmpty ? lower : try firstRow(ofTarget: pages.upperBound, &scratch)
        return lower..<upper
    }

    package func decodeEndpoints(ofBlock block: Int, into scratch: inout LinkBlock) throws {
        scratch.firstRow = block * Self.blockRowCount
        try AdjacencyCodec.decode(adjacency, block: block, pageCount: pageCount, into: &scratch)
    }

    /// Makes `values` the column's values of that block (values.count = the block's row count).
    package func decode(_ column: LinkColumn, ofBlock block: Int, into values: inout [UInt32]) throws {
        if let file = columns[column] { return try file.decode(block: block, into: &values) }
        precondition(column.isOptional, "every column is opened with the table")
        values = [UInt32](repeating: 0, count: adjacency.entries[block].valueCount)
    }

    /// The first row whose target is not below `target`. Decodes at most one block, none when it is in the scratch.
    private func firstRow(ofTarget target: Int, _ scratch: inout LinkBlock) throws -> Int {
        guard let target = UInt64(exactly: target) else { return 0 }
        let entries = adjacency.entries
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].last < target { low = middle + 1 } else { high = middle }
        }
        let firstRow = low * Self.blockRowCount
        guard low < entries.count else { return rowCount }
        if entries[low].first >= target { return firstRow }
        if scratch.count == 0 || scratch.firstRow != firstRow { try decodeEndpoints(ofBlock: low, into: &scratch) }
        var start = 0
        var end = scratch.count
        while start < end {
            let middle = (start + end) / 2
            if UInt64(scratch.to[middle]) < target { start = middle + 1 } else { end = middle }
        }
        return firstRow + start
    }
}
