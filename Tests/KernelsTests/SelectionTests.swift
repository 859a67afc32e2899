import Kernels
import TestSupport
import Testing

struct SelectionTests {
    @Test func largestIsTheSortedOne() {
        let seed: UInt64 = 51
        var random = SeededRandom(seed: seed)
        for count in [1, 2, 30, 4_095, 4_096, 5_000] {
            let values = (0..<count).map { _ -> Double in
                switch random.below(4) {
                case 0: 0
                case 1: Double(random.below(3)) / 4
                case 2: -0.0
                default: Double(random.next() >> 11) * 0x1p-60
                }
            }
            let sorted = values.sorted(by: >)
            for k in Set([1, count, 1 + random.below(count)]) {
                #expect(Selection.largest(k, of: values) == sorted[k - 1], "seed \(seed)")
            }
        }
    }

    @Test func compensatedSumKeepsSmallTerms() {
        var sum = CompensatedSum()
        sum.add(1)
        for _ in 0..<1_000 { sum.add(0x1p-60) }
        sum.add(-1)
        #expect(sum.value == 1_000 * 0x1p-60)
    }
}
