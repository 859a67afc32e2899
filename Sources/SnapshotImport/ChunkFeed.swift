import Synchronization

/// What reads an input chunk by chunk.
protocol ChunkSource {
    associatedtype Chunk
    /// Fills the chunk with what comes next, at least one record; false at the end of the input.
    mutating func next(into chunk: inout Chunk) throws(ImportError) -> Bool
    /// Bytes of a buffer.
    var bufferByteCount: Int { get }
}

/// Hands out an input in chunks, each to the thread that asks first. Reading, hashing, decompressing and finding the
/// records' ends happen here, one chunk after another, while other threads decode theirs.
@safe
final class ChunkFeed<Source: ChunkSource>: @unchecked Sendable {
    private let lock = Mutex<Void>(())
    private var source: Source
    private var handedOutCount = 0
    private var roundByteCount = 0
    private var hasEnded = false

    init(_ source: consuming Source) {
        self.source = source
    }

    /// Whether the input has been handed out to its end.
    var isAtEnd: Bool { lock.withLock { _ in hasEnded } }

    /// What next(_:) hands out until the next call comes to about so many bytes.
    func beginRound(byteCount: Int) {
        lock.withLock { _ in roundByteCount = byteCount }
    }

    /// Fills the chunk and returns its place among all; nil at the end of the round or the input.
    /// - Throws: ImportError, with the place of the chunk that couldn't be read.
    func next(_ chunk: inout Source.Chunk) throws(ChunkFailure) -> Int? {
        try lock.withLock { _ throws(ChunkFailure) -> Int? in
            guard !hasEnded, roundByteCount > 0 else { return nil }
            do throws(ImportError) {
                guard try source.next(into: &chunk) else {
                    hasEnded = true
                    return nil
                }
            } catch {
                hasEnded = true
                throw ChunkFailure(place: handedOutCount, error: error)
            }
            roundByteCount -= source.bufferByteCount
            handedOutCount += 1
            return handedOutCount - 1
        }
    }

    /// What became of the source, once the input has ended.
    var finished: Source { lock.withLock { _ in source } }
}

struct ChunkFailure: Error {
    var place: Int
    var error: ImportError
}
