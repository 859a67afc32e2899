import Synchronization

/// The system of a graph's core in memory: for each label the part of its rank that feeders give (once and for all), and,
/// when they are kept, the rows. 8 bytes a label; with rows 4 a label and 4 a pair.
@safe package final class RankCore: @unchecked Sendable {
    package let labels: RankLabels
    package let damping: Double
    package let keepsRows: Bool
    /// The rows in small, when they are wanted so.
    private let packedRows: RankPackedRows?
    /// size + damping · Σ size/degree over the feeders that link here, by label.
    let bases: UnsafeMutablePointer<Double>
    /// Where the row of each label ends among the pairs of its chunk.
    private let rowEnds: UnsafeMutablePointer<UInt32>
    private let chunks: Mutex<[Chunk]>

    /// The pairs of a chunk.
    @safe fileprivate final class Chunk: @unchecked Sendable {
        let sources: UnsafeMutablePointer<UInt32>
        var pairCount = 0

        init(capacity: Int) { unsafe sources = .allocate(capacity: capacity) }
        deinit { unsafe sources.deallocate() }
    }

    /// - packedByteLimit: when rows aren't kept as they are, how many bytes they may take in small.
    package init(_ labels: RankLabels, damping: Double, keepsRows: Bool, packedByteLimit: Int = 0) {
        packedRows = keepsRows || packedByteLimit <= 0 ? nil : RankPackedRows(labels, byteLimit: packedByteLimit)
        self.labels = labels
        self.damping = damping
        self.keepsRows = keepsRows
        unsafe bases = .allocate(capacity: labels.coreCount)
        for label in 0..<labels.coreCount { unsafe (bases + label).initialize(to: Double(labels.sizes[label])) }
        unsafe rowEnds = .allocate(capacity: keepsRows ? labels.coreCount : 0)
        chunks = Mutex(keepsRows ? labels.chunkPairCounts.map { Chunk(capacity: $0) } : [])
    }

    deinit {
        unsafe bases.deallocate()
        unsafe rowEnds.deallocate()
    }

    /// After all windows.
    package func finish() { packedRows?.finish() }

    /// The rows in small, when all of them are held so.
    package var completePackedRows: RankPackedRows? { packedRows?.isComplete == true ? packedRows : nil }

    /// Takes the next window of a chunk. Chunks may be filled on any threads, each by one.
    package func add(_ window: RankRows.Window, chunk index: Int) {
        for row in 0..<window.rowCount {
            unsafe bases[window.firstLabel + row] += damping * window.feederSums[row]
        }
        packedRows?.add(window, chunk: index)
        guard keepsRows else { return }
        let chunk = chunks.withLock { $0[index] }
        let ends = unsafe rowEnds + window.firstLabel
        var pairCount = chunk.pairCount
        for row in 0..<window.rowCount {
            let start = unsafe Int(window.starts[row])
            let count = unsafe Int(window.ends[row]) - start
            precondition(count <= labels.chunkPairCounts[index] - pairCount)
            unsafe (chunk.sources + pairCount).update(from: window.sources + start, count: count)
            pairCount += count
            unsafe ends[row] = UInt32(truncatingIfNeeded: pairCount)
        }
        chunk.pairCount = pairCount
    }

    /// Calls the body with the rows of a chunk: `rows` of all labels of the chunk. Only when rows are kept.
    func withRows(chunk index: Int, _ body: (_ rows: Rows) -> Void) {
        let chunk = chunks.withLock { $0[index] }
        let range = labels.labels(ofChunk: index)
        unsafe body(
            Rows(
                firstLabel: range.lowerBound, rowCount: range.count, sources: UnsafePointer(chunk.sources),
                ends: UnsafePointer(rowEnds + range.lowerBound)))
    }

    @safe struct Rows {
        let firstLabel: Int
        let rowCount: Int
        let sources: UnsafePointer<UInt32>
        /// Row r has sources[ends[r − 1] ..< ends[r]] (ends[−1] = 0).
        let ends: UnsafePointer<UInt32>
    }
}
