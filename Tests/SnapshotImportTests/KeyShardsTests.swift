import Kernels
import Synchronization
import TestSupport
import Testing

@testable import SnapshotImport

@Suite struct KeyShardsTests {
    /// Threads number overlapping lists at once: equal keys have equal numbers, others others, and all come back sorted.
    @Test(arguments: [0, 2, 4]) func threadsAgreeOnNumbers(shardBitCount: Int) throws {
        let shards = KeyShards(seed: 7, shardBitCount: shardBitCount)
        let listCount = 12
        let numbered = Mutex<[(key: [UInt8], number: UInt32)]>([])
        try Parallel.forEach(listCount, threads: 4) { index in
            var random = SeededRandom(seed: UInt64(index))
            var list = KeyList(seed: 7)
            for _ in 0..<2 {
                list.removeAll()
                let keys = (0..<900).map { _ in
                    Array(
                        "key/with/a/common/front/\(random.below(1_500))".utf8.prefix(random.chance(1, in: 9) ? 24 : 40))
                }
                for key in keys { _ = unsafe key.withUnsafeBufferPointer { unsafe list.append($0) } }
                shards.number(&list)
                let numbers = keys.indices.map { unsafe list.numbers.base[$0] }
                numbered.withLock { $0 += zip(keys, numbers).map { ($0, $1) } }
            }
        }
        var numbers: [[UInt8]: UInt32] = [:]
        for (key, number) in numbered.withLock({ $0 }) {
            #expect(numbers.updateValue(number, forKey: key) ?? number == number)
        }
        #expect(Set(numbers.values).count == numbers.count && shards.count == numbers.count)
        #expect(numbers.values.allSatisfy { Int($0) < shards.numberLimit })
        let expected = numbers.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let keys = unsafe shards.keys
        let entries = try unsafe KeySort.sorted(keys, threads: 2)
        let sorted = (0..<entries.count).map { unsafe Array(keys[entries.base[$0].key]) }
        #expect(sorted == expected)
        // One key at a time, they are the same ones.
        for key in expected.prefix(50) {
            let number = unsafe key.withUnsafeBufferPointer { unsafe shards.number($0) }
            #expect(number == numbers[key])
        }
    }
}
