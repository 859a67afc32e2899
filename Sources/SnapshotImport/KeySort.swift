import Glibc
import Kernels
import SnapshotStore

/// Sorts numbered keys bytewise: multikey quicksort (Bentley, Sedgewick 1997) whose letters are eight bytes.
/// Each entry carries the eight bytes at the current depth, so that comparing reads no key; equal entries move on to
/// the next eight bytes together. Time about n·log n integer comparisons and one cache miss for each key and eight
/// bytes of common prefix; memory 16 bytes a key.
///
/// Safety: groups are ranges of the `count` entries of `sorted`, which own them. A word is loaded at a depth that the
/// key reaches, and 8 bytes after a key may be read (KeyInterner). Threads have shards, later groups, of their own,
/// which don't overlap; the keys don't change meanwhile.
enum KeySort {
    struct Entry: BitwiseCopyable {
        /// Bytes depth ..< depth + 8 of the key, big-endian, zeros past its end.
        var word: UInt64
        /// The key's number.
        var key: UInt32
        /// Of the whole key.
        var byteCount: UInt32
    }

    /// A range of entries that agree in their first `depth` bytes; `word` is loaded.
    private struct Group {
        var lower: Int
        var upper: Int
        var depth: Int
        var count: Int { upper &- lower }
    }

    private static let smallCount = 12

    /// The entries of all keys, in ascending order of the keys.
    static func sorted(_ keys: KeyShards.Keys, threads: Int) throws -> GrowingBuffer<Entry> {
        let count = unsafe keys.count
        var entries = GrowingBuffer<Entry>(capacity: count)
        entries.setCount(count)
        let base = unsafe entries.base
        var shardStarts = [0]
        for shard in unsafe 0..<keys.shardCount {
            unsafe shardStarts.append(shardStarts[shard] + keys[shard: shard].count)
        }
        let starts = shardStarts
        nonisolated(unsafe) let sharedBase = unsafe base
        nonisolated(unsafe) let sharedKeys = unsafe keys
        try Parallel.forEach(starts.count - 1, threads: count > 10_000 ? threads : 1) { shard in
            unsafe fill(sharedBase + starts[shard], shard: shard, sharedKeys)
        }
        let whole = Group(lower: 0, upper: count, depth: 0)
        guard threads > 1, count > 10_000 else {
            unsafe sort(whole, base, keys)
            return entries
        }
        // Shares small enough that the last one to finish keeps the other threads waiting for a short time only.
        let shareCount = max(count / (threads * 8), smallCount)
        var shares: [Group] = []
        var open = [whole]
        while !open.isEmpty {
            let groups = open
            let divided = try parallelMap(groups.count, threads: threads) { index in
                unsafe divide(groups[index], sharedBase, sharedKeys)
            }
            let parts = divided.flatMap { [$0.below, $0.above, $0.rest] }
            shares += parts.filter { $0.count < shareCount }
            open = parts.filter { $0.count >= shareCount }
        }
        let found = shares
        try Parallel.forEach(found.count, threads: threads) { index in
            unsafe sort(found[index], sharedBase, sharedKeys)
        }
        return entries
    }

    /// The entries of a shard's keys, in the order of their numbers.
    private static func fill(_ entries: UnsafeMutablePointer<Entry>, shard: Int, _ keys: KeyShards.Keys) {
        let own = unsafe keys[shard: shard]
        for index in unsafe 0..<own.count {
            let key = unsafe own[index]
            let number = unsafe UInt32(truncatingIfNeeded: index << Int(keys.shardBitCount) | shard)
            unsafe entries[index] = Entry(
                word: word(of: key, depth: 0), key: number, byteCount: UInt32(truncatingIfNeeded: key.count))
        }
    }

    private static func sort(_ group: Group, _ entries: UnsafeMutablePointer<Entry>, _ keys: KeyShards.Keys) {
        // A stack of its own: the depth of recursion would follow the length of the longest common prefix.
        var open = [group]
        while let group = open.popLast() {
            if group.count <= smallCount {
                unsafe sortSmall(group, entries, keys)
            } else {
                let parts = unsafe divide(group, entries, keys)
                open.append(parts.below)
                open.append(parts.above)
                open.append(parts.rest)
            }
        }
    }

