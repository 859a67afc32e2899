/// Writes the adjacency and the columns beside it, a batch of blocks at a time.
final class LinkTableWriter {
    private let adjacency: ColumnFileWriter
    private let columns: [(column: LinkColumn, file: ColumnFileWriter)]
    private let threads: Int
    private let batchRowCount: Int
    private var pending: [LinkRecord] = []
    private(set) var rowCount = 0

    init(directory: String, threads: Int) throws {
        self.threads = max(1, threads)
        batchRowCount = self.threads * LinkTable.blockRowCount
        adjacency = try ColumnFileWriter(directory: directory, name: "links.adjacency", kind: .adjacency)
        columns = try LinkColumn.allCases.map {
            ($0, try ColumnFileWriter(directory: directory, name: $0.rawValue, kind: .integers))
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
        return [try adjacency.finish()] + (try columns.map { try $0.file.finish() })
    }

    private func flush() throws {
        let records = pending
        let blockCount = (records.count + LinkTable.blockRowCount - 1) / LinkTable.blockRowCount
        let fileCount = columns.count + 1
        let blocks = try parallelMap(blockCount * fileCount, threads: threads) { task in
            let start = task / fileCount * LinkTable.blockRowCount
            let end = min(start + LinkTable.blockRowCount, records.count)
            return unsafe records.withUnsafeBufferPointer { records in
                let rows = unsafe UnsafeBufferPointer(rebasing: records[start..<end])
                let file = task % fileCount
                return unsafe file == 0
                    ? AdjacencyCodec.encode(rows) : Self.encode(LinkColumn.allCases[file - 1], rows)
            }
        }
        for (task, block) in blocks.enumerated() {
            let file = task % fileCount
            try (file == 0 ? adjacency : columns[file - 1].file).append(block)
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func encode(_ column: LinkColumn, _ rows: UnsafeBufferPointer<LinkRecord>) -> EncodedBlock {
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
                    }
            }
            count = rows.count
        }
        return unsafe values.withUnsafeBufferPointer { unsafe IntegerCodec.encode($0) }
    }
}
