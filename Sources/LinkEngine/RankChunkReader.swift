import Kernels

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

    /// Hands over the chunk's windows of rows, from where they are quickest to be had.
    mutating func readRows(_ core: RankCore, chunk: Int, onWindow: (RankRows.Window) -> Void) throws {
        if let packed = core.completePackedRows {
            packed.read(chunk: chunk, &packedScratch, onWindow: onWindow)
        } else {
            try read(chunk: chunk, onWindow: onWindow)
        }
    }

    /// Hands over the chunk's windows of rows, and the lists of its nodes without out-links.
    mutating func read(
        chunk: Int, onWindow: (RankRows.Window) -> Void, onDangling: (RankRows.DanglingRun) -> Void = { _ in }
    ) throws {
        let rows = self.rows ?? RankRows(labels)
        self.rows = rows
        rows.begin(chunk: chunk)
        for block in graph.blocks(ofNodes: labels.chunkNodes[chunk]..<labels.chunkNodes[chunk + 1]) {
            switch graph.blocks {
            case .memory(let blocks): rows.take(blocks[block], onWindow: onWindow, onDangling: onDangling)
            case .stored(let pairs):
                try pairs.load(block, into: &scratch)
                rows.take(scratch.pairs, onWindow: onWindow, onDangling: onDangling)
            }
        }
        rows.end(onWindow: onWindow)
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
            try reader.read(
                chunk: chunk, onWindow: { core.add($0, chunk: chunk) }, onDangling: { core.add($0, chunk: chunk) })
        }
    }

    /// Calls the body with the lists of nodes without out-links, those of one chunk in order.
    func forEachDanglingRun(
        _ core: RankCore, threads: Int, _ body: @Sendable (RankRows.DanglingRun) -> Void
    ) throws {
        try forEachChunk(core, threads: threads) { chunk, reader in
            if core.keepsRows {
                core.forEachDanglingRun(chunk: chunk, body)
            } else {
                try reader.read(chunk: chunk, onWindow: { _ in }, onDangling: body)
            }
        }
    }
}
