import Synchronization

/// Finds out, from blocks of pairs on any threads, how many nodes each node of a range links to, and which nodes link to the
/// same ones. What is added up are integers: the order doesn't matter. Memory: 16 bytes a node of the range for each of up
/// to four counters that threads share.
///
/// Lists are taken to be the same when they are equally long and Σ mix(target) modulo 2⁶⁴ agrees. They are compared within
/// groups of 1,024 nodes: of n nodes, two different lists are mistaken for each other with a probability of about n·2⁻⁵⁵.
///
/// Safety: a counter has an entry for each node of the range; `add` and `remove` pass over all others, and a block's
/// runs end inside its sources. Entries are changed under the counter's lock, and `finish` reads them when nothing is
/// added any more.
@safe package final class OutLinkCounter: @unchecked Sendable {
    private let nodes: Range<Int>
    private let counters: [Counter]
    private let nextCounter = Atomic<Int>(0)

    fileprivate struct Entry {
        var sum: UInt64 = 0
        var degree: UInt32 = 0
    }

    /// What one thread at a time adds to.
    @safe package final class Counter: @unchecked Sendable {
        fileprivate let lock = Mutex(())
        fileprivate let entries: UnsafeMutablePointer<Entry>

        fileprivate init(_ nodeCount: Int) {
            unsafe entries = .allocate(capacity: nodeCount)
            unsafe entries.initialize(repeating: Entry(), count: nodeCount)
        }

        deinit { unsafe entries.deallocate() }
    }

    /// Bytes that a range of one node takes.
    package static func byteCountPerNode(threads: Int) -> Int { counterCount(threads) * MemoryLayout<Entry>.stride }

    private static func counterCount(_ threads: Int) -> Int { min(max(threads, 1), 4) }

    /// - nodes: begins at a multiple of `OutLinks.groupNodeCount`.
    package init(nodes: Range<Int>, threads: Int) {
        precondition(nodes.lowerBound % OutLinks.groupNodeCount == 0)
        self.nodes = nodes
        counters = (0..<Self.counterCount(threads)).map { _ in Counter(nodes.count) }
    }

    /// The counter that a thread uses from now on.
    package func counter() -> Counter {
        counters[nextCounter.wrappingAdd(1, ordering: .relaxed).oldValue % counters.count]
    }

    /// Adds a block's pairs. O(pairs).
    package func add(_ block: RankBlock, to counter: Counter) {
        counter.lock.withLock { _ in
            var start = 0
            unsafe block.sources.withUnsafeBufferPointer { sources in
                for run in 0..<block.runCount {
                    let end = Int(block.runEnds[run])
                    unsafe Self.add(
                        UnsafeBufferPointer(rebasing: sources[start..<end]), Self.mix(block.targets[run]), nodes,
                        counter.entries)
                    start = end
                }
            }
        }
    }

    @inline(__always)
    private static func add(
        _ sources: UnsafeBufferPointer<UInt32>, _ term: UInt64, _ nodes: Range<Int>,
        _ entries: UnsafeMutablePointer<Entry>
    ) {
        for index in 0..<sources.count {
            let place = unsafe Int(sources[index]) &- nodes.lowerBound
            guard place >= 0, place < nodes.count else { continue }
            unsafe entries[place].sum &+= term
            unsafe entries[place].degree &+= 1
        }
    }

    /// Takes back a pair that was added twice.
    package func remove(to target: UInt32, from source: UInt32) {
        let place = Int(source) - nodes.lowerBound
        guard nodes.contains(Int(source)) else { return }
        // Sums modulo 2³² and 2⁶⁴: it needn't be the counter that it was added to.
        counters[0].lock.withLock { _ in
            unsafe counters[0].entries[place].sum &-= Self.mix(target)
            unsafe counters[0].entries[place].degree &-= 1
        }
    }

    /// Spreads a target over 64 bits: D. Lea's and G. Steele's finaliser of SplitMix.
    private static func mix(_ target: UInt32) -> UInt64 {
        var value = (UInt64(target) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value &>> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value &>> 31)
    }

    /// For the nodes of the range, in order.
    package func finish(threads: Int) -> OutLinks {
        var degrees = [UInt32](repeating: 0, count: nodes.count)
        let groupsPerPiece = 64
        let pieceNodeCount = groupsPerPiece * OutLinks.groupNodeCount
        let ends = stride(from: pieceNodeCount, to: nodes.count + pieceNodeCount, by: pieceNodeCount).map {
            min($0, nodes.count)
        }
        let pieces = unsafe Parallel.mapPieces(of: &degrees, ends: ends, threads: threads) { _, first, piece in
            unsafe self.finish(&piece, first: first)
        }
        var distances: [UInt16] = []
        distances.reserveCapacity(nodes.count)
        for piece in pieces { distances.append(contentsOf: piece) }
        return OutLinks(degrees: degrees, distances: distances)
    }

    private func finish(_ degrees: inout UnsafeMutableBufferPointer<UInt32>, first: Int) -> [UInt16] {
        var distances = [UInt16](repeating: 0, count: degrees.count)
        // Open addressing; a slot holds the place of a first node, or nothing.
        var slots = [Int32](repeating: -1, count: 2 * OutLinks.groupNodeCount)
        var sums = [UInt64](repeating: 0, count: OutLinks.groupNodeCount)
        for group in stride(from: 0, to: degrees.count, by: OutLinks.groupNodeCount) {
            for slot in slots.indices { slots[slot] = -1 }
            for place in 0..<min(OutLinks.groupNodeCount, degrees.count - group) {
                var entry = Entry()
                for counter in counters {
                    let part = unsafe counter.entries[first + group + place]
                    entry.sum &+= part.sum
                    entry.degree &+= part.degree
                }
                unsafe degrees[group + place] = entry.degree
                sums[place] = entry.sum
                guard entry.degree > 0 else { continue }
                var slot = Int(truncatingIfNeeded: entry.sum &>> 40) & (slots.count - 1)
                while slots[slot] >= 0 {
                    let other = Int(slots[slot])
                    if sums[other] == entry.sum, unsafe degrees[group + other] == entry.degree {
                        distances[group + place] = UInt16(place - other)
                        break
                    }
                    slot = (slot + 1) & (slots.count - 1)
                }
                if slots[slot] < 0 { slots[slot] = Int32(place) }
            }
        }
        return distances
    }
}
