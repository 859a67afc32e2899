import Glibc
import Synchronization

/// The one home of data-parallel loops.
package enum Parallel {
    /// Runs body(0) … body(count − 1) on up to `threads` threads (fewer where the system gives no more, or others compute), handing out
    /// indexes in ascending order; returns when all are done. Throws the error of the lowest index that failed. The body must not depend
    /// on which thread or in which order it runs, or wait for another index.
    package static func forEach(
        _ count: Int, threads: Int, _ body: @Sendable (_ index: Int) throws -> Void
    ) throws {
        try forEach(count, threads: threads, scratch: { () }, { index, _ in try body(index) })
    }

    /// The same with a value made once for each thread (scratch buffers); the value never leaves its thread.
    package static func forEach<Scratch>(
        _ count: Int, threads: Int, scratch: @Sendable () -> Scratch,
        _ body: @Sendable (_ index: Int, _ scratch: inout Scratch) throws -> Void
    ) throws {
        precondition(count >= 0 && threads >= 1)
        let threadCount = min(threads, count)
        if threadCount <= 1 {
            guard count > 0 else { return }
            var value = scratch()
            for index in 0..<count { try body(index, &value) }
            return
        }
        let state = LoopState()
        ThreadCrew.perform(threadCount) {
            guard var index = state.takeIndex(below: count) else { return }
            var value = scratch()
            while true {
                do {
                    try body(index, &value)
                } catch {
                    state.fail(index, error)
                }
                guard let next = state.takeIndex(below: count) else { return }
                index = next
            }
        }
        if let error = state.firstError { throw error }
    }

    /// Cuts an array into pieces that end at `ends` (ascending), changes them on up to `threads` threads, and returns what
    /// the body returned for each. `first` is the index of the piece's first element in the array.
    /// Safety: the precondition keeps every piece inside the array, whose memory is held until the loop is over.
    /// Pieces don't overlap, so no element is two threads'; the body doesn't keep its piece.
    package static func mapPieces<Element, Result: Sendable>(
        of values: inout [Element], ends: [Int], threads: Int,
        _ body: @Sendable (_ piece: Int, _ first: Int, _ values: inout UnsafeMutableBufferPointer<Element>) -> Result
    ) -> [Result] {
        precondition(zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 } && (ends.last ?? 0) <= values.count)
        let results = Mutex([Result?](repeating: nil, count: ends.count))
        unsafe values.withUnsafeMutableBufferPointer { values in
            // The pieces are disjoint: no element is touched by two threads.
            nonisolated(unsafe) let values = unsafe values
            // A body that doesn't throw can't make the loop throw.
            try? forEach(ends.count, threads: threads) { piece in
                let first = piece == 0 ? 0 : ends[piece - 1]
                var slice = unsafe UnsafeMutableBufferPointer(rebasing: values[first..<ends[piece]])
                let result = unsafe body(piece, first, &slice)
                results.withLock { $0[piece] = result }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    /// Processors that this process may run on.
    /// Safety: the C library's function has the type that it is called by, and is told the size of the set that it
    /// fills.
    package static var processorCount: Int {
        // The Glibc module hides sched_getaffinity (it wants _GNU_SOURCE), and sysconf alone ignores taskset and cpusets.
        typealias GetAffinity = @convention(c) (pid_t, Int, UnsafeMutableRawPointer) -> CInt
        if let symbol = unsafe dlsym(nil, "sched_getaffinity") {
            let getAffinity = unsafe unsafeBitCast(symbol, to: GetAffinity.self)
            var set = cpu_set_t()
            let count = unsafe withUnsafeMutableBytes(of: &set) { bytes in
                guard let base = bytes.baseAddress, unsafe getAffinity(0, bytes.count, base) == 0 else { return 0 }
                return unsafe bytes.reduce(0) { $0 + $1.nonzeroBitCount }
            }
            if count > 0 { return count }
        }
        // More processors than a cpu_set_t holds.
        return max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
    }
}

/// Hands out indexes and keeps the error of the lowest one. Indexes are handed out in ascending order, so when one
/// fails every lower one is done or running: no further ones are needed to know the lowest failure.
private final class LoopState: Sendable {
    private let nextIndex = Atomic<Int>(0)
    private let hasFailed = Atomic<Bool>(false)
    private let failure = Mutex<(index: Int, error: any Error)?>(nil)

    func takeIndex(below count: Int) -> Int? {
        guard !hasFailed.load(ordering: .relaxed) else { return nil }
        let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < count ? index : nil
    }

    func fail(_ index: Int, _ error: any Error) {
        failure.withLock { failure in
            if let earlier = failure, earlier.index < index { return }
            failure = (index, error)
        }
        hasFailed.store(true, ordering: .relaxed)
    }

    var firstError: (any Error)? { failure.withLock { $0?.error } }
}
