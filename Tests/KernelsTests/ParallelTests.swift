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

    /// Every thread that runs a loop runs one inside of it.
    @Test(.timeLimit(.minutes(1))) func loopsInLoops() throws {
        let sum = Atomic<Int>(0)
        try Parallel.forEach(40, threads: 4) { outer in
            try Parallel.forEach(30, threads: 3) { inner in sum.wrappingAdd(outer * inner, ordering: .relaxed) }
        }
        #expect(sum.load(ordering: .relaxed) == (39 * 40 / 2) * (29 * 30 / 2))
    }

    /// Short loops, one after another and from many threads: whoever wakes up too late for one finds the next, or nothing.
    @Test(.timeLimit(.minutes(1))) func manyShortLoops() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<6 {
                group.addTask {
                    var total = 0
                    for round in 0..<400 {
                        let sum = Atomic<Int>(0)
                        let count = 2 + (caller + round) % 7
                        try Parallel.forEach(count, threads: 1 + round % 5) {
                            sum.wrappingAdd($0 + 1, ordering: .relaxed)
                        }
                        total += sum.load(ordering: .relaxed) == count * (count + 1) / 2 ? 0 : 1
                    }
                    return total
                }
            }
            for try await wrong in group { #expect(wrong == 0) }
        }
    }

    @Test func processorCount() {
        #expect(Parallel.processorCount >= 1)
    }
}
