import Synchronization

/// What reads an input chunk by chunk.
protocol ChunkSource {
    associatedtype Chunk
    /// An empty chunk.
    func makeChunk() -> Chunk
    /// Fills the chunk with what comes next, at least one record; false at the end of the input.
    mutating func next(into chunk: inout Chunk) throws(ImportError) -> Bool
    /// Bytes of a buffer.
    var bufferByteCount: Int { get }
}

/// Hands out an input in chunks, each to the thread that asks first. Reading, hashing, decompressing and finding the
/// records' ends happen here, one chunk after another, while other threads decode theirs.
///
/// That takes a good part of the whole work: so that nobody waits for another thread's chunk to be filled, whoever has filled
/// its own fills a spare one too, as long as few are at hand, and whoever finds the source busy takes a spare one.
@safe
final class ChunkFeed<Source: ChunkSource>: @unchecked Sendable {
    private let sourceLock = Mutex<Void>(())
    // The members that are guarded by it.
    private var source: Source
    private var filledCount = 0
    private var roundByteCount = 0
    private var hasEnded = false
    private var failure: ChunkFailure?

    private let spareLock = Mutex<Void>(())
    // The members that are guarded by it.
    /// In the order of the input.
    private var spares: [(place: Int, chunk: Source.Chunk)] = []
    private var empty: [Source.Chunk] = []

    private let spareLimit: Int

    /// - threads: that will ask for chunks.
    init(_ source: consuming Source, threads: Int) {
        self.source = source
        spareLimit = Self.spareLimit(threads: threads)
    }

    /// How many chunks there are beside the threads' own.
    static func spareLimit(threads: Int) -> Int { threads == 1 ? 0 : threads }

    /// Whether the input has been handed out to its end.
    var isAtEnd: Bool {
        sourceLock.withLock { _ in hasEnded && failure == nil } && spareLock.withLock { _ in spares.isEmpty }
    }

    /// What next(_:) hands out until the next call comes to about so many bytes.
    func beginRound(byteCount: Int) {
        sourceLock.withLock { _ in roundByteCount = byteCount }
    }

    /// Fills the chunk and returns its place among all; nil at the end of the round or the input.
    /// - Throws: ImportError, with the place of the chunk that couldn't be read.
    func next(_ chunk: inout Source.Chunk) throws(ChunkFailure) -> Int? {
        let filled = try sourceLock.withLockIfAvailable { _ throws(ChunkFailure) -> Int? in try fill(&chunk) }
        // Nil of nil: the source is busy.
        if let filled { return filled }
        if let place = takeSpare(&chunk) { return place }
        return try sourceLock.withLock { _ throws(ChunkFailure) -> Int? in try fill(&chunk) }
    }

    /// What became of the source, once the input has ended.
    var finished: Source { sourceLock.withLock { _ in source } }

    /// With the source's lock: fills the chunk, or takes a spare one at the end, and a spare one where there are few.
    private func fill(_ chunk: inout Source.Chunk) throws(ChunkFailure) -> Int? {
        // What is left over at the end belongs before a failure.
        guard let place = read(into: &chunk) else {
            if let place = takeSpare(&chunk) { return place }
            guard let failure else { return nil }
            self.failure = nil
            throw failure
        }
        guard spareLock.withLock({ _ in spares.count < spareLimit }) else { return place }
        var kept: Source.Chunk?
        spareLock.withLock { _ in kept = empty.popLast() }
        var spare = kept.take() ?? source.makeChunk()
        let sparePlace = read(into: &spare)
        spareLock.withLock { _ in
            if let sparePlace { spares.append((sparePlace, spare)) } else { empty.append(spare) }
        }
        return place
    }

    /// The chunk's place; nil at the end of the round or the input, or when it can't be read.
    private func read(into chunk: inout Source.Chunk) -> Int? {
        guard !hasEnded, roundByteCount > 0 else { return nil }
        do throws(ImportError) {
            guard try source.next(into: &chunk) else {
                hasEnded = true
                return nil
            }
        } catch {
            hasEnded = true
            failure = ChunkFailure(place: filledCount, error: error)
            return nil
        }
        roundByteCount -= source.bufferByteCount
        filledCount += 1
        return filledCount - 1
    }

    /// Swaps the chunk for the first spare one.
    private func takeSpare(_ chunk: inout Source.Chunk) -> Int? {
        spareLock.withLock { _ in
            guard !spares.isEmpty else { return nil }
            var (place, spare) = spares.removeFirst()
            swap(&spare, &chunk)
            empty.append(spare)
            return place
        }
    }
}

struct ChunkFailure: Error {
    var place: Int
    var error: ImportError
}
