/// Writes the adjacency and the columns beside it, a batch of blocks at a time.
final class LinkTableWriter {
    private let directory: String
    private let adjacency: ColumnFileWriter
    /// An optional column has a file from its first value on.
    private var columns: [LinkColumn: ColumnFileWriter] = [:]
    private let threads: Int
    private let effort: CompressionEffort
    private let batchRowCount: Int
    private var pending: [LinkRecord] = []
    /// All of them whole: only the last block of a table is shorter.
    private var writtenBlockCount = 0
    private(set) var rowCount = 0

    init(directory: String, threads: Int, effort: CompressionEffort = .fast) throws {
        self.effort = effort
        self.threads = max(1, threads)
        batchRowCount = self.threads * LinkTable.blockRowCount
        self.directory = directory
        adjacency = try ColumnFileWriter(directory: directory, name: "links.adjacency", kind: .adjacency)
        for column in LinkColumn.allCases where !column.isOptional {
            columns[column] = try ColumnFileWriter(directory: directory, name: column.rawValue, kind: .integers)
        }
        pending.reserveCapacity(batchRowCount)
    }

    /// The records must continue the ascending order.
    func append(_ records: UnsafeBufferPointer<LinkRecord>) throws {
        var done = 0
        while done < records.count {
            let end = min(records.count, done + batchRowCount - pending.count)
            unsafe pending.append(contentsOf: UnsafeBufferPointer(rebasing: records[done..<end]))
            done = end
            if pending.count == batchRowCount { try flush() }
        }
        rowCount += records.count
    }

    func finish() throws -> [Manifest.ColumnSummary] {
        try flush()
        return [try adjacency.finish()] + (try LinkColumn.allCases.compactMap { try columns[$0]?.finish() })
    }

    private func flush() throws {
        let records = pending
        let blockCount = (records.count + LinkTable.blockRowCount - 1) / LinkTable.blockRowCount
        if columns.count < LinkColumn.allCases.count { try openOptionalColumns(records) }
        let written = LinkColumn.allCases.filter { columns[$0] != nil }
        let fileCount = written.count + 1
        let effort = effort
        let blocks = try parallelMap(blockCount * fileCount, threads: threads) { task in
            let start = task / fileCount * LinkTable.blockRowCount
            let end = min(start + LinkTable.blockRowCount, records.count)
            return unsafe records.withUnsafeBufferPointer { records in
                let rows = unsafe UnsafeBufferPointer(rebasing: records[start..<end])
                let file = task % fileCount
                return unsafe file == 0
                    ? AdjacencyCodec.encode(rows, effort: effort)
                    : Self.encode(written[file - 1], rows, effort: effort)
            }
        }
        for (task, block) in blocks.enumerated() {
            let file = task % fileCount
            try (file == 0 ? adjacency : columns[written[file - 1]])?.append(block)
        }
        writtenBlockCount += blockCount
        pending.removeAll(keepingCapacity: true)
    }

    /// Gives a file to the optional columns whose first value is in these records; the blocks before hold zeros.
    private func openOptionalColumns(_ records: [LinkRecord]) throws {
        for column in LinkColumn.allCases where columns[column] == nil {
            let hasValues =
                column == .inlinkRank
                ? records.contains { $0.inlinkRank != 0 } : records.contains { $0.domainInlinkRank != 0 }
            guard hasValues else { continue }
            let file = try ColumnFileWriter(directory: directory, name: column.rawValue, kind: .integers)
            let zeros = [UInt32](repeating: 0, count: LinkTable.blockRowCount)
            let block = unsafe zeros.withUnsafeBufferPointer { unsafe IntegerCodec.encode($0) }
            for _ in 0..<writtenBlockCount { try file.append(block) }
            columns[column] = file
        }
    }

    private static func encode(
        _ column: LinkColumn, _ rows: UnsafeBufferPointer<LinkRecord>, effort: CompressionEffort
    ) -> EncodedBlock {
        let values = unsafe [UInt32](unsafeUninitializedCapacity: rows.count) { values, count in
            for row in rows.indices {
                unsafe values[row] =
                    switch column {
                    case .type: unsafe UInt32(rows[row].type)
                    case .flags: unsafe UInt32(rows[row].flags)
                    case .anchor: unsafe rows[row].anchor
                    case .title: unsafe rows[row].title
                    case .imageSource: unsafe rows[row].imageSource
                    case .firstSeen: unsafe rows[row].firstSeen
                    case .lastVisited: unsafe rows[row].lastVisited
                    case .inlinkRank: unsafe UInt32(rows[row].inlinkRank)
                    case .domainInlinkRank: unsafe UInt32(rows[row].domainInlinkRank)
                    }
            }
            count = rows.count
        }
        return unsafe values.withUnsafeBufferPointer { unsafe IntegerCodec.encode($0, effort: effort) }
    }
}
