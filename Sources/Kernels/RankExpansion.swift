import Synchronization

/// The ratios of all nodes from the shares of the labels: one Jacobi step for every node, with or without out-links. Nodes
/// with the same in-links get the same bits. Memory: 8 bytes a node.
/// Safety: a window's nodes are below nodeCount, its rows below windowNodeCount, and what its counts add up to is in
/// its rows and rests. No two chunks share a node, each is one thread's, and ratios are read after all were added.
@safe package final class RankExpansion: @unchecked Sendable {
    private let iteration: RankIteration
    private let labels: RankLabels
    private let ratios: UnsafeMutablePointer<Double>
    private let chunks: Mutex<[Totals]>

    /// Sums over all nodes.
    package struct Totals: Sendable {
        /// Σ of all ratios, and of those of the nodes without out-links.
        package var all = 0.0
        package var dangling = 0.0
        /// Σ |s′ − s| over the labels.
        package var change = 0.0
    }

    /// The windows of a chunk, from the first to the last: one thread's.
    package struct Chunk: Sendable {
        fileprivate var labelled = CompensatedSum()
        fileprivate var dangling = CompensatedSum()
        fileprivate var change = CompensatedSum()
        /// By row of a window.
        fileprivate var starts = [UInt32](repeating: 0, count: RankLabels.windowNodeCount)
        fileprivate var sums = [Double](repeating: 0, count: RankLabels.windowNodeCount)
        package init() {}
    }

    package init(_ iteration: RankIteration) {
        self.iteration = iteration
        labels = iteration.core.labels
        unsafe ratios = LargePages.allocate(count: labels.nodeCount)
        chunks = Mutex([Totals](repeating: Totals(), count: labels.chunkCount))
    }

    deinit { unsafe ratios.deallocate() }

    /// Takes the next window of a chunk.
    package func add(_ window: RankWindow, to chunk: inout Chunk) {
        for row in 0..<window.rowCount {
            unsafe chunk.starts[row] = window.starts[row]
            chunk.sums[row] = 0
        }
        let damping = iteration.core.damping
        let first = window.index * RankLabels.windowNodeCount
        let nodeCount = min(RankLabels.windowNodeCount, labels.nodeCount - first)
        let (coreCount, firstLabel) = (labels.coreCount, window.firstLabel)
        let (feederSums, ratios) = unsafe (iteration.core.feederSums + first, self.ratios + first)
        // Of nodes with a label, and without.
        var (labelled, dangling) = (chunk.labelled, chunk.dangling)
        unsafe labels.labels.withUnsafeBufferPointer { labels in
            unsafe chunk.starts.withUnsafeMutableBufferPointer { starts in
                unsafe chunk.sums.withUnsafeMutableBufferPointer { sums in
                    var rest = unsafe window.rests
                    unsafe iteration.withSum { sum in
                        for place in 0..<nodeCount {
                            let label = unsafe labels[first &+ place]
                            let count = unsafe Int(window.counts[place])
                            var arriving = unsafe feederSums[place]
                            let row = Int(label) &- firstLabel
                            let isCore = label < coreCount
                            if isCore {
                                let start = unsafe Int(starts[row])
                                arriving += unsafe sum(window.sources + start, count)
                                unsafe starts[row] = UInt32(truncatingIfNeeded: start &+ count)
                            } else if label == RankLabels.none {
                                arriving += unsafe sum(rest, count)
                                unsafe rest += count
                            }
                            let ratio = 1 + damping * arriving
                            unsafe (ratios + place).initialize(to: ratio)
                            if isCore { unsafe sums[row] += ratio }
                            if label == RankLabels.none { dangling.add(ratio) } else { labelled.add(ratio) }
                        }
                    }
                }
            }
        }
        (chunk.labelled, chunk.dangling) = (labelled, dangling)
        for row in 0..<window.rowCount {
            let label = window.firstLabel + row
            chunk.change.add(abs(chunk.sums[row] - iteration.share(ofLabel: label) * Double(labels.degrees[label])))
        }
    }

    /// After a chunk's last window.
    package func finish(_ chunk: Chunk, index: Int) {
        var totals = Totals()
        totals.all = chunk.labelled.value + chunk.dangling.value
        (totals.dangling, totals.change) = (chunk.dangling.value, chunk.change.value)
        chunks.withLock { $0[index] = totals }
    }

    /// After all chunks.
    package func totals() -> Totals {
        var (all, dangling, change) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
        for chunk in chunks.withLock({ $0 }) {
            all.add(chunk.all)
            dangling.add(chunk.dangling)
            change.add(chunk.change)
        }
        return Totals(all: all.value, dangling: dangling.value, change: change.value)
    }

    /// The ratios, each divided by `total`.
    package func divided(by total: Double, threads: Int) -> [Double] {
        unsafe [Double](unsafeUninitializedCapacity: labels.nodeCount) { buffer, count in
            // No two chunks have a node in common.
            nonisolated(unsafe) let target = unsafe buffer
            // A body that doesn't throw can't make the loop throw.
            try? Parallel.forEach(labels.chunkCount, threads: threads) { chunk in
                for node in labels.nodes(ofChunk: chunk) {
                    unsafe target.initializeElement(at: node, to: ratios[node] / total)
                }
            }
            count = labels.nodeCount
        }
    }
}
