import Kernels
import Synchronization
import Testing

@testable import SnapshotImport

/// Every chunk goes to one thread, with its place; a fault comes after the chunks before it.
struct ChunkFeedTests {
    /// Chunk n holds n; chunk `end` is the end of the input, or can't be read.
    private struct Numbers: ChunkSource {
        let end: Int
        let isFaulty: Bool
        private var next = 0

        init(end: Int, isFaulty: Bool) {
            self.end = end
            self.isFaulty = isFaulty
        }

        var bufferByteCount: Int { 10 }

        func makeChunk() -> [Int] { [] }

        mutating func next(into chunk: inout [Int]) throws(ImportError) -> Bool {
            if next == end {
                if isFaulty { throw ImportError(.badData, "chunk \(end)") }
                return false
            }
            chunk = [next]
            next += 1
            return true
        }
    }

    @Test(arguments: [1, 2, 5], [true, false]) func everyChunkIsHandedOutOnce(threads: Int, isFaulty: Bool) throws {
        for end in [0, 1, 2, 7, 300] {
            let feed = ChunkFeed(Numbers(end: end, isFaulty: isFaulty), threads: threads)
            var chunks: [Int] = []
            var failures: [Int] = []
            var roundCount = 0
            while !feed.isAtEnd {
                feed.beginRound(byteCount: 170)
                roundCount += 1
                let found = Mutex<(chunks: [Int], failures: [Int])>(([], []))
                try Parallel.forEach(threads, threads: threads) { _ in
                    var chunk: [Int] = []
                    do throws(ChunkFailure) {
                        while let place = try feed.next(&chunk) {
                            found.withLock { $0.chunks += chunk == [place] ? chunk : [-1] }
                        }
                    } catch {
                        found.withLock { $0.failures.append(error.place) }
                    }
                }
                chunks += found.withLock { $0.chunks }.sorted()
                failures += found.withLock { $0.failures }
            }
            #expect(chunks == Array(0..<end), "\(end) chunks")
            #expect(failures == (isFaulty ? [end] : []), "\(end) chunks")
            #expect(roundCount >= max(1, end / 17), "17 chunks a round")
        }
    }
}
