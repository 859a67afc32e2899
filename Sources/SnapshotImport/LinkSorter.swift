import SnapshotStore

/// External sorting of links whose ends and texts are byte strings.
///
/// Rows gather in a batch, where keys and texts are numbered as they come. A batch that is about to pass the memory
/// limit is sorted and written as a run: sorted keys, sorted texts, sorted links by places in them. At the end the runs'
/// dictionaries are merged, which gives each run an ascending map to the final numbers; so the runs' links are still
/// sorted when they are renumbered, and merging them is one more pass. One batch alone never touches the disk.
///
/// Safety: `page` and `text` hand their pointers on; the bytes are copied before they return.
final class LinkSorter {
    /// Distinct pages, and distinct texts, that one snapshot can have: text ids and counts are UInt32, 0 is "unknown".
    static let maximumKeyCount = Int(UInt32.max) - 1

    private let directory: String
    private let memoryLimit: Int
    private let keyCountLimit: Int
    private let threads: Int
    private let batch: RowBatch
    /// Of the hashes of keys and texts.
    let seed = UInt64.random(in: 0...UInt64.max)
    /// Rows since the batch was last looked at.
    private var uncheckedRowCount = 0
    private let checkedRowCount: Int
    /// Links of the batches that are gone.
    private var movedLinkCount: UInt64 = 0
    private var runs: [SpilledRun] = []
    private var isFinished = false
    /// Runs written so far, merged ones too.
    private(set) var writtenRunCount = 0

    /// - directory: for the runs; must exist.
    /// - memoryLimit: bytes that the sorter may hold; a single row may pass it.
    init(directory: String, memoryLimit: Int, threads: Int, keyCountLimit: Int = LinkSorter.maximumKeyCount) {
        precondition(memoryLimit > 0 && threads > 0)
        self.directory = directory
        self.memoryLimit = memoryLimit
        self.keyCountLimit = keyCountLimit
        self.threads = threads
        let isSmall = memoryLimit < 16 << 20
        batch = RowBatch(seed: seed, threads: threads, shardBitCount: isSmall ? 0 : KeyShards.shardBitCountLimit)
        checkedRowCount = isSmall ? 1 : 64
    }

    /// Links given so far.
    var appendedLinkCount: UInt64 { movedLinkCount + UInt64(batch.linkCount) }

    /// Call before the page(_:) and text(_:) calls of a row: may end the batch, after which old local ids are void.
    func beginRow() throws {
        uncheckedRowCount += 1
        guard uncheckedRowCount >= checkedRowCount else { return }
        uncheckedRowCount = 0
        try makeRoom(keyCount: 8 * checkedRowCount, byteCount: 0)
    }

    /// Call before pieces are appended that come from `byteCount` bytes of input: may end the batch.
    func beginRound(byteCount: Int) throws {
        // A row may be as short as its record in memory is long; links and their keys together take some times the input.
        try makeRoom(keyCount: byteCount / 32, byteCount: 2 * byteCount)
    }

    private func makeRoom(keyCount: Int, byteCount: Int) throws {
        try checkCounts()
        if batch.isEmpty { return }
        if batch.isNearlyFull || batch.peakByteCount(keyCount: keyCount, byteCount: byteCount) > memoryLimit {
            try spill()
        }
    }

    private func checkCounts() throws {
        if batch.pageCount > keyCountLimit { throw Self.tooMany("pages", limit: keyCountLimit) }
        if batch.textCount > keyCountLimit { throw Self.tooMany("texts", limit: keyCountLimit) }
    }

    func makePiece() -> RowPiece { RowPiece(seed: seed) }

    /// Rows that one thread has read. From any number of threads at once, between two calls of beginRound.
    func append(_ piece: inout RowPiece) {
        precondition(!isFinished, "the links are sorted already")
        batch.append(&piece)
    }

    /// The local id of a page key.
    func page(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        unsafe batch.page(key)
    }

    /// The local id (≥ 1) of a text.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        unsafe batch.text(bytes) &+ 1
    }

    /// A link by local ids.
    func append(_ link: LinkRecord) {
        precondition(!isFinished, "the links are sorted already")
        let limits = batch.numberLimits
        precondition(Int(max(link.from, link.to)) < limits.pages, "page of an earlier batch")
        precondition(Int(max(link.anchor, link.title, link.imageSource)) <= limits.texts, "text of an earlier batch")
        batch.append(link)
    }

    /// Hands out all pages, then all texts, then all links, sorted and distinct.
    func finish(into sink: any SortedSink) throws {
        precondition(!isFinished, "the links are sorted already")
        isFinished = true
        try checkCounts()
        guard !runs.isEmpty else { return try move(to: sink) }
        if !batch.isEmpty { try spill() }
        try reduceRuns()
        try merge(runs, into: sink)
    }

    private func spill() throws {
        let bufferByteCount = RunMerge.bufferByteCount(memoryLimit: memoryLimit, runCount: 1)
        let writer = try RunWriter(nextRun(), bufferByteCount: bufferByteCount)
        try move(to: writer)
        runs.append(try writer.finish())
    }

    private func move(to sink: any SortedSink) throws {
        movedLinkCount += UInt64(batch.linkCount)
        try batch.move(to: sink)
    }

    /// Merges the oldest runs until the rest can be merged at once; no more of them than that takes.
    private func reduceRuns() throws {
        while runs.count > RunMerge.maximumRunCount {
            let count = min(RunMerge.maximumRunCount, runs.count - RunMerge.maximumRunCount + 1)
            let bufferByteCount = RunMerge.bufferByteCount(memoryLimit: memoryLimit, runCount: count)
            let writer = try RunWriter(nextRun(), bufferByteCount: bufferByteCount)
            try merge(Array(runs.prefix(count)), into: writer)
            runs.removeFirst(count)
            runs.append(try writer.finish())
        }
    }

    private func merge(_ runs: [SpilledRun], into sink: any SortedSink) throws {
        try RunMerge(runs, memoryLimit: memoryLimit, keyCountLimit: keyCountLimit, threads: threads).merge(
            into: sink)
    }

    private func nextRun() -> SpilledRun {
        writtenRunCount += 1
        return SpilledRun(directory: directory, number: writtenRunCount)
    }

    static func tooMany(_ noun: String, limit: Int) -> ImportError {
        ImportError(
            .badData,
            "the input has more than \(limit) distinct \(noun), the most that one snapshot can hold. "
                + "Split the input by target site and import each part under its own --label.")
    }
}
