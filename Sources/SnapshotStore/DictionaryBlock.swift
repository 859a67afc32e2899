/// A block of a dictionary on its way to the file: keys that are encoded already, and keys among the pieces at hand.
/// KeyBlock.swift draws its bytes.
///
/// Safety: a piece's `ends` ascend within its bytes, and what a key shares is part of it: so every slice lies in the
/// array that the closure lends.
struct DictionaryBlock: Sendable {
    private struct Keys: Sendable {
        var piece: Int
        var range: Range<Int>
    }

    private var raw: [UInt8] = []
    private var encodedCount = 0
    private var pending: [Keys] = []
    /// Keys, encoded or not.
    private(set) var count = 0
    /// What `raw` comes to with all of them.
    private var rawByteCount = 0
    let firstOrdinal: Int
    var separatorEnd: Int

    init(firstOrdinal: Int, separatorEnd: Int) {
        self.firstOrdinal = firstOrdinal
        self.separatorEnd = separatorEnd
    }

    /// Whether one more key belongs in this block.
    func hasRoom(keyByteCount: Int, shared: Int) -> Bool {
        // Two numbers of at most five bytes.
        count == 0 || rawByteCount + 10 + keyByteCount - kept(shared) <= ColumnFormat.keyBlockByteCount
    }

    /// Counts a key that add(_:ofPiece:) is going to be called for.
    mutating func count(keyByteCount: Int, shared: Int) {
        let kept = kept(shared)
        rawByteCount += varintByteCount(kept) + varintByteCount(keyByteCount - kept) + keyByteCount - kept
        count += 1
    }

    mutating func add(_ range: Range<Int>, ofPiece piece: Int) {
        if !range.isEmpty { pending.append(Keys(piece: piece, range: range)) }
    }

    /// Encodes the keys that were added: the pieces are no longer needed.
    mutating func encodeKeys(_ pieces: [PrefixedPiece]) {
        raw.reserveCapacity(max(rawByteCount, ColumnFormat.keyBlockByteCount))
        for keys in pending {
            let piece = pieces[keys.piece]
            unsafe piece.piece.bytes.withUnsafeBufferPointer { bytes in
                var start = piece.piece.start(of: keys.range.lowerBound)
                for index in keys.range {
                    let end = piece.piece.ends[index]
                    let isRestart = encodedCount % ColumnFormat.restartInterval == 0
                    let kept = isRestart ? 0 : piece.shared[index]
                    raw.append(varint: kept)
                    raw.append(varint: end - start - kept)
                    unsafe raw.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[(start + kept)..<end]))
                    encodedCount += 1
                    start = end
                }
            }
        }
        pending.removeAll()
    }

    /// The whole block.
    func encoded(_ pieces: [PrefixedPiece], effort: CompressionEffort) -> EncodedBlock {
        var block = self
        block.encodeKeys(pieces)
        precondition(block.raw.count == rawByteCount && block.encodedCount == count)
        return EncodedBlock(
            compressing: block.raw, valueCount: count, first: UInt64(firstOrdinal), last: UInt64(separatorEnd),
            effort: effort)
    }

    /// Bytes that the next key takes over from the one before.
    private func kept(_ shared: Int) -> Int { count % ColumnFormat.restartInterval == 0 ? 0 : shared }

    private func varintByteCount(_ value: Int) -> Int { value < 128 ? 1 : (70 - (value | 1).leadingZeroBitCount) / 7 }
}

/// A piece and what each of its keys shares with the one before.
struct PrefixedPiece: Sendable {
    let piece: KeyPiece
    /// Bytes shared with the key before.
    private(set) var shared: [Int] = []
    /// Whether each key is above the one before.
    private(set) var isAscending = true

    /// - before: the key before the piece's first one; nil when there is none.
    init(_ piece: KeyPiece, after before: ArraySlice<UInt8>?) {
        self.piece = piece
        guard piece.count > 0 else { return }
        shared.reserveCapacity(piece.count)
        unsafe piece.bytes.withUnsafeBufferPointer { bytes in
            let first = unsafe UnsafeBufferPointer(rebasing: bytes[..<piece.ends[0]])
            if let before {
                unsafe before.withUnsafeBufferPointer { isAscending = unsafe append(first, after: $0) }
            } else {
                shared.append(0)
            }
            var (lastStart, start) = (0, piece.ends[0])
            for index in 1..<piece.count {
                let end = piece.ends[index]
                let last = unsafe UnsafeBufferPointer(rebasing: bytes[lastStart..<start])
                if unsafe !append(UnsafeBufferPointer(rebasing: bytes[start..<end]), after: last) {
                    isAscending = false
                }
                (lastStart, start) = (start, end)
            }
        }
    }

    /// False when the key isn't above the last one.
    private mutating func append(_ key: UnsafeBufferPointer<UInt8>, after last: UnsafeBufferPointer<UInt8>) -> Bool {
        let common = unsafe sharedPrefixByteCount(last, key)
        shared.append(common)
        return unsafe common < key.count && (common == last.count || last[common] < key[common])
    }
}

/// Bytes that two keys share at their front; eight are compared at a time.
/// Safety: nothing at or above `limit`, the shorter one's size, is read.
package func sharedPrefixByteCount(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let limit = min(left.count, right.count)
    guard limit > 0, let leftStart = unsafe UnsafeRawPointer(left.baseAddress),
        let rightStart = unsafe UnsafeRawPointer(right.baseAddress)
    else { return 0 }
    var shared = 0
    while shared &+ 8 <= limit {
        let difference =
            unsafe UInt64(littleEndian: leftStart.loadUnaligned(fromByteOffset: shared, as: UInt64.self))
            ^ UInt64(littleEndian: rightStart.loadUnaligned(fromByteOffset: shared, as: UInt64.self))
        if difference != 0 { return shared &+ difference.trailingZeroBitCount / 8 }
        shared &+= 8
    }
    while shared < limit, unsafe left[shared] == right[shared] { shared &+= 1 }
    return shared
}
