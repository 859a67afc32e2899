/// Writes a dictionary: keys ascending and distinct. Blocks are compressed in parallel and written in order.
final class KeyDictionaryWriter {
    private struct PendingBlock: Sendable {
        var raw: [UInt8] = []
        var count = 0
        var firstOrdinal: Int
        var separatorEnd: Int
    }

    private let file: ColumnFileWriter
    private let threads: Int
    private(set) var count = 0
    private var lastKey: [UInt8] = []
    private var current = PendingBlock(firstOrdinal: 0, separatorEnd: 0)
    private var pending: [PendingBlock] = []
    /// For each block the shortest prefix of its first key that is above the key before it.
    private var separators: [UInt8] = []

    init(directory: String, name: String, threads: Int) throws {
        file = try ColumnFileWriter(directory: directory, name: name, kind: .keys)
        self.threads = max(1, threads)
    }

    /// Traps when the key is not above the one before it.
    func append(_ key: UnsafeBufferPointer<UInt8>) throws {
        let shared = unsafe sharedPrefix(with: key)
        precondition(
            unsafe count == 0
                || (shared < key.count && (shared == lastKey.count || lastKey[shared] < key[shared])),
            "keys are appended in ascending order")
        let isRestart = current.count % ColumnFormat.restartInterval == 0
        // Two numbers of at most five bytes.
        if current.count > 0
            && current.raw.count + 10 + key.count - (isRestart ? 0 : shared) > ColumnFormat.keyBlockByteCount
        {
            try closeBlock()
        }
        if current.count == 0 {
            let separator = unsafe UnsafeBufferPointer(rebasing: key[..<min(key.count, count == 0 ? 0 : shared + 1)])
            unsafe separators.append(contentsOf: separator)
            current.firstOrdinal = count
            current.separatorEnd = separators.count
        }
        let kept = current.count % ColumnFormat.restartInterval == 0 ? 0 : shared
        current.raw.append(varint: kept)
        current.raw.append(varint: key.count - kept)
        unsafe current.raw.append(contentsOf: UnsafeBufferPointer(rebasing: key[kept...]))
        current.count += 1
        count += 1
        lastKey.removeLast(lastKey.count - shared)
        unsafe lastKey.append(contentsOf: UnsafeBufferPointer(rebasing: key[shared...]))
    }

    func append(_ key: [UInt8]) throws {
        try unsafe key.withUnsafeBufferPointer { try unsafe append($0) }
    }

    func finish() throws -> Manifest.ColumnSummary {
        if current.count > 0 { try closeBlock() }
        try flush()
        return try file.finish(auxiliary: separators)
    }

    private func sharedPrefix(with key: UnsafeBufferPointer<UInt8>) -> Int {
        unsafe lastKey.withUnsafeBufferPointer { last in
            let limit = min(last.count, key.count)
            var shared = 0
            while shared < limit, unsafe last[shared] == key[shared] { shared &+= 1 }
            return shared
        }
    }

    private func closeBlock() throws {
        pending.append(current)
        current = PendingBlock(firstOrdinal: count, separatorEnd: separators.count)
        current.raw.reserveCapacity(ColumnFormat.keyBlockByteCount)
        if pending.count == 8 * threads { try flush() }
    }

    private func flush() throws {
        let blocks = pending
        pending.removeAll(keepingCapacity: true)
        let encoded = try parallelMap(blocks.count, threads: threads) { index in
            let block = blocks[index]
            return EncodedBlock(
                compressing: block.raw, valueCount: block.count, first: UInt64(block.firstOrdinal),
                last: UInt64(block.separatorEnd))
        }
        for block in encoded { try file.append(block) }
    }
}
