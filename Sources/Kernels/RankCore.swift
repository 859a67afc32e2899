import Synchronization

/// The system of a graph's core in memory: what feeders give to each label and each node (once and for all), and, when they are
/// kept, the lists. 8 bytes a label and a node; with lists 4 more of each, and 4 a pair.
/// Safety: windows have nodes and labels of `labels`, which all arrays have room for; the precondition in `add` keeps
/// a chunk's pairs in its memory. A chunk is filled by one thread, no two share a node, a label or an offset, and
/// rows are read after all windows were added.
@safe package final class RankCore: @unchecked Sendable {
    package let labels: RankLabels
    package let damping: Double
    package let keepsRows: Bool
    /// The rows in small, when they are wanted so.
    private let packedRows: RankPackedRows?
    /// size + damping · Σ size/degree over the feeders that link here, by label.
    let bases: UnsafeMutablePointer<Double>
    /// Σ size/degree over the feeders that link here, by node.
    let feederSums: UnsafeMutablePointer<Double>
    /// How many places each node has in its list; when rows are kept.
    private let counts: UnsafeMutablePointer<UInt32>
    /// Label l of chunk c has sources[offsets[l + c] ..< offsets[l + c + 1]] of its chunk.
    private let offsets: UnsafeMutablePointer<UInt32>
    private let chunks: Mutex<[Chunk]>

    /// The pairs of a chunk.
    fileprivate final class Chunk: @unchecked Sendable {
        let sources: RankBuffer
        var pairCount = 0
        /// The lists of nodes without a label.
        var rests = RankBuffer(0)
        var restCount = 0

        init(capacity: Int) { sources = RankBuffer(uninitialized: capacity) }
    }

    /// - packedByteLimit: when rows aren't kept as they are, how many bytes they may take in small.
    package init(_ labels: RankLabels, damping: Double, keepsRows: Bool, packedByteLimit: Int = 0) {
        packedRows = keepsRows || packedByteLimit <= 0 ? nil : RankPackedRows(labels, byteLimit: packedByteLimit)
        self.labels = labels
        self.damping = damping
        self.keepsRows = keepsRows
        unsafe bases = LargePages.allocate(count: labels.coreCount)
        unsafe feederSums = LargePages.allocate(count: labels.nodeCount)
        unsafe counts = LargePages.allocate(count: keepsRows ? labels.nodeCount : 0)
        unsafe offsets = .allocate(capacity: keepsRows ? labels.coreCount + labels.chunkCount : 0)
        chunks = Mutex(keepsRows ? labels.chunkPairCounts.map { Chunk(capacity: $0) } : [])
    }

    deinit {
        unsafe bases.deallocate()
        unsafe feederSums.deallocate()
        unsafe counts.deallocate()
        unsafe offsets.deallocate()
    }

    /// After all windows.
    package func finish() { packedRows?.finish() }

    /// The rows in small, when all of them are held so.
    package var completePackedRows: RankPackedRows? { packedRows?.isComplete == true ? packedRows : nil }

    /// Takes the next window of a chunk. Chunks may be filled on any threads, each by one.
    package func add(_ window: RankWindow, _ feeders: RankFeeders, chunk index: Int) {
        let first = window.index * RankLabels.windowNodeCount
        let nodeCount = min(RankLabels.windowNodeCount, labels.nodeCount - first)
        add(feeders, window, nodeCount)
        packedRows?.add(window, chunk: index)
        guard keepsRows else { return }
        unsafe (counts + first).update(from: window.counts, count: nodeCount)
        let chunk = chunks.withLock { $0[index] }
        let starts = unsafe offsets + (window.firstLabel + index)
        if window.firstLabel == labels.labels(ofChunk: index).lowerBound { unsafe starts[0] = 0 }
        var pairCount = chunk.pairCount
        for row in 0..<window.rowCount {
            let start = unsafe Int(window.starts[row])
            let count = unsafe Int(window.ends[row]) - start
            precondition(count <= labels.chunkPairCounts[index] - pairCount)
            unsafe (chunk.sources.start + pairCount).update(from: window.sources + start, count: count)
            pairCount += count
            unsafe starts[row + 1] = UInt32(truncatingIfNeeded: pairCount)
        }
        chunk.pairCount = pairCount
        chunk.rests = chunk.rests.reserving(chunk.restCount + window.restCount, used: chunk.restCount)
        unsafe (chunk.rests.start + chunk.restCount).update(from: window.rests, count: window.restCount)
        chunk.restCount += window.restCount
    }

    private func add(_ feeders: RankFeeders, _ window: RankWindow, _ nodeCount: Int) {
        for label in window.firstLabel..<window.firstLabel + window.rowCount {
            unsafe (bases + label).initialize(to: Double(labels.sizes[label]))
        }
        let first = window.index * RankLabels.windowNodeCount
        unsafe labels.labels.withUnsafeBufferPointer { labelOf in
            var feeder = 0
            for place in 0..<nodeCount {
                var sum = 0.0
                let end = unsafe feeder + Int(feeders.counts[place])
                while feeder < end {
                    unsafe sum += Double(feeders.sizes[feeder]) / Double(feeders.degrees[feeder])
                    feeder += 1
                }
                unsafe feederSums[first + place] = sum
                let label = unsafe Int(labelOf[first + place])
                if sum > 0, label < labels.coreCount { unsafe bases[label] += damping * sum }
            }
        }
    }

    // MARK: Kept lists

    /// Calls the body with the rows of a chunk, as if it were one window. Only when rows are kept.
    func withRows(chunk index: Int, _ body: (RankWindow) -> Void) {
        let chunk = chunks.withLock { $0[index] }
        let range = labels.labels(ofChunk: index)
        let starts = unsafe offsets + (range.lowerBound + index)
        unsafe body(
            RankWindow(
                index: labels.chunkWindows[index], firstLabel: range.lowerBound, rowCount: range.count,
                sources: UnsafePointer(chunk.sources.start), starts: UnsafePointer(starts),
                ends: UnsafePointer(starts + 1), rests: UnsafePointer(chunk.rests.start),
                restCount: chunk.restCount, counts: UnsafePointer(counts + labels.nodes(ofChunk: index).lowerBound)))
    }

    /// Hands over the windows of a chunk. Only when rows are kept.
    package func forEachWindow(ofChunk index: Int, _ body: (RankWindow) -> Void) {
        withRows(chunk: index) { rows in
            var rest = 0
            for window in labels.chunkWindows[index]..<labels.chunkWindows[index + 1] {
                let first = window * RankLabels.windowNodeCount
                let firstLabel = labels.windowLabels[window]
                let place = firstLabel - rows.firstLabel
                var restCount = 0
                for node in first..<min(first + RankLabels.windowNodeCount, labels.nodeCount)
                where labels.labels[node] == RankLabels.none {
                    unsafe restCount += Int(counts[node])
                }
                unsafe body(
                    RankWindow(
                        index: window, firstLabel: firstLabel, rowCount: labels.windowLabels[window + 1] - firstLabel,
                        sources: rows.sources, starts: rows.starts + place, ends: rows.ends + place,
                        rests: rows.rests + rest, restCount: restCount, counts: UnsafePointer(counts + first)))
                rest += restCount
            }
        }
    }
}
