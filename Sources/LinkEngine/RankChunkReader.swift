import Kernels
import SnapshotStore

/// Reads the chunks of a rank's core from the lists of a graph. One thread's.
struct RankChunkReader {
    private let labels: RankLabels
    private let lists: RankGraph.Lists
    private let storedChunks: RankStoredChunks?
    /// Made when something is read.
    private var rows: RankRows?
    private var scratch = LinkPairs.Scratch()
    private var stored: RankStoredChunks.Scratch?
    private var packedScratch = RankPackedRows.Scratch()

    init(_ graph: RankGraph, _ storedChunks: RankStoredChunks?, _ labels: RankLabels) {
        lists = graph.lists
        self.storedChunks = storedChunks
        self.labels = labels
    }

    /// Gauss–Seidel over the chunk's rows, from where they are quickest to be had.
    mutating func sweep(_ core: RankCore, _ iteration: RankIteration, chunk: Int) throws {
        if core.keepsRows {
            iteration.sweep(chunk: chunk)
        } else if let packed = core.completePackedRows {
            packed.read(chunk: chunk, &packedScratch) { iteration.sweep($0) }
        } else {
            try forEachWindow(ofChunk: chunk, .rows) { window, _ in iteration.sweep(window) }
        }
    }

    /// The last step's part of a chunk.
    mutating func expand(_ core: RankCore, _ expansion: RankExpansion, chunk: Int) throws {
        var sums = RankExpansion.Chunk()
        if core.keepsRows {
            core.forEachWindow(ofChunk: chunk) { expansion.add($0, to: &sums) }
        } else {
            try forEachWindow(ofChunk: chunk, .coreLists) { window, _ in expansion.add(window, to: &sums) }
        }
        expansion.finish(sums, index: chunk)
    }

    /// Hands over all windows of the chunk. Where the lists are stored, without the parts that aren't wanted.
    mutating func forEachWindow(
        ofChunk chunk: Int, _ part: RankStoredWindows.Part = .all, _ body: RankRows.Body
    ) throws {
        if let storedChunks {
            var scratch = self.stored.take() ?? RankStoredChunks.Scratch(labels)
            try storedChunks.forEachWindow(ofChunk: chunk, part, &scratch, body)
            stored = scratch
        } else if case .blocks(let blocks) = lists {
            var rows = self.rows.take() ?? RankRows(labels)
            try blocks.forEachWindow(ofChunk: chunk, labels, &rows, &scratch, body)
            self.rows = rows
        } else {
            preconditionFailure("stored lists are cut into chunks before they are read")
        }
    }
}
