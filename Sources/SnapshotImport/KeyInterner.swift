import Glibc

/// Distinct byte strings numbered 0… in the order of their first appearance. The bytes lie one after another in an arena;
/// an open-addressing table of 8-byte slots (32 bits of the hash, the number + 1) finds them.
///
/// Cost of a look-up: one hash, one table miss, one arena miss. Memory: the bytes, 8 a key and 11–21 a key for the table.
///
/// Safety: slots hold numbers of keys, + 1, and the mask keeps places within the slots. The arena always has room for
/// 8 bytes after its last key, so these may be read. Numbers fit 32 bits because batches end before:
/// `KeyShards.isNearlyFull`.
@safe
struct KeyInterner: ~Copyable {
    /// A look at the keys by number. Eight bytes past the end of each may be read.
    @unsafe
    struct Keys {
        let bytes: UnsafePointer<UInt8>
        let offsets: UnsafePointer<Int>
        let count: Int

        @inline(__always)
        subscript(key: Int) -> UnsafeBufferPointer<UInt8> {
            let start = unsafe offsets[key]
            return unsafe UnsafeBufferPointer(start: bytes + start, count: offsets[key &+ 1] &- start)
        }
    }

    /// Bytes past the end of the arena that may be read: keys are sorted eight bytes at a time.
    private static let paddingByteCount = 8

    private var bytes = GrowingBuffer<UInt8>(capacity: 4_096)
    /// offsets[i] ..< offsets[i + 1] are the bytes of key i.
    private var offsets = GrowingBuffer<Int>(capacity: 256)
    private var slots = GrowingBuffer<UInt64>()
    private var slotMask = 0
    /// What touching has read: keeps the reads from being left out.
    private var touched: UInt8 = 0

    init() {
        offsets.append(0)
        makeSlots(count: 256)
    }

    var count: Int { offsets.count &- 1 }

    /// Bytes held now.
    var heldByteCount: Int { bytes.count &+ offsets.byteCount &+ slots.byteCount }

    /// Bytes held while up to `keyCount` more keys are added: more than `heldByteCount` when the table is about to grow.
    func heldByteCount(with keyCount: Int) -> Int {
        let willGrow = (count &+ keyCount) &* 4 > slots.count &* 3
        return heldByteCount &+ (willGrow ? slots.byteCount &* 2 : 0)
    }

    /// The keys for reading; valid until the next intern.
    var keys: Keys {
        unsafe Keys(bytes: UnsafePointer(bytes.base), offsets: UnsafePointer(offsets.base), count: count)
    }

    /// Numbers the keys at `places` of a list: `numbers[place]` becomes the number and the shard in its low bits.
    ///
    /// Safety: KeyShards passes places of the list, and `numbers` with room for each of its keys; 32 places at most
    /// are touched at a time.
    mutating func intern(
        _ places: UnsafeBufferPointer<UInt32>, of list: borrowing KeyList, numbers: UnsafeMutablePointer<UInt32>,
        shard: UInt32, bitCount: UInt32
    ) {
        let hashes = unsafe list.hashes.base
        var first = 0
        while first < places.count {
            let end = min(first &+ Self.touchedKeyCount, places.count)
            unsafe touch(UnsafeBufferPointer(rebasing: places[first..<end]), hashes)
            for index in first..<end {
                let place = Int(unsafe places[index])
                let number = unsafe intern(list[place], hash: hashes[place])
                unsafe numbers[place] = number &<< bitCount | shard
            }
            first = end
        }
    }

    private static let touchedKeyCount = 32

    /// Reads what looking up some keys will read, all slots, then all offsets, then all bytes: reads that don't wait for
    /// each other's cache misses.
    private mutating func touch(_ places: UnsafeBufferPointer<UInt32>, _ hashes: UnsafePointer<UInt64>) {
        var candidates = InlineArray<32, UInt64>(repeating: 0)
        for index in 0..<places.count {
            let hash = unsafe hashes[Int(places[index])]
            let found = unsafe slots.base[Int(truncatingIfNeeded: hash >> 32) & slotMask]
            candidates[index] = (found ^ hash) >> 32 == 0 ? found & 0xFFFF_FFFF : 0
        }
        for index in 0..<places.count where candidates[index] != 0 {
            candidates[index] = UInt64(truncatingIfNeeded: unsafe offsets.base[Int(candidates[index])])
        }
        // The offset of the next key: one byte before it and one a cache line earlier.
        var sum: UInt8 = 0
        for index in 0..<places.count where candidates[index] != 0 {
            let end = Int(candidates[index])
            sum &+= unsafe bytes.base[end &- 1] &+ bytes.base[max(end &- 64, 0)]
        }
        touched &+= sum
    }

    /// The number of the key, which is added when it is new.
    mutating func intern(_ key: UnsafeBufferPointer<UInt8>, hash: UInt64) -> UInt32 {
        let tag = hash & 0xFFFF_FFFF_0000_0000
        var slot = Int(truncatingIfNeeded: hash >> 32) & slotMask
        while true {
            let found = unsafe slots.base[slot]
            if found == 0 { break }
            if found & 0xFFFF_FFFF_0000_0000 == tag {
                let candidate = Int(truncatingIfNeeded: found & 0xFFFF_FFFF) &- 1
                if unsafe isEqual(keys[candidate], key) {
                    return UInt32(truncatingIfNeeded: candidate)
                }
            }
            slot = (slot &+ 1) & slotMask
        }
        let number = count
        bytes.reserve(key.count + Self.paddingByteCount)
        unsafe bytes.append(key)
        offsets.append(bytes.count)
        unsafe slots.base[slot] = tag | UInt64(truncatingIfNeeded: number &+ 1)
        if (number &+ 1) &* 4 > slots.count &* 3 { growSlots() }
        return UInt32(truncatingIfNeeded: number)
    }

    @inline(__always)
    private func isEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
        return unsafe memcmp(leftStart, rightStart, left.count) == 0
    }

    private mutating func makeSlots(count: Int) {
        slots = GrowingBuffer(capacity: count)
        slots.setCount(count)
        unsafe slots.base.initialize(repeating: 0, count: count)
        slotMask = count - 1
    }

    /// The slots keep enough of the hash to be placed anew without reading the keys.
    private mutating func growSlots() {
        let old = slots.count
        var larger = GrowingBuffer<UInt64>(capacity: old * 2)
        larger.setCount(old * 2)
        let mask = old * 2 - 1
        let target = unsafe larger.base
        unsafe target.initialize(repeating: 0, count: old * 2)
        let source = unsafe slots.base
        for index in 0..<old {
            let value = unsafe source[index]
            guard value != 0 else { continue }
            var slot = Int(truncatingIfNeeded: value >> 32) & mask
            while unsafe target[slot] != 0 { slot = (slot &+ 1) & mask }
            unsafe target[slot] = value
        }
        slots = larger
        slotMask = mask
    }
}
