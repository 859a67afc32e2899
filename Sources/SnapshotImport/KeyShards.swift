import Synchronization

/// Distinct byte strings, numbered by several threads at once: the hash says which of the interners has a key, and each has
/// its lock. A number is the interner's own number and the shard's in its low bits, so numbers are nearly dense, and
/// which key has which depends on the threads' timing: nothing that is written may.
///
/// Safety: threads change an interner only while they hold its lock; the number of one key, and `keys`, are asked for
/// while nobody numbers a list. `Keys` doesn't check: it is asked for numbers that were given out, between two
/// numberings and while the shards live (RowBatch).
@safe
final class KeyShards: @unchecked Sendable {
    private final class Shard {
        let lock = Mutex<Void>(())
        var keys = KeyInterner()
    }

    /// A look at all keys by number. Eight bytes past the end of each may be read.
    @unsafe
    struct Keys {
        fileprivate let tables: UnsafePointer<KeyInterner.Keys>
        let shardBitCount: UInt32
        /// Numbers are below.
        let numberLimit: Int

        var shardCount: Int { unsafe 1 << Int(shardBitCount) }

        @inline(__always)
        subscript(number: UInt32) -> UnsafeBufferPointer<UInt8> {
            let shard = unsafe Int(number & (1 &<< shardBitCount &- 1))
            return unsafe tables[shard][Int(number &>> shardBitCount)]
        }

        subscript(shard shard: Int) -> KeyInterner.Keys { unsafe tables[shard] }

        /// How many there are.
        var count: Int { unsafe (0..<shardCount).reduce(0) { unsafe $0 + tables[$1].count } }
    }

    static let shardBitCountLimit = 4
    /// Of the hashes. Differs from run to run, so that no input can be made that collides everywhere.
    let seed: UInt64
    private let bitCount: Int
    private let shards: [Shard]
    private let tables: UnsafeMutablePointer<KeyInterner.Keys>

    init(seed: UInt64, shardBitCount: Int) {
        precondition((0...Self.shardBitCountLimit).contains(shardBitCount))
        self.seed = seed
        bitCount = shardBitCount
        shards = (0..<(1 << shardBitCount)).map { _ in Shard() }
        unsafe tables = .allocate(capacity: 1 << shardBitCount)
    }

    deinit {
        unsafe tables.deallocate()
    }

    /// Distinct keys.
    var count: Int { shards.reduce(0) { $0 + $1.keys.count } }

    /// Numbers are below.
    var numberLimit: Int { (shards.map { $0.keys.count }.max() ?? 0) << bitCount }

    /// Whether a number would be out of room before long.
    var isNearlyFull: Bool { numberLimit > Int(UInt32.max) - (1 << 28) }

    /// Bytes held now.
    var heldByteCount: Int { shards.reduce(0) { $0 + $1.keys.heldByteCount } }

    /// Bytes held while up to `keyCount` more keys are numbered, their own bytes left out.
    func heldByteCount(with keyCount: Int) -> Int {
        shards.reduce(0) { $0 + $1.keys.heldByteCount(with: keyCount >> bitCount + 8) }
    }

    /// The number of one key, which is added when it is new. Not while other threads number keys.
    func number(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let hash = unsafe KeyHash.hash(key, seed: seed)
        let shard = Int(truncatingIfNeeded: hash) & (shards.count - 1)
        let own = unsafe shards[shard].keys.intern(key, hash: hash)
        return own << UInt32(bitCount) | UInt32(shard)
    }

    /// Fills the list's `numbers`. From any number of threads at once.
    ///
    /// Safety: `init` allows 16 shards at most, which `ends` has room for; counting gives each of the list's `count`
    /// keys one place in `order`, and numbers have as much room.
    func number(_ list: inout KeyList) {
        precondition(list.seed == seed, "keys of another sorter")
        let count = list.count
        list.numbers.setCount(count)
        list.order.setCount(count)
        let order = unsafe list.order.base
        let hashes = unsafe list.hashes.base
        let mask = UInt64(shards.count - 1)
        // Counting sort by shard; afterwards ends[s] is where shard s ends.
        var ends = InlineArray<16, Int>(repeating: 0)
        for place in 0..<count { ends[Int(unsafe hashes[place] & mask)] &+= 1 }
        var sum = 0
        for shard in 0..<shards.count {
            let shardCount = ends[shard]
            ends[shard] = sum
            sum += shardCount
        }
        for place in 0..<count {
            let shard = Int(unsafe hashes[place] & mask)
            unsafe order[ends[shard]] = UInt32(truncatingIfNeeded: place)
            ends[shard] &+= 1
        }
        // Threads begin at different shards, so that they seldom wait for each other.
        let first = count == 0 ? 0 : Int(truncatingIfNeeded: unsafe hashes[0] &>> 8) & (shards.count - 1)
        for step in 0..<shards.count {
            let shard = (first + step) & (shards.count - 1)
            let start = shard == 0 ? 0 : ends[shard - 1]
            let places = unsafe UnsafeBufferPointer(start: order + start, count: ends[shard] - start)
            shards[shard].lock.withLock { _ in
                unsafe shards[shard].keys.intern(
                    places, of: list, numbers: list.numbers.base, shard: UInt32(shard), bitCount: UInt32(bitCount))
            }
        }
    }

    /// The keys for reading; valid until the next key is numbered.
    var keys: Keys {
        for (index, shard) in shards.enumerated() { unsafe (tables + index).initialize(to: shard.keys.keys) }
        return unsafe Keys(
            tables: UnsafePointer(tables), shardBitCount: UInt32(bitCount), numberLimit: numberLimit)
    }
}
