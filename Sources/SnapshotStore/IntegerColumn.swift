import Kernels

/// A column of UInt32 values in blocks of 32,768.
///
/// Safety: `decode` gets exactly as many values as the block has. In `all` there is room for every block: the index
/// was refused unless its counts add up to `count`.
final class IntegerColumn: Sendable {
    private let file: ColumnFile
    var count: Int { file.valueCount }
    var blockCount: Int { file.entries.count }

    /// Throws .corrupt when there are other than `count` values, or one of them may be above `limit`.
    init(directory: String, summary: Manifest.ColumnSummary, count: Int, limit: UInt64) throws {
        file = try ColumnFile(directory: directory, summary: summary, kind: .integers)
        guard file.valueCount == count else {
            throw StoreError.corrupt(
                file.path, at: 16, expected: "\(count) values, as in the other columns", found: "\(file.valueCount)")
        }
        for (block, entry) in file.entries.enumerated() {
            guard entry.first <= entry.last, entry.last <= limit else {
                throw StoreError.corrupt(
                    file.path, at: entry.offset, expected: "values up to \(limit)",
                    found: "values from \(entry.first) to \(entry.last) in block \(block)")
            }
        }
    }

    /// The one value of a constant block, nil for others.
    func constant(block: Int) throws -> UInt32? { try IntegerCodec.constant(file, block: block) }

    /// Makes `values` the block's values.
    func decode(block: Int, into values: inout [UInt32]) throws {
        let count = file.entries[block].valueCount
        if values.count != count { values = [UInt32](repeating: 0, count: count) }
        try unsafe values.withUnsafeMutableBufferPointer {
            try unsafe IntegerCodec.decode(file, block: block, into: $0)
        }
    }

    /// The error for values that don't fit together.
    func disorder(_ expected: String) -> StoreError { file.malformed(0, expected) }

    func all() throws -> [UInt32] {
        try unsafe [UInt32](unsafeUninitializedCapacity: count) { values, initialized in
            for (block, entry) in file.entries.enumerated() {
                try unsafe IntegerCodec.decode(
                    file, block: block,
                    into: UnsafeMutableBufferPointer(rebasing: values[initialized..<initialized + entry.valueCount]))
                initialized += entry.valueCount
            }
        }
    }
}

/// Writes such a column.
///
/// Safety: slices end at the array's count. `fill` gets memory of its own for each block, and must set every value of
/// it.
final class IntegerColumnWriter {
    private let file: ColumnFileWriter
    private let threads: Int
    private let effort: CompressionEffort
    private var pending: [UInt32] = []

    init(directory: String, name: String, threads: Int, effort: CompressionEffort = .fast) throws {
        self.effort = effort
        file = try ColumnFileWriter(directory: directory, name: name, kind: .integers)
        self.threads = threads
    }

    func append(_ value: UInt32) throws {
        pending.append(value)
        if pending.count == threads * ColumnFormat.integersPerBlock { try flush() }
    }

    func append(contentsOf values: [UInt32]) throws {
        var rest = values[...]
        while !rest.isEmpty {
            let part = rest.prefix(threads * ColumnFormat.integersPerBlock - pending.count)
            pending.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if pending.count == threads * ColumnFormat.integersPerBlock { try flush() }
        }
    }

    /// Values that are made where they are wanted, in blocks on all threads. Not after append(_:).
    /// - fill: writes the values from `first` on.
    func append(
        count: Int, _ fill: @Sendable (_ first: Int, _ values: UnsafeMutableBufferPointer<UInt32>) -> Void
    ) throws {
        precondition(pending.isEmpty)
        let blockCount = (count + ColumnFormat.integersPerBlock - 1) / ColumnFormat.integersPerBlock
        let effort = effort
        for start in stride(from: 0, to: blockCount, by: Self.blocksAtOnce * threads) {
            let blocks = try parallelMap(min(Self.blocksAtOnce * threads, blockCount - start), threads: threads) {
                block in
                let first = (start + block) * ColumnFormat.integersPerBlock
                let values = unsafe [UInt32](
                    unsafeUninitializedCapacity: min(ColumnFormat.integersPerBlock, count - first)
                ) { values, valueCount in
                    unsafe fill(first, values)
                    valueCount = values.count
                }
                return unsafe values.withUnsafeBufferPointer { unsafe IntegerCodec.encode($0, effort: effort) }
            }
            for block in blocks { try file.append(block) }
        }
    }

    private static let blocksAtOnce = 8

    func finish() throws -> Manifest.ColumnSummary {
        try flush()
        return try file.finish()
    }

    private func flush() throws {
        let values = pending
        let blockCount = (values.count + ColumnFormat.integersPerBlock - 1) / ColumnFormat.integersPerBlock
        let effort = effort
        let blocks = try parallelMap(blockCount, threads: threads) { block in
            let start = block * ColumnFormat.integersPerBlock
            let end = min(start + ColumnFormat.integersPerBlock, values.count)
            return unsafe values.withUnsafeBufferPointer { values in
                unsafe IntegerCodec.encode(UnsafeBufferPointer(rebasing: values[start..<end]), effort: effort)
            }
        }
        for block in blocks { try file.append(block) }
        pending.removeAll(keepingCapacity: true)
    }
}
