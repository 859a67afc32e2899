/// A sorted dictionary of distinct byte strings, front-coded with restarts, in compressed blocks. In a delta snapshot its
/// file holds the inserted keys only, the others are the base's.
///
/// Safety: `init` makes sure that the separators' ends ascend and lie within the auxiliary bytes, which `file` keeps
/// mapped. Blocks' bytes are passed on to `KeyBlock` within the closure that lends them.
package final class KeyDictionary: Sendable {
    package let count: Int
    let file: ColumnFile
    private let cache: KeyBlockCache
    private let recentKeys = RecentKeys()
    let delta: DictionaryDelta?

    /// Opens a dictionary and checks its index: ordinals add up, separators lie in the auxiliary bytes.
    init(directory: String, summary: Manifest.ColumnSummary, delta: DictionaryDelta? = nil) throws {
        file = try ColumnFile(directory: directory, summary: summary, kind: .keys)
        self.delta = delta
        count = delta?.map.count ?? file.valueCount
        if let delta, delta.map.baseCount != delta.base.count || delta.map.insertedKeyCount != file.valueCount {
            throw StoreError.corrupt(
                file.path, at: 16, expected: "\(delta.map.insertedKeyCount) inserted keys", found: "\(file.valueCount)")
        }
        cache = KeyBlockCache(blockCount: file.entries.count)
        var ordinal = 0
        var separatorEnd = 0
        for (block, entry) in file.entries.enumerated() {
            guard entry.first == UInt64(ordinal), let end = Int(exactly: entry.last), end >= separatorEnd,
                unsafe end <= file.auxiliary.count, KeyBlock.mayHold(entry.valueCount, byteCount: entry.rawByteCount)
            else {
                throw StoreError.corrupt(
                    file.path, at: entry.offset, expected: "block \(block) to begin with key \(ordinal)",
                    found: "key \(entry.first), separator end \(entry.last)")
            }
            separatorEnd = end
            ordinal += entry.valueCount
        }
        guard unsafe separatorEnd == file.auxiliary.count else {
            throw unsafe StoreError.corrupt(
                file.path, at: file.entries.last?.offset ?? 0, expected: "\(file.auxiliary.count) bytes of separators",
                found: "\(separatorEnd)")
        }
    }

    package func key(at index: Int) throws -> [UInt8] {
        precondition(index >= 0 && index < count)
        guard let delta else { return try ownKey(at: index) }
        switch try delta.map.positions().place(of: index) {
        case .base(let position): return try delta.base.key(at: position)
        case .inserted(let position): return try ownKey(at: position)
        }
    }

    /// The key of one of a few indexes that lie far from each other: its block is decompressed for it, and only the key is kept.
    package func scatteredKey(at index: Int) throws -> [UInt8] {
        precondition(index >= 0 && index < count)
        guard let delta else { return try ownScatteredKey(at: index) }
        switch try delta.map.positions().place(of: index) {
        case .base(let position): return try delta.base.scatteredKey(at: position)
        case .inserted(let position): return try ownScatteredKey(at: position)
        }
    }

    private func ownScatteredKey(at index: Int) throws -> [UInt8] {
        try recentKeys.key(at: index) {
            let block = block(holding: index)
            let entry = file.entries[block]
            let place = index - Int(entry.first)
            // Keys take about as many bytes each: nearly always it is among these.
            let usualByteCount = entry.rawByteCount + entry.rawByteCount / 16
            // In floating point, for the product of both may be no Int.
            let share = Double(place + 1) / Double(entry.valueCount)
            let byteCount = Int(Double(usualByteCount) * share) + 512
            let key = try unsafe file.withRawPrefix(ofBlock: block, byteCount: byteCount) { raw in
                unsafe KeyBlock.key(at: place, inPrefix: raw)
            }
            return try key ?? load(block).key(at: place)
        }
    }

    private func ownKey(at index: Int) throws -> [UInt8] {
        let block = block(holding: index)
        return try cache.block(block) { try load(block) }.key(at: index - Int(file.entries[block].first))
    }

    /// The index of the first key that is not below `key` (count when there is none).
    package func lowerBound(_ key: [UInt8]) throws -> Int {
        guard let delta else { return try ownLowerBound(key) }
        // As many kept and inserted keys lie below it as dictionaries hold below it.
        return try delta.map.positions().keptCount(below: delta.base.lowerBound(key)) + ownLowerBound(key)
    }

    private func ownLowerBound(_ key: [UInt8]) throws -> Int {
        // The last block whose separator is not above the key; the keys of later blocks are above it.
        var low = 0
        var high = file.entries.count
        while low < high {
            let middle = (low + high) / 2
            if isSeparator(ofBlock: middle, above: key) { high = middle } else { low = middle + 1 }
        }
        if low == 0 { return 0 }
        let keys = try cache.block(low - 1) { try load(low - 1) }
        return keys.firstOrdinal + keys.lowerBound(key)
    }

    package func index(of key: [UInt8]) throws -> Int? {
        let index = try lowerBound(key)
        return try index < count && self.key(at: index) == key ? index : nil
    }

    /// In order; the span is valid during the call only.
    package func forEach(
        in range: Range<Int>, _ body: (_ index: Int, _ key: Span<UInt8>) throws -> Void
    ) throws {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        var cursor = cursor(from: range.lowerBound)
        for index in range {
            _ = try cursor.next()
            try body(index, cursor.key.span)
        }
    }

    /// Whether the file holds all keys, in order.
    var isStoredWhole: Bool { count == file.valueCount }

    /// Says that the keys won't be needed for some time: what was read of them leaves the process's memory.
    package func releaseMemory() { file.releaseMemory() }

    package func cursor(from index: Int = 0) -> KeyCursor { KeyCursor(self, from: index) }

    /// Decompresses a block and checks its form.
    func load(_ block: Int) throws -> KeyBlock {
        let entry = file.entries[block]
        let keys = try unsafe file.withRawBytes(ofBlock: block) { raw in
            unsafe KeyBlock(raw, firstOrdinal: Int(entry.first), count: entry.valueCount)
        }
        guard let keys else { throw file.malformed(block, "\(entry.valueCount) keys") }
        file.markSound(block)
        return keys
    }

    /// The error for a key that is not above the one before it.
    package func disorder(at index: Int) -> StoreError {
        guard delta != nil else { return file.malformed(block(holding: index), "ascending keys") }
        return StoreError.corrupt(file.path, at: 0, expected: "ascending keys with the base's", found: "key \(index)")
    }

    func block(holding index: Int) -> Int {
        let entries = file.entries
        var low = 0
        var high = entries.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if entries[middle].first <= UInt64(index) { low = middle } else { high = middle }
        }
        return low
    }

    private func isSeparator(ofBlock block: Int, above key: [UInt8]) -> Bool {
        unsafe key.withUnsafeBytes { unsafe compareBytes(separator(ofBlock: block), $0) > 0 }
    }

    private func separator(ofBlock block: Int) -> UnsafeRawBufferPointer {
        let start = block == 0 ? 0 : Int(file.entries[block - 1].last)
        return unsafe file.auxiliary.bytes(start..<Int(file.entries[block].last))
    }

    /// The first block of the own file whose separator doesn't begin its first key, or isn't above the last key before it:
    /// searches would miss keys. Decodes every block.
    func firstWrongSeparator() throws -> Int? {
        var before: [UInt8] = []
        for block in file.entries.indices {
            let keys = try load(block)
            let first = keys.key(at: 0)
            guard unsafe separator(ofBlock: block).elementsEqual(first.prefix(separator(ofBlock: block).count)),
                block == 0 ? unsafe separator(ofBlock: block).isEmpty : isSeparator(ofBlock: block, above: before)
            else { return block }
            before = keys.key(at: keys.count - 1)
        }
        return nil
    }
}
