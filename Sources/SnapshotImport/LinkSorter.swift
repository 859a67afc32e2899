import SnapshotStore

/// External sorting of links whose ends and texts are byte strings.
///
/// Rows gather in a batch, where keys and texts are numbered as they come. A batch that is about to pass the memory
/// limit is sorted and written as a run: sorted keys, sorted texts, sorted links by places in them. At the end the runs'
/// dictionaries are merged, which gives each run an ascending map to the final numbers; so the runs' links are still
/// sorted when they are renumbered, and merging them is one more pass. One batch alone never touches the disk.
final class LinkSorter {
    /// Distinct pages, and distinct texts, that one snapshot can have: text ids and counts are UInt32, 0 is "unknown".
    static let maximumKeyCount = Int(UInt32.max) - 1

    private let directory: String
    private let memoryLimit: Int
    private let keyCountLimit: Int
    private var batch: RowBatch
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
        batch = RowBatch(threads: threads)
    }

    /// Call before the page(_:) and text(_:) calls of a row: may end the batch, after which old local ids are void.
    func beginRow() throws {
        if batch.peakByteCount > memoryLimit, !batch.isEmpty { try spill() }
    }

    /// The local id of a page key.
    func page(_ key: UnsafeBufferPointer<UInt8>) throws -> UInt32 {
        let number = unsafe batch.page(key)
        if Int(number) >= keyCountLimit { throw Self.tooMany("pages", limit: keyCountLimit) }
        return number
    }

    /// The local id (≥ 1) of a text.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws -> UInt32 {
        let number = unsafe batch.text(bytes)
        if Int(number) >= keyCountLimit { throw Self.tooMany("texts", limit: keyCountLimit) }
        return number &+ 1
    }

    /// A link by local ids.
    func append(_ link: LinkRecord) {
        precondition(!isFinished, "the links are sorted already")
        precondition(Int(max(link.from, link.to)) < batch.pageCount, "page of an earlier batch")
        precondition(Int(max(link.anchor, link.title, link.imageSource)) <= batch.textCount, "text of an earlier batch")
        batch.append(link)
    }

    /// Hands out all pages, then all texts, then all links, sorted and distinct.
    func finish(into sink: any SortedSink) throws {
        precondition(!isFinished, "the links are sorted already")
        isFinished = true
        guard !runs.isEmpty else { return try batch.move(to: sink) }
        if !batch.isEmpty { try spill() }
        try reduceRuns()
        try merge(runs, into: sink)
    }

    private func spill() throws {
        let bufferByteCount = RunMerge.bufferByteCount(memoryLimit: memoryLimit, runCount: 1)
        let writer = try RunWriter(nextRun(), bufferByteCount: bufferByteCount)
        try batch.move(to: writer)
        runs.append(try writer.finish())
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
        try RunMerge(runs, memoryLimit: memoryLimit, keyCountLimit: keyCountLimit).merge(into: sink)
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
