/// Byte strings one after another, with their hashes: what one thread has read and not yet numbered. A key stands in it as
/// often as it was read.
///
/// Safety: the subscript doesn't check its place: KeyShards orders the places below `count`, and KeyInterner asks for
/// these. What it returns is valid until the next append.
@safe
struct KeyList: ~Copyable {
    /// Of the hashes; that of the shards which number the keys.
    let seed: UInt64
    private var bytes = GrowingBuffer<UInt8>(capacity: 1 << 16)
    /// ends[i − 1] ..< ends[i] are the bytes of key i.
    private var ends = GrowingBuffer<Int>(capacity: 1 << 12)
    private(set) var hashes = GrowingBuffer<UInt64>(capacity: 1 << 12)
    /// Room for the numbers, and for an order of the keys.
    var numbers = GrowingBuffer<UInt32>(capacity: 1 << 12)
    var order = GrowingBuffer<UInt32>(capacity: 1 << 12)

    init(seed: UInt64) { self.seed = seed }

    var count: Int { ends.count }

    /// Bytes of all keys.
    var byteCount: Int { bytes.count }

    /// The key's place in the list.
    @inline(__always)
    mutating func append(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        unsafe bytes.append(key)
        let place = UInt32(truncatingIfNeeded: ends.count)
        ends.append(bytes.count)
        unsafe hashes.append(KeyHash.hash(key, seed: seed))
        return place
    }

    @inline(__always)
    subscript(place: Int) -> UnsafeBufferPointer<UInt8> {
        let start = place == 0 ? 0 : unsafe ends.base[place &- 1]
        return unsafe UnsafeBufferPointer(start: bytes.base + start, count: ends.base[place] &- start)
    }

    mutating func removeAll() {
        bytes.setCount(0)
        ends.setCount(0)
        hashes.setCount(0)
    }
}
