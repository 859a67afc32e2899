import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct KeyMergeTests {
    private func dictionary(of keys: [[UInt8]], in directory: TemporaryDirectory, _ name: String) throws
        -> KeyDictionary
    {
        let writer = try KeyDictionaryWriter(directory: directory.path, name: name, threads: 1)
        for key in keys { try writer.append(key) }
        return try KeyDictionary(directory: directory.path, summary: writer.finish())
    }

    /// The slow truth: sets.
    private func steps(_ old: ArraySlice<[UInt8]>, _ new: ArraySlice<[UInt8]>) -> [UInt8] {
        let (oldSet, newSet) = (Set(old), Set(new))
        return oldSet.union(newSet).sorted { $0.lexicographicallyPrecedes($1) }.map { key in
            if oldSet.contains(key) && newSet.contains(key) { return KeyMerge.both }
            return oldSet.contains(key) ? KeyMerge.oldOnly : KeyMerge.newOnly
        }
    }

    private func check(_ old: [[UInt8]], _ new: [[UInt8]], ranges: [(Range<Int>, Range<Int>)] = [], _ note: Comment)
        throws
    {
        let directory = try TemporaryDirectory()
        let oldKeys = try dictionary(of: old, in: directory, "old.keys")
        let newKeys = try dictionary(of: new, in: directory, "new.keys")
        for (oldRange, newRange) in [(0..<old.count, 0..<new.count)] + ranges {
            let expected = steps(old[oldRange], new[newRange])
            #expect(try KeyMerge.steps(oldKeys, oldRange, newKeys, newRange) == expected, note)
            #expect(try KeyMerge.stepsOfCursors(oldKeys, oldRange, newKeys, newRange) == expected, note)
        }
    }

    /// Keys with long common prefixes, prefixes of each other, and bytes at both ends of the range.
    private func keys(_ random: inout SeededRandom, count: Int) -> [[UInt8]] {
        var keys: Set<[UInt8]> = random.chance(1, in: 3) ? [[]] : []
        for _ in 0..<count {
            var key = random.chance(1, in: 2) ? Array("com,site\(random.below(9)))/path/".utf8) : []
            key += (0..<random.below(40)).map { _ in random.pick([0, 1, 0x61, 0x62, 0x7F, 0x80, 0xFF]) }
            if random.chance(1, in: 40) { key += [UInt8](repeating: 0x61, count: random.below(3_000)) }
            keys.insert(key)
        }
        return keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test func everyMixOfKeys() throws {
        for seed in UInt64(1)...60 {
            var random = SeededRandom(seed: seed)
            let all = keys(&random, count: 1 + random.below(400))
            let rate = 1 + random.below(8)
            func part(_ random: inout SeededRandom) -> [[UInt8]] {
                all.filter { _ in !random.chance(1, in: rate + 1) }
            }
            let (old, new) = (part(&random), part(&random))
            let ranges = (0..<4).map { _ in
                let (oldStart, newStart) = (random.below(old.count + 1), random.below(new.count + 1))
                return (
                    oldStart..<oldStart + random.below(old.count - oldStart + 1),
                    newStart..<newStart + random.below(new.count - newStart + 1)
                )
            }
            try check(old, new, ranges: ranges, "seed \(seed)")
        }
    }

    @Test func manyBlocks() throws {
        let all = (0..<12_000).map {
            Array("com,example,host\(1_000_000 + $0 / 7)),/page/\(1_000_000 + $0).html ".utf8)
        }
        let old = all.indices.filter { $0 % 11 != 0 }.map { all[$0] }
        let new = all.indices.filter { $0 % 13 != 5 }.map { all[$0] }
        try check(old, new, ranges: [(2_000..<2_000, 0..<100), (3_999..<8_001, 4_007..<8_011)], "many blocks")
        try check(old, [], "nothing new")
        try check([], new, "nothing old")
        try check([], [], "nothing")
    }

    @Test func longKeysInBlocksOfTheirOwn() throws {
        let stem = [UInt8](repeating: 0x70, count: 70_000)
        try check([stem, stem + [1], stem + [1, 2]], [[0x70], stem + [1], stem + [3]], "long keys")
    }

    /// Blocks whose checksums hold, written by somebody who doesn't keep the rules.
    @Test func keysOutOfOrderAreRefused() throws {
        let wrong: [(String, [UInt8])] = [
            ("descending", [0, 1, 0x62, 0, 1, 0x61]), ("equal", [0, 1, 0x62, 1, 0]),
            ("shares more than it says", [0, 2, 0x62, 0x62, 1, 2, 0x62, 0x63]),
            ("shares more than there is", [0, 1, 0x62, 2, 1, 0x63]),
            ("a restart that shares", [1, 1, 0x62, 0, 1, 0x63]),
            ("ends early", [0, 1, 0x62, 0, 9, 0x63]), ("goes on", [0, 1, 0x62, 0, 1, 0x63, 0]),
            ("an endless number", [0, 1, 0x62, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
        ]
        for (name, raw) in wrong {
            let directory = try TemporaryDirectory()
            let writer = try ColumnFileWriter(directory: directory.path, name: "wrong.keys", kind: .keys)
            try writer.append(
                EncodedBlock(
                    bytes: raw, rawByteCount: raw.count, valueCount: 2, codec: .raw, first: 0, last: 0))
            let damaged = try KeyDictionary(directory: directory.path, summary: writer.finish(auxiliary: []))
            let sound = try dictionary(of: [[0x60], [0x63, 0]], in: directory, "sound.keys")
            let error = #expect(throws: StoreError.self, "\(name)") {
                _ = try KeyMerge.steps(damaged, 0..<2, sound, 0..<2)
            }
            #expect(error?.kind == .corrupt, "\(name)")
        }
    }
}
