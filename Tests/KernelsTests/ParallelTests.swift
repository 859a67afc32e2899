import Kernels
import Synchronization
import Testing

struct ParallelTests {
    private struct Failure: Error { let index: Int }

    @Test(arguments: [1, 2, 5, 64])
    func everyIndexOnce(threads: Int) throws {
        for count in [0, 1, 2, 7, 1_000] {
            let seen = Mutex([Int](repeating: 0, count: count))
            try Parallel.forEach(count, threads: threads) { index in seen.withLock { $0[index] += 1 } }
            #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
        }
    }

    @Test(arguments: [1, 2, 5])
    func errorOfTheLowestIndex(threads: Int) {
        for _ in 0..<50 {
            let failure = #expect(throws: Failure.self) {
                try Parallel.forEach(500, threads: threads) { index in
                    if index % 7 == 3 && index >= 45 { throw Failure(index: index) }
                }
            }
            #expect(failure?.index == 45)
        }
    }

    @Test(arguments: [1, 2, 5])
    func scratchIsMadeAtMostOncePerThread(threads: Int) throws {
        let madeCount = Atomic<Int>(0)
        let sum = Atomic<Int>(0)
        try Parallel.forEach(
            300, threads: threads,
            scratch: { () -> [Int] in
                madeCount.wrappingAdd(1, ordering: .relaxed)
                return []
            },
            { index, scratch in
                scratch.append(index)
                sum.wrappingAdd(scratch.last ?? 0, ordering: .relaxed)
            })
        #expect(sum.load(ordering: .relaxed) == 300 * 299 / 2)
        #expect((1...threads).contains(madeCount.load(ordering: .relaxed)))
    }

    @Test func processorCount() {
        #expect(Parallel.processorCount >= 1)
    }
}
