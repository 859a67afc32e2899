import Kernels
import Synchronization

/// Reads an input on all threads, in rounds: after each, its bad rows are told in order, and memory is looked at.
struct ChunkRounds {
    let chunkByteCount: Int
    private let roundByteCount: Int
    private let threads: Int

    init(_ options: ImportOptions) {
        chunkByteCount = Self.chunkByteCount(options)
        threads = options.threads
        roundByteCount = min(32 * threads * chunkByteCount, max(options.memoryLimit / 64, threads * chunkByteCount))
    }

    /// Memory that reading takes: chunks of the input, with the places of their records, and the rows that are made of them.
    static func reservedByteCount(_ options: ImportOptions) -> Int {
        min(11 * (options.threads + 1) * chunkByteCount(options), options.memoryLimit / 4)
    }

    private static func chunkByteCount(_ options: ImportOptions) -> Int {
        min(max(options.memoryLimit / 2_048, 1 << 12), 1 << 19)
    }

    /// - work: decodes chunks of the feed, as thread number 0 ..< threads, until it has none, and reports each.
    /// - tell: is given the reports in the order of the input.
    func run<Source: ChunkSource>(
        _ feed: ChunkFeed<Source>, of file: FileSource, _ session: ImportSession, _ builder: SnapshotBuilder,
        work: @Sendable (_ thread: Int, _ report: (ChunkReport) -> Void) -> Void, tell: (ChunkReport) throws -> Void
    ) throws {
        while !feed.isAtEnd {
            try builder.beginRound(byteCount: roundByteCount)
            feed.beginRound(byteCount: roundByteCount)
            let reports = Mutex<[ChunkReport]>([])
            try Parallel.forEach(threads, threads: threads) { thread in
                work(thread) { report in reports.withLock { $0.append(report) } }
            }
            for report in reports.withLock({ $0.sorted { $0.place < $1.place } }) { try tell(report) }
            session.meter.report(
                "reading", bytesDone: session.finishedByteCount + file.byteCount, rows: session.rejections.rowCount)
        }
    }
}
