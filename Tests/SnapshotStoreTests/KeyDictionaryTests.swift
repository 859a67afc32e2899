import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct KeyDictionaryTests {
    /// Writes the keys, opens them, and hands over the dictionary.
    private func dictionary(of keys: [[UInt8]], in directory: TemporaryDirectory, threads: Int = 1) throws
        -> KeyDictionary
    {
        let writer = try KeyDictionaryWriter(directory: directory.path, name: "test.keys", threads: threads)
        for key in keys { try writer.append(key) }
        return try KeyDictionary(directory: directory.path, summary: writer.finish())
    }

    private func check(_ keys: [[UInt8]], probes: [[UInt8]], _ note: Comment) throws {
        let directory = try TemporaryDirectory()
        let dictionary = try dictionary(of: keys, in: directory)
        #expect(dictionary.count == keys.count, note)
        var cursor = dictionary.cursor()
        var read: [[UInt8]] = []
        while try cursor.next() {
            #expect(cursor.index == read.count, note)
            read.append(cursor.key)
        }
        #expect(read == keys, note)
        for index in stride(from: 0, to: keys.count, by: max(1, keys.count / 100)) {
            #expect(try dictionary.key(at: index) == keys[index], note)
            // Read, and then remembered.
            for _ in 0..<2 { #expect(try dictionary.scatteredKey(at: index) == keys[index], note) }
            #expect(try dictionary.index(of: keys[index]) == index, note)
            var cursor = dictionary.cursor(from: index)
            #expect(try cursor.next() && cursor.key == keys[index], note)
        }
        for probe in probes {
            let expected = keys.firstIndex { !$0.lexicographicallyPrecedes(probe) } ?? keys.count
            #expect(try dictionary.lowerBound(probe) == expected, note)
            #expect(
                try dictionary.index(of: probe) == (expected < keys.count && keys[expected] == probe ? expected : nil))
        }
    }

    @Test(arguments: [0, 1, 2, 15, 16, 17, 31, 32, 33, 100])
    func roundTripAroundRestarts(count: Int) throws {
        let keys = (0..<count).map { Array("com,example\(1000 + $0))/page".utf8) }
        try check(
            keys, probes: keys.map { $0 + [0] } + keys.map { $0.dropLast() } + [[], [0xFF], Array("com".utf8)],
            "\(count) keys")
    }

    @Test func aBlocksFirstBytesHoldItsFirstKeys() throws {
        var random = SeededRandom(seed: 20_261_121)
        let keys = (0..<80).map { Array("com,example\(1000 + $0))/\(String(repeating: "é", count: $0 * 3))".utf8) }
        let directory = try TemporaryDirectory()
        let dictionary = try dictionary(of: keys, in: directory)
        let raw = try unsafe dictionary.file.withRawBytes(ofBlock: 0) { unsafe Array($0) }
        for index in [0, 1, 15, 16, 17, 79] {
            var isThere = false
            var wrong: [Int] = []
            // Every length for one of them: the others' loops would take long.
            for count in stride(from: 0, through: raw.count, by: index == 17 ? 1 : 23) + [raw.count] {
                let key = unsafe raw[..<count].withUnsafeBytes { unsafe KeyBlock.key(at: index, inPrefix: $0) }
                let prefix = try unsafe dictionary.file.withRawPrefix(ofBlock: 0, byteCount: count) { unsafe Array($0) }
                let isRight = (key == nil ? !isThere : key == keys[index]) && prefix == Array(raw[..<count])
                if !isRight { wrong.append(count) }
                isThere = key != nil
            }
            #expect(isThere && wrong == [])
        }
        // Whatever the bytes are, nothing beyond them is read.
        for _ in 0..<2_000 {
            var damaged = raw
            for _ in 0...random.below(4) { damaged[random.below(damaged.count)] = UInt8(random.below(256)) }
            let index = random.below(80)
            let key = unsafe damaged.withUnsafeBytes { unsafe KeyBlock.key(at: index, inPrefix: $0) }
            #expect(key?.count ?? 0 <= damaged.count)
        }
    }

    @Test func roundTripOfRandomKeysInManyBlocks() throws {
        let seed: UInt64 = 20_261_101
        var random = SeededRandom(seed: seed)
        var distinct: Set<[UInt8]> = [[]]
        for _ in 0..<3_000 {
            var key = Array("com,site\(random.below(40)),\(random.below(30))".utf8)
            key += (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
            distinct.insert(key)
        }
        let keys = distinct.sorted { $0.lexicographicallyPrecedes($1) }
        var probes = (0..<100).map { _ in Array(random.pick(keys).dropLast()) }
        probes += (0..<100).map { _ in random.pick(keys) + [UInt8(random.below(256))] }
        try check(keys, probes: probes, "seed \(seed)")
    }

    @Test func keysLongerThanABlockHaveOneForThemselves() throws {
        let long = [UInt8](repeating: 0x61, count: 200_000)
        let keys = [[0x60], long, long + [0], long + [0, 0], [0x61, 0x62], [0x62] + long]
        try check(keys, probes: [long, long + [1], [0x61], [0x61, 0x62, 0]], "long keys")
    }

    @Test func blocksFillExactly() throws {
        // Keys of such lengths that a block's last key ends on, before and after the block's limit.
        for byteCount in [63, 64, 65] {
            let keys = (0..<1_000).map { index in
                [UInt8(index >> 8), UInt8(index & 255)] + [UInt8](repeating: UInt8(index & 255), count: byteCount)
            }
            try check(keys, probes: [], "\(byteCount) bytes")
        }
    }

    @Test func forEachVisitsARange() throws {
        let directory = try TemporaryDirectory()
        let keys = (0..<10_000).map { Array("key\(100_000 + $0)-with-a-tail".utf8) }
        let dictionary = try dictionary(of: keys, in: directory)
        for range in [0..<0, 0..<1, 15..<17, 4_000..<9_000, 9_999..<10_000, 10_000..<10_000] {
            var seen: [[UInt8]] = []
            try dictionary.forEach(in: range) { index, key in
                #expect(index == range.lowerBound + seen.count)
                seen.append(key.indices.map { key[$0] })
            }
            #expect(seen == Array(keys[range]))
        }
    }

    @Test func sameBytesForAnyThreadCount() throws {
        let keys = (0..<9_000).map { Array("com,example\(100_000 + $0))/\($0 % 7)".utf8) }
        var files: [[UInt8]] = []
        for threads in [1, 2, 5] {
            let directory = try TemporaryDirectory()
            _ = try dictionary(of: keys, in: directory, threads: threads)
            files.append(try directory.read("test.keys"))
        }
        #expect(files[0] == files[1] && files[0] == files[2])
    }
}
