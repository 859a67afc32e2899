import Glibc

/// One decompressed block of a dictionary, checked to be well-formed. The bytes are its keys in order:
///
///   varint p   bytes shared with the key before (0 for every 16th key of the block, from the first one on)
///   varint s   bytes that follow
///   s bytes
///
/// varint is LEB128: seven bits a byte, lowest first.
///
/// Safety: `init` and `key(at:inPrefix:)` hold every key's numbers against the end; later reads, without checks, begin
/// at a key that `init` has seen in its own copy of the bytes.
final class KeyBlock: Sendable {
    let firstOrdinal: Int
    let count: Int
    private let bytes: [UInt8]
    /// Where keys 0, 16, 32 … begin.
    private let restarts: [Int]

    /// Whether so many keys may be in so many bytes: each takes two at least.
    static func mayHold(_ count: Int, byteCount: Int) -> Bool { count >= 0 && count <= byteCount / 2 }

    /// nil when the bytes are not `count` keys.
    init?(_ raw: UnsafeRawBufferPointer, firstOrdinal: Int, count: Int) {
        // No room is reserved for more than there can be.
        guard Self.mayHold(count, byteCount: raw.count) else { return nil }
        self.firstOrdinal = firstOrdinal
        self.count = count
        // Copied first: what is checked stays as it was, whatever somebody does to the file.
        bytes = unsafe [UInt8](raw)
        var restarts: [Int] = []
        restarts.reserveCapacity(count / ColumnFormat.restartInterval + 1)
        let isSound = unsafe bytes.withUnsafeBytes { raw in
            var offset = 0
            var keyByteCount = 0
            for index in 0..<count {
                if index % ColumnFormat.restartInterval == 0 { restarts.append(offset) }
                guard let added = unsafe Self.checkedKey(raw, &offset, index: index, &keyByteCount) else {
                    return false
                }
                offset &+= added
            }
            return offset == raw.count
        }
        guard isSound else { return nil }
        self.restarts = restarts
    }

    /// The key at `index` of a block whose first bytes these are; nil when it isn't whole among them, or bytes before it are
    /// not keys.
    static func key(at index: Int, inPrefix raw: UnsafeRawBufferPointer) -> [UInt8]? {
        let restart = index - index % ColumnFormat.restartInterval
        var restartOffset = 0
        var offset = 0
        var keyByteCount = 0
        for next in 0...index {
            if next == restart { restartOffset = offset }
            guard let added = unsafe checkedKey(raw, &offset, index: next, &keyByteCount) else { return nil }
            offset &+= added
        }
        var key: [UInt8] = []
        offset = restartOffset
        keyByteCount = 0
        for next in restart...index {
            guard let added = unsafe checkedKey(raw, &offset, index: next, &keyByteCount) else { return nil }
            key.removeLast(key.count - (keyByteCount - added))
            unsafe key.append(contentsOf: raw[offset..<offset + added])
            offset += added
        }
        return key
    }

    /// Reads the numbers of the key at `index` of the block: moves `offset` behind them, makes `keyByteCount` (the length of
    /// the key before) its length, and returns how many bytes follow that are its own. nil when that isn't a key.
    @inline(__always)
    private static func checkedKey(
        _ raw: UnsafeRawBufferPointer, _ offset: inout Int, index: Int, _ keyByteCount: inout Int
    ) -> Int? {
        let limit = index % ColumnFormat.restartInterval == 0 ? 0 : keyByteCount
        guard let shared = unsafe checkedVarint(raw, &offset), let added = unsafe checkedVarint(raw, &offset),
            shared <= limit, added <= raw.count &- offset
        else { return nil }
        keyByteCount = shared &+ added
        return added
    }

    /// Replaces `key`, which must be the key before (or anything at a restart), by the key that begins at `offset`;
    /// returns where the next one begins.
    func readKey(at offset: Int, into key: inout [UInt8]) -> Int {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var offset = offset
            let shared = unsafe Self.varint(bytes, &offset)
            let added = unsafe Self.varint(bytes, &offset)
            key.removeLast(key.count - shared)
            unsafe key.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[offset..<offset + added]))
            return offset + added
        }
    }

    /// Positions before the key at `index` of the block: returns where it begins, having made `key` the one before it.
    func seek(_ index: Int, key: inout [UInt8]) -> Int {
        precondition(index >= 0 && index < count)
        let restart = index / ColumnFormat.restartInterval
        var offset = restarts[restart]
        for _ in 0..<index % ColumnFormat.restartInterval { offset = readKey(at: offset, into: &key) }
        return offset
    }

    func key(at index: Int) -> [UInt8] {
        var key: [UInt8] = []
        _ = readKey(at: seek(index, key: &key), into: &key)
        return key
    }

    /// The index in the block of the first key that is not below `wanted`; `count` when there is none.
    func lowerBound(_ wanted: [UInt8]) -> Int {
        var low = 0
        var high = restarts.count
        while low < high {
            let middle = (low + high) / 2
            if isRestart(middle, below: wanted) { low = middle + 1 } else { high = middle }
        }
        // Restart low − 1 is below, restart low is not.
        if low == 0 { return 0 }
        var index = (low - 1) * ColumnFormat.restartInterval
        let end = min(low * ColumnFormat.restartInterval, count)
        var offset = restarts[low - 1]
        var key: [UInt8] = []
        while index < end {
            offset = readKey(at: offset, into: &key)
            let isBelow = unsafe key.withUnsafeBytes { key in
                unsafe wanted.withUnsafeBytes { unsafe compareBytes(key, $0) < 0 }
            }
            if !isBelow { return index }
            index += 1
        }
        return index
    }

    private func isRestart(_ restart: Int, below wanted: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var offset = restarts[restart]
            _ = unsafe Self.varint(bytes, &offset)
            let byteCount = unsafe Self.varint(bytes, &offset)
            let key = unsafe UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[offset..<offset + byteCount]))
            return unsafe wanted.withUnsafeBytes { unsafe compareBytes(key, $0) < 0 }
        }
    }

    /// Reads a number that the initialiser has checked.
    @inline(__always)
    private static func varint(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: inout Int) -> Int {
        let first = unsafe Int(bytes[offset])
        offset &+= 1
        if first < 128 { return first }
        var value = first & 127
        var shift = 7
        while true {
            let byte = unsafe Int(bytes[offset])
            offset &+= 1
            value |= (byte & 127) << shift
            if byte < 128 { return value }
            shift &+= 7
        }
    }

    /// A number of at most five bytes, nil when there is none.
    @inline(__always)
    private static func checkedVarint(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Int? {
        if offset < bytes.count {
            let byte = unsafe Int(bytes[offset])
            if byte < 128 {
                offset &+= 1
                return byte
            }
        }
        return unsafe longVarint(bytes, &offset)
    }

    private static func longVarint(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard offset < bytes.count else { return nil }
            let byte = unsafe Int(bytes[offset])
            offset += 1
            value |= (byte & 127) << shift
            if byte < 128 { return value }
        }
        return nil
    }
}

/// Bytewise order, shorter first: negative, 0 or positive.
/// Safety: no more is compared than the shorter one has.
func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    if common > 0, let leftStart = left.baseAddress, let rightStart = right.baseAddress {
        let order = unsafe memcmp(leftStart, rightStart, common)
        if order != 0 { return Int(order) }
    }
    return left.count - right.count
}
