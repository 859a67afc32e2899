import Synchronization

/// Counts, from blocks of pairs on any threads, how many nodes each node links to and how many link to it. Counts are sums
/// of integers: the order doesn't matter. Memory: 4 bytes a node, and 4 for each of up to four counters that threads share.
@safe package final class RankDegrees: @unchecked Sendable {
    private let nodeCount: Int
    /// Written where a block alone holds the node's list; the ends of blocks go through `addShared`.
    private let inDegrees: UnsafeMutablePointer<UInt32>
    private let counters: [Counter]
    private let nextCounter = Atomic<Int>(0)

    /// Out-degrees that one thread at a time adds to.
    @safe package final class Counter: @unchecked Sendable {
        fileprivate let lock = Mutex(())
        fileprivate let degrees: UnsafeMutablePointer<UInt32>

        fileprivate init(_ nodeCount: Int) {
            unsafe degrees = .allocate(capacity: nodeCount)
            unsafe degrees.initialize(repeating: 0, count: nodeCount)
        }

        deinit { unsafe degrees.deallocate() }
    }

    package init(nodeCount: Int, threads: Int) {
        self.nodeCount = nodeCount
        unsafe inDegrees = .allocate(capacity: nodeCount)
        unsafe inDegrees.initialize(repeating: 0, count: nodeCount)
        counters = (0..<min(max(threads, 1), 4)).map { _ in Counter(nodeCount) }
    }

    deinit { unsafe inDegrees.deallocate() }

    /// The counter that a thread uses from now on.
    package func counter() -> Counter {
        counters[nextCounter.wrappingAdd(1, ordering: .relaxed).oldValue % counters.count]
    }

    /// Adds a block's pairs. What its first and last lists add to in-degrees is returned, not added: other blocks may hold
    /// parts of the same lists. O(pairs).
    package func add(_ block: RankBlock, to counter: Counter) -> (first: UInt32, last: UInt32) {
        counter.lock.withLock { _ in
            unsafe block.sources.withUnsafeBufferPointer { sources in
                unsafe Self.count(sources, block.pairCount, nodeCount, counter.degrees)
            }
        }
        guard block.runCount > 0 else { return (0, 0) }
        precondition(Int(block.targets[block.runCount - 1]) < nodeCount)
        unsafe block.targets.withUnsafeBufferPointer { targets in
            unsafe block.runEnds.withUnsafeBufferPointer { ends in
                for run in 1..<max(block.runCount - 1, 1) {
                    unsafe inDegrees[Int(targets[run])] = ends[run] &- ends[run &- 1]
                }
            }
        }
        let last = block.runCount - 1
        return (block.runEnds[0], last == 0 ? 0 : block.runEnds[last] - block.runEnds[last - 1])
    }

    @inline(never)
    private static func count(
        _ sources: UnsafeBufferPointer<UInt32>, _ count: Int, _ nodeCount: Int, _ degrees: UnsafeMutablePointer<UInt32>
    ) {
        for index in 0..<count {
            let source = unsafe Int(sources[index])
            precondition(source < nodeCount)
            unsafe degrees[source] &+= 1
        }
    }

    /// Adds to the in-degree of a node (one thread at a time).
    package func addShared(_ count: UInt32, to node: UInt32) {
        precondition(Int(node) < nodeCount)
        unsafe inDegrees[Int(node)] &+= count
    }

    /// Takes back a pair that was counted twice.
    package func removePair(to target: UInt32, from source: UInt32) {
        precondition(Int(target) < nodeCount && Int(source) < nodeCount)
        unsafe inDegrees[Int(target)] &-= 1
        // Sums modulo 2³²: it needn't be the counter that it was added to.
        counters[0].lock.withLock { _ in unsafe counters[0].degrees[Int(source)] &-= 1 }
    }

    /// One for each node: how many it links to, and how many link to it.
    package func finish() -> (outDegrees: [UInt32], inDegrees: [UInt32]) {
        let out = unsafe [UInt32](unsafeUninitializedCapacity: nodeCount) { buffer, count in
            for node in 0..<nodeCount {
                var sum: UInt32 = 0
                for counter in counters { unsafe sum &+= counter.degrees[node] }
                unsafe buffer.initializeElement(at: node, to: sum)
            }
            count = nodeCount
        }
        let incoming = unsafe [UInt32](UnsafeBufferPointer(start: inDegrees, count: nodeCount))
        return (out, incoming)
    }
}
