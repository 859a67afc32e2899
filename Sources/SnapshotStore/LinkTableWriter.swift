/// Writes the adjacency and the columns beside it, a batch of blocks at a time.
///
/// Safety: slices end at the records' count. Threads share the records, which nobody changes, only until `parallelMap`
/// returns, within the caller's loan; meanwhile one task alone uses `self`, for the files.
final class LinkTableWriter {
    private let directory: String
    private let adjacency: ColumnFileWriter
    /// An optional column has a file from its first value on.
    private var columns: [LinkColumn: ColumnFileWriter] = [:]
    private let threads: Int
    private let effort: CompressionEffort
    /// Encoded at once where they come together, and where they are gathered first: whole blocks.
    private let batchRowCount: Int
    private let pendingRowCount: Int
    private var pending: [LinkRecord] = []
    /// Blocks that are not in their files yet, and the columns that they are of.
    private var encoded: (columns: [LinkColumn], blocks: [EncodedBlock]) = ([], [])
    /// All of them whole: only the last block of a table is shorter.
    private var writtenBlockCount = 0
    private(set) var rowCount = 0

    init(directory: String, threads: Int, effort: CompressionEffort = .fast) throws {
        self.effort = effort
        self.threads = max(1, threads)
        batchRowCount = max(self.threads, min(4 * self.threads, Self.blocksAtOnce)) * LinkTable.blockRowCount
        pendingRowCount = self.threads * LinkTable.blockRowCount
        self.directory = directory
        adjacency = try ColumnFileWriter(directory: directory, name: "links.adjacency", kind: .adjacency)
        for column in LinkColumn.allCases where !column.isOptional {
            columns[column] = try ColumnFileWriter(directory: directory, name: column.rawValue, kind: .integers)
        }
    }

    /// The more, the less threads wait for the last one. A block of records takes 1.2 MB.
    private static let blocksAtOnce = 8

    /// The records must continue the ascending order.
    func append(_ records: UnsafeBufferPointer<LinkRecord>) throws {
        var done = 0
        while done < records.count {
            if pending.isEmpty && records.count - done >= batchRowCount {
                // Encoded where they are.
                try unsafe write(UnsafeBufferPointer(rebasing: records[done..<done + batchRowCount]))
                done += batchRowCount
                continue
            }
            let end = min(records.count, done + pendingRowCount - pending.count)
            unsafe pending.append(contentsOf: UnsafeBufferPointer(rebasing: records[done..<end]))
            done = end
            if pending.count == pendingRowCount { try flush() }
        }
        rowCount += records.count
    }

    func finish() throws -> [Manifest.ColumnSummary] {
        try flush()
        try append(encoded)
        return [try adjacency.finish()] + (try LinkColumn.allCases.compactMap { try columns[$0]?.finish() })
    }

    private func flush() throws {
        var records: [LinkRecord] = []
        swap(&records, &pending)
        try unsafe records.withUnsafeBufferPointer { try unsafe write($0) }
        records.removeAll(keepingCapacity: true)
        swap(&records, &pending)
    }

    /// Encodes some blocks; meanwhile one of the threads appends those of the last call to their files.
    private func write(_ records: UnsafeBufferPointer<LinkRecord>) throws {
        let rowCount = records.count
        let blockCount = (rowCount + LinkTable.blockRowCount - 1) / LinkTable.blockRowCount
        if columns.count < LinkColumn.allCases.count { try unsafe openOptionalColumns(records) }
        let written = LinkColumn.allCases.filter { columns[$0] != nil }
        let fileCount = written.count + 1
        let effort = effort
        let last = encoded
        nonisolated(unsafe) let records = unsafe records
        // The files are no other thread's meanwhile.
        nonisolated(unsafe) let files = self
        let blocks = try parallelMap(blockCount * fileCount + 1, threads: threads) { task -> EncodedBlock? in
            if task == 0 {
                try unsafe files.append(last)
                return nil
            }
            // A block's columns one after another: its records are in the cache then.
            let (block, file) = ((task - 1) / fileCount, (task - 1) % fileCount)
            let start = block * LinkTable.blockRowCount
            let rows = unsafe UnsafeBufferPointer(
                rebasing: records[start..<min(start + LinkTable.blockRowCount, rowCount)])
            return unsafe file == 0
                ? AdjacencyCodec.encode(rows, effort: effort) : Self.encode(written[file - 1], rows, effort: effort)
        }
        encoded = (written, blocks.compactMap(\.self))
        writtenBlockCount += blockCount
    }

    /// Appends blocks to their files: for each block of rows one of the adjacency and one of each column.
    private func append(_ encoded: (columns: [LinkColumn], blocks: [EncodedBlock])) throws {
        let fileCount = encoded.columns.count + 1
        for (task, block) in encoded.blocks.enumerated() {
            let file = task % fileCount
            try (file == 0 ? adjacency : columns[encoded.columns[file - 1]])?.append(block)
        }
    }

    /// Gives a file to the optional columns whose first value is in these records; the blocks before hold zeros.
    private func openOptionalColumns(_ records: UnsafeBufferPointer<LinkRecord>) throws {
        var (inlinkRanks, domainInlinkRanks) = (0, 0)
        for index in records.indices {
            unsafe inlinkRanks |= Int(records[index].inlinkRank)
            unsafe domainInlinkRanks |= Int(records[index].domainInlinkRank)
        }
        for column in LinkColumn.allCases where columns[column] == nil {
            guard (column == .inlinkRank ? inlinkRanks : domainInlinkRanks) != 0 else { continue }
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
