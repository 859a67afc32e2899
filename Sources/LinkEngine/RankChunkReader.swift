import Kernels
import SnapshotStore

/// Reads the chunks of a rank's core from the blocks of a graph. One thread's.
struct RankChunkReader {
    private let graph: RankGraph
    private let labels: RankLabels
    /// Made when something is read.
    private var rows: RankRows?
    private var scratch = LinkPairs.Scratch()
    private var packedScratch = RankPackedRows.Scratch()

    init(_ graph: RankGraph, _ labels: RankLabels) {
        self.graph = graph
        self.labels = labels
    }

    /// Gauss–Seidel over the chunk's rows, from where they are quickest to be had.
    mutating func sweep(_ core: RankCore, _ iteration: RankIteration, chunk: Int) throws {
        if core.keepsRows {
            iteration.sweep(chunk: chunk)
        } else if let packed = core.completePackedRows {
            packed.read(chunk: chunk, &packedScratch) { iteration.sweep($0) }
        } else {
            try read(chunk: chunk) { iteration.sweep($0) }
        }
    }

    /// Hands over the chunk's windows of rows.
    mutating func read(chunk: Int, onWindow: (RankRows.Window) -> Void) throws {
        var rows = self.rows.take() ?? RankRows(labels)
        rows.begin(chunk: chunk)
        try readBlocks(chunk: chunk) { block, _ in rows.take(block, onWindow: onWindow) }
        rows.end(onWindow: onWindow)
        self.rows = rows
    }

    /// Hands over, in order, the blocks that have lists of the chunk's nodes.
    mutating func readBlocks(chunk: Int, _ body: (_ block: RankBlock, _ nodes: Range<Int>) -> Void) throws {
        let nodes = labels.nodes(ofChunk: chunk)
        for block in graph.blocks(ofNodes: nodes) {
            try graph.withBlock(block, &scratch) { body($0, nodes) }
        }
    }
}

extension RankGraph {
    /// Calls the body for every chunk of the core, with a reader of its thread.
    func forEachChunk(
        _ core: RankCore, threads: Int,
        _ body: @Sendable (_ chunk: Int, _ reader: inout RankChunkReader) throws -> Void
    ) throws {
        try Parallel.forEach(
            core.labels.chunkCount, threads: threads, scratch: { RankChunkReader(self, core.labels) },
            { chunk, reader in try body(chunk, &reader) })
    }

    /// Reads all pairs once and gives them to the core.
    func build(_ core: RankCore, threads: Int) throws {
        try forEachChunk(core, threads: threads) { chunk, reader in
            try reader.read(chunk: chunk) { core.add($0, chunk: chunk) }
        }
    }

    /// Reads all pairs once: the last step, for every node.
    func expand(_ iteration: RankIteration, threads: Int) throws -> RankExpansion {
        let expansion = RankExpansion(iteration, threads: threads)
        try forEachChunk(iteration.core, threads: threads) { chunk, reader in
            try reader.readBlocks(chunk: chunk) { expansion.add($0, nodes: $1) }
        }
        return expansion
    }
}