    /// One step: entries below the pivot, above it, and those that agree with it and go on. The others are in their places.
    private static func divide(
        _ group: Group, _ entries: UnsafeMutablePointer<Entry>, _ keys: KeyShards.Keys
    ) -> (below: Group, above: Group, rest: Group) {
        let equal = unsafe partition(group, entries)
        let rest = unsafe placeEnding(equal, depth: group.depth, entries)
        for index in rest {
            unsafe entries[index].word = word(of: keys[entries[index].key], depth: group.depth &+ 8)
        }
        return (
            below: Group(lower: group.lower, upper: equal.lowerBound, depth: group.depth),
            above: Group(lower: equal.upperBound, upper: group.upper, depth: group.depth),
            rest: Group(lower: rest.lowerBound, upper: rest.upperBound, depth: group.depth &+ 8)
        )
    }

    /// Less, equal, greater than a pivot word; returns the equal ones.
    private static func partition(_ group: Group, _ entries: UnsafeMutablePointer<Entry>) -> Range<Int> {
        let pivot = unsafe pivotWord(group, entries)
        var lower = group.lower
        var index = group.lower
        var upper = group.upper
        while index < upper {
            let entry = unsafe entries[index]
            if entry.word < pivot {
                unsafe entries[index] = entries[lower]
                unsafe entries[lower] = entry
                lower &+= 1
                index &+= 1
            } else if entry.word > pivot {
                upper &-= 1
                unsafe entries[index] = entries[upper]
                unsafe entries[upper] = entry
            } else {
                index &+= 1
            }
        }
        return lower..<upper
    }

    /// The median of three words at places that follow no pattern of the input.
    private static func pivotWord(_ group: Group, _ entries: UnsafeMutablePointer<Entry>) -> UInt64 {
        let count = UInt64(truncatingIfNeeded: group.upper &- group.lower)
        var state = UInt64(truncatingIfNeeded: group.lower) &* 0x9E37_79B9_7F4A_7C15 &+ count
        func next() -> UInt64 {
            state = (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9 &+ 0x94D0_49BB_1331_11EB
            let place = state.multipliedFullWidth(by: count).high
            return unsafe entries[group.lower &+ Int(truncatingIfNeeded: place)].word
        }
        let (first, second, third) = (next(), next(), next())
        return max(min(first, second), min(max(first, second), third))
    }

    /// Of entries with equal words puts the keys that end within the word first, the shortest one first (at most nine:
    /// they differ in nothing but trailing zero bytes). Returns the others.
    private static func placeEnding(
        _ equal: Range<Int>, depth: Int, _ entries: UnsafeMutablePointer<Entry>
    ) -> Range<Int> {
        var ended = equal.lowerBound
        for index in equal where Int(unsafe entries[index].byteCount) &- depth <= 8 {
            let entry = unsafe entries[index]
            unsafe entries[index] = entries[ended]
            var place = ended
            while place > equal.lowerBound, unsafe entries[place &- 1].byteCount > entry.byteCount {
                unsafe entries[place] = entries[place &- 1]
                place &-= 1
            }
            unsafe entries[place] = entry
            ended &+= 1
        }
        return ended..<equal.upperBound
    }

    /// Insertion sort with whole comparisons.
    private static func sortSmall(
        _ group: Group, _ entries: UnsafeMutablePointer<Entry>, _ keys: KeyShards.Keys
    ) {
        guard group.upper &- group.lower > 1 else { return }
        for index in (group.lower &+ 1)..<group.upper {
            let entry = unsafe entries[index]
            var place = index
            while place > group.lower, unsafe isLess(entry, entries[place &- 1], depth: group.depth, keys) {
                unsafe entries[place] = entries[place &- 1]
                place &-= 1
            }
            unsafe entries[place] = entry
        }
    }

    @inline(__always)
    private static func isLess(_ left: Entry, _ right: Entry, depth: Int, _ keys: KeyShards.Keys) -> Bool {
        if left.word != right.word { return left.word < right.word }
        let leftKey = unsafe keys[left.key]
        let rightKey = unsafe keys[right.key]
        let common = min(leftKey.count, rightKey.count) &- depth
        if common > 8, let leftStart = leftKey.baseAddress, let rightStart = rightKey.baseAddress {
            let order = unsafe memcmp(leftStart + depth + 8, rightStart + depth + 8, common &- 8)
            if order != 0 { return order < 0 }
        }
        return leftKey.count < rightKey.count
    }

    @inline(__always)
    private static func word(of key: UnsafeBufferPointer<UInt8>, depth: Int) -> UInt64 {
        guard let start = key.baseAddress else { return 0 }
        let rest = key.count &- depth
        let word = UInt64(bigEndian: unsafe UnsafeRawPointer(start + depth).loadUnaligned(as: UInt64.self))
        // Zeros in place of the next key's bytes; a smart shift by 64 gives 0.
        return rest >= 8 ? word : word & ~(UInt64.max >> UInt64(truncatingIfNeeded: max(rest, 0) &* 8))
    }
}
