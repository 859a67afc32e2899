/// Walks a range of a dictionary's keys as they are stored, front-coded: the current key in one piece, and how many bytes it
/// shares with the key before. No key is made an array.
///
/// Each block is checked while it is walked: its checksum, its form, and that its keys ascend. Memory: one block and one key.
///
/// Safety: a key's end is held against `rawByteCount` before its bytes are read, and `key` grows before they are
/// written; what whole words and the two numbers touch beyond lies in the slack of 16 bytes. Both allocations have
/// this one owner, which frees them in `deinit`. After an error it must not be asked for another key.
@safe struct KeyWalk: ~Copyable {
    /// Bytes of the current key.
    private(set) var byteCount = 0
    /// The length of the longest prefix that the current key has in common with the key before it.
    private(set) var shared = 0
    /// How many keys come after the current one.
    private(set) var restCount: Int

    private let dictionary: KeyDictionary
    private let file: ColumnFile
    /// The current key, and room for 16 bytes more.
    private var key: UnsafeMutablePointer<UInt8>
    private var keyCapacity = 1_024
    /// The current block, and 16 zeros behind it.
    private var raw: UnsafeMutablePointer<UInt8>
    private var rawCapacity = ColumnFormat.keyBlockByteCount
    private var rawByteCount = 0
    private var offset = 0
    private var block: Int
    private var indexInBlock = 0
    private var keysInBlock = 0
    /// False before the first key.
    private var hasKey = false
    private static let slack = 16

    init(_ dictionary: KeyDictionary, _ range: Range<Int>) throws {
        precondition(range.lowerBound >= 0 && range.upperBound <= dictionary.count)
        self.dictionary = dictionary
        file = dictionary.file
        unsafe key = .allocate(capacity: keyCapacity + Self.slack)
        unsafe raw = .allocate(capacity: rawCapacity + Self.slack)
        restCount = range.count
        block = range.isEmpty ? 0 : dictionary.block(holding: range.lowerBound)
        guard !range.isEmpty else { return }
        let skipped = range.lowerBound - Int(file.entries[block].first)
        block -= 1
        restCount += skipped
        for _ in 0..<skipped { _ = try next() }
    }

    deinit {
        unsafe key.deallocate()
        unsafe raw.deallocate()
    }

    /// Moves to the next key; false when there is none left.
    @inline(__always)
    mutating func next() throws -> Bool {
        guard restCount > 0 else { return false }
        restCount &-= 1
        if indexInBlock == keysInBlock { try loadNextBlock() }
        // Nearly always both numbers have one byte.
        var kept = Int(unsafe raw[offset])
        var added = Int(unsafe raw[offset &+ 1])
        if kept | added < 128 {
            offset &+= 2
        } else {
            (kept, added) = try longNumbers()
        }
        guard added <= rawByteCount &- offset else { throw malformed() }
        if indexInBlock % ColumnFormat.restartInterval == 0 {
            guard kept == 0 else { throw malformed() }
            shared = unsafe Self.commonByteCount(key, raw + offset, min(byteCount, added))
            let isAbove = unsafe isAscending(shared, added, raw + offset + shared)
            guard isAbove || !hasKey else { throw disorder() }
            hasKey = true
        } else {
            guard kept <= byteCount else { throw malformed() }
            guard unsafe isAscending(kept, kept &+ added, raw + offset) else { throw disorder() }
            shared = kept
        }
        if kept &+ added > keyCapacity { growKey(to: kept + added, keeping: kept) }
        // Whole words: what is copied too much lies in the room behind.
        var copied = 0
        repeat {
            let word = unsafe UnsafeRawPointer(raw + offset + copied).loadUnaligned(as: SIMD2<UInt64>.self)
            unsafe UnsafeMutableRawPointer(key + kept + copied).storeBytes(of: word, as: SIMD2<UInt64>.self)
            copied &+= 16
        } while copied < added
        offset &+= added
        byteCount = kept &+ added
        indexInBlock &+= 1
        if indexInBlock == keysInBlock { try finishBlock() }
        return true
    }

    /// Whether a key of `newByteCount` bytes, which shares `common` with the current one and goes on with `next`, is above it,
    /// and shares no more.
    @inline(__always)
    private func isAscending(_ common: Int, _ newByteCount: Int, _ next: UnsafePointer<UInt8>) -> Bool {
        unsafe common < newByteCount && (common == byteCount || next.pointee > key[common])
    }

    /// How the current keys of two walks compare (negative, 0 or positive, bytewise, shorter first), and how many bytes they
    /// share; they share `start` at least.
    @inline(__always)
    static func compare(_ left: borrowing KeyWalk, _ right: borrowing KeyWalk, from start: Int) -> (
        order: Int, common: Int
    ) {
        let limit = min(left.byteCount, right.byteCount)
        let common = unsafe start &+ commonByteCount(left.key + start, right.key + start, limit &- start)
        if common == limit { return (left.byteCount &- right.byteCount, common) }
        return (unsafe Int(left.key[common]) &- Int(right.key[common]), common)
    }

    /// Bytes that are equal at the beginning, at most `limit`. Up to seven bytes more are read.
    @inline(__always)
    private static func commonByteCount(
        _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ limit: Int
    ) -> Int {
        var count = 0
        while count < limit {
            let difference =
                unsafe UnsafeRawPointer(left + count).loadUnaligned(as: UInt64.self).littleEndian
                ^ UnsafeRawPointer(right + count).loadUnaligned(as: UInt64.self).littleEndian
            if difference != 0 { return min(limit, count &+ difference.trailingZeroBitCount &>> 3) }
            count &+= 8
        }
        return limit
    }

    private mutating func loadNextBlock() throws {
        block += 1
        let entry = file.entries[block]
        let payload = unsafe try file.payload(ofBlock: block)
        BlockReads.add(byteCount: file.entries[block].storedByteCount)
        if entry.rawByteCount > rawCapacity {
            unsafe raw.deallocate()
            rawCapacity = entry.rawByteCount
            unsafe raw = .allocate(capacity: rawCapacity + Self.slack)
        }
        let target = unsafe UnsafeMutableRawBufferPointer(start: raw, count: entry.rawByteCount)
        if !entry.codec.isLZ4 {
            unsafe target.copyMemory(from: payload)
        } else if unsafe !LZ4Block.decompress(payload, into: target) {
            throw malformed()
        }
        unsafe (raw + entry.rawByteCount).update(repeating: 0, count: Self.slack)
        rawByteCount = entry.rawByteCount
        offset = 0
        indexInBlock = 0
        keysInBlock = entry.valueCount
    }

    private func finishBlock() throws {
        guard offset == rawByteCount else { throw malformed() }
        file.markSound(block)
    }

    private mutating func longNumbers() throws -> (Int, Int) {
        guard let kept = number(), let added = number() else { throw malformed() }
        return (kept, added)
    }

    /// LEB128 of at most five bytes; nil when there is none.
    private mutating func number() -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard offset < rawByteCount else { return nil }
            let byte = Int(unsafe raw[offset])
            offset += 1
            value |= (byte & 127) << shift
            if byte < 128 { return value }
        }
        return nil
    }

    private mutating func growKey(to byteCount: Int, keeping kept: Int) {
        let capacity = max(2 * keyCapacity, byteCount)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.slack)
        unsafe larger.update(from: key, count: kept)
        unsafe key.deallocate()
        unsafe key = larger
        keyCapacity = capacity
    }

    private func malformed() -> StoreError { file.malformed(block, "\(file.entries[block].valueCount) keys") }

    private func disorder() -> StoreError { file.malformed(block, "ascending keys") }
}
