import Kernels
import SnapshotStore
import Synchronization

/// The stored lists of a snapshot, cut into the chunks of a rank.
struct RankStoredChunks: Sendable {
    private let lists: StoredRankLists
    private let labels: RankLabels
    /// How many labels the chunks before have.
    private let starts: [RankStoredWindows.Counts]
    /// How many each window has.
    private let windows: [RankStoredWindows.Counts]

    /// Buffers of one thread.
    struct Scratch {
        fileprivate var windows: RankStoredWindows
        fileprivate var lists = RankStoredWindows.Lists()

        init(_ labels: RankLabels) { windows = RankStoredWindows(labels) }
    }

    /// - Throws: `StoreError.corrupt` when the lists have other labels than are stored.
    init(_ lists: StoredRankLists, _ labels: RankLabels, threads: Int) throws {
        self.lists = lists
        self.labels = labels
        let chunks = try parallelMap(labels.chunkCount, threads: threads) { chunk in
            (labels.chunkWindows[chunk]..<labels.chunkWindows[chunk + 1]).map {
                RankStoredWindows.counts(labels, ofWindow: $0, core: lists.coreCounts, feeders: lists.feederCounts)
            }
        }
        var starts: [RankStoredWindows.Counts] = []
        var sum = RankStoredWindows.Counts()
        for chunk in chunks {
            starts.append(sum)
            for counts in chunk { sum += counts }
        }
        windows = chunks.flatMap { $0 }
        guard sum == lists.counts else { throw lists.disagreement }
        self.starts = starts
    }

    /// Hands over all windows of the chunk, with nothing in the parts that aren't wanted.
    func forEachWindow(
        ofChunk chunk: Int, _ part: RankStoredWindows.Part, _ scratch: inout Scratch, _ body: RankRows.Body
    ) throws {
        var reader = lists.reader(from: starts[chunk])
        for window in labels.chunkWindows[chunk]..<labels.chunkWindows[chunk + 1] {
            let counts = windows[window].only(part)
            try reader.read(counts, into: &scratch.lists)
            let isRight = try scratch.windows.withWindow(
                window, chunk: labels.labels(ofChunk: chunk), counts, core: lists.coreCounts,
                feederCounts: lists.feederCounts, &scratch.lists, body)
            guard isRight else { throw lists.disagreement }
        }
    }
}
