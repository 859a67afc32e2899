/// Writes a dictionary: keys ascending and distinct. They come in pieces; blocks are encoded and compressed in parallel and
/// written in order.
///
/// Safety: a key's bytes are passed on to `KeyPiece`, which copies them, within the call that lends them.
final class KeyDictionaryWriter {
    private let file: ColumnFileWriter
    private let threads: Int
    private let effort: CompressionEffort
    private(set) var count = 0
    private var lastKey: [UInt8] = []
    private var current = DictionaryBlock(firstOrdinal: 0, separatorEnd: 0)
    /// Keys that came one by one.
    private var gathered = KeyPiece()
    /// Keys that are in blocks.
    private var blockedCount = 0
    /// For each block the shortest prefix of its first key that is above the key before it.
    private var separators: [UInt8] = []

    init(directory: String, name: String, threads: Int, effort: CompressionEffort = .fast) throws {
        self.effort = effort
        file = try ColumnFileWriter(directory: directory, name: name, kind: .keys)
        self.threads = max(1, threads)
    }

    /// Traps, at the latest when the dictionary is finished, when the key is not above the one before it.
    func append(_ key: UnsafeBufferPointer<UInt8>) throws {
        unsafe gathered.append(key)
        count += 1
        if gathered.count == KeyPiece.keyCountLimit || gathered.byteCount > 1 << 18 { try writeGathered() }
    }

    func append(_ key: [UInt8]) throws {
        try unsafe key.withUnsafeBufferPointer { try unsafe append($0) }
    }

    /// Traps when a key is not above the one before it.
    /// - besides: further work, done by one of the threads meanwhile.
    func append(_ pieces: [KeyPiece], besides: @Sendable () throws -> Void = {}) throws {
        try writeGathered()
        count += pieces.reduce(0) { $0 + $1.count }
        try write(pieces, besides: besides)
    }

    func finish() throws -> Manifest.ColumnSummary {
        try writeGathered()
        if current.count > 0 { try file.append(current.encoded([], effort: effort)) }
        return try file.finish(auxiliary: separators)
    }

    private func writeGathered() throws {
        if gathered.count > 0 { try write([gathered]) }
        gathered.removeAll()
    }

    private func write(_ pieces: [KeyPiece], besides: @Sendable () throws -> Void = {}) throws {
        // Nothing is before the first key of all, which may be empty.
        let before = blockedCount == 0 ? nil : lastKey
        let keys = try parallelMap(pieces.count, threads: threads) { index in
            let previous = pieces[..<index].last { $0.count > 0 }
            return PrefixedPiece(pieces[index], after: previous?.lastKey ?? before?[...])
        }
        guard let last = keys.last(where: { $0.piece.count > 0 }) else { return try besides() }
        precondition(keys.allSatisfy(\.isAscending), "keys are appended in ascending order")
        var closed: [DictionaryBlock] = []
        for index in keys.indices { cut(keys[index], index, &closed) }
        lastKey = Array(last.piece.lastKey)
        let blocks = closed
        let effort = effort
        let encoded = try parallelMap(blocks.count + 1, threads: threads) { task -> EncodedBlock? in
            if task > 0 { return blocks[task - 1].encoded(keys, effort: effort) }
            try besides()
            return nil
        }
        for case let block? in encoded { try file.append(block) }
        current.encodeKeys(keys)
    }

    /// Distributes the keys of a piece: to the open block, and to new ones as blocks become full.
    private func cut(_ keys: PrefixedPiece, _ number: Int, _ closed: inout [DictionaryBlock]) {
        var start = 0
        for index in 0..<keys.piece.count {
            let keyByteCount = keys.piece.byteCount(of: index)
            let shared = keys.shared[index]
            if !current.hasRoom(keyByteCount: keyByteCount, shared: shared) {
                current.add(start..<index, ofPiece: number)
                closed.append(current)
                current = DictionaryBlock(firstOrdinal: blockedCount, separatorEnd: separators.count)
                start = index
            }
            if current.count == 0 {
                let keyStart = keys.piece.start(of: index)
                let separatorByteCount = min(keyByteCount, blockedCount == 0 ? 0 : shared + 1)
                separators.append(contentsOf: keys.piece.bytes[keyStart..<keyStart + separatorByteCount])
                current.separatorEnd = separators.count
            }
            current.count(keyByteCount: keyByteCount, shared: shared)
            blockedCount += 1
        }
        current.add(start..<keys.piece.count, ofPiece: number)
    }
}
