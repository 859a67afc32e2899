import Glibc
import Kernels
import Synchronization

/// What a solver found.
struct RankSolution: Sendable {
    var pagerank: [Double] = []
    var floor = 0.0
    var bound = 0.0
    var iterationCount = 0
    var edgeCount: UInt64 = 0
}

/// PageRank by power iteration. With n nodes, damping α, d_j = the nodes that j links to, and D = Σ x_j over the dangling
/// nodes (d_j = 0):
///
///     x′_i = (1 − α + α·D)/n + α · Σ_{j → i} x_j / d_j,   from x_i = 1/n,   until   α/(1−α) · ‖x′ − x‖₁ ≤ tolerance
///
/// which bounds ‖x′ − PageRank‖₁. The first term is the floor, the rank of a node that nothing links to. Jacobi: x′ is
/// made from x alone, so that neither the order nor the number of threads shows in the bits. Memory: 20 bytes a node.
/// Source: Page, Brin, Motwani, Winograd, "The PageRank citation ranking", 1999; the bound is the contraction
/// estimate of the iteration, whose factor is α.
struct RankSolver {
    let graph: RankGraph
    let damping: Double
    let tolerance: Double
    let threads: Int
    var progress: (@Sendable (_ phase: String, _ done: Int, _ total: Int) -> Void)?

    /// More iterations than this are refused rather than waited for.
    var largestIterationCount = 100_000

    /// In exact arithmetic ‖x_1 − x_0‖₁ ≤ 2 and every iteration shrinks it by α: so many iterations do.
    var sufficientIterationCount: Int {
        guard damping > 0 else { return 1 }
        // And 16 more, for what rounding may cost.
        let count = (17 + log(tolerance * (1 - damping) / (2 * damping)) / log(damping)).rounded(.up)
        return count < Double(largestIterationCount) ? max(1, Int(count)) : largestIterationCount
    }

    /// - Throws: `EngineError.notConverged`, and what reading the links throws.
    func solve() throws -> RankSolution {
        var solution = RankSolution()
        solution.edgeCount = graph.edgeCount
        guard graph.nodeCount > 0 else { return solution }
        let nodeCount = Double(graph.nodeCount)
        let vectors = RankVectors(outDegrees: graph.outDegrees, blockCount: graph.blockCount)
        let sufficientCount = sufficientIterationCount
        var danglingRank = vectors.initialDanglingRank()
        var base = 0.0
        repeat {
            guard solution.iterationCount < sufficientCount else { throw notConverged(solution) }
            base = (1 - damping + damping * danglingRank) / nodeCount
            try graph.gather(into: vectors, threads: threads)
            let sums = try update(vectors, base)
            danglingRank = sums.danglingRank
            solution.bound = damping / (1 - damping) * sums.change
            solution.iterationCount += 1
            progress?("rank", solution.iterationCount, max(sufficientCount, solution.iterationCount))
        } while solution.bound > tolerance
        let (ranks, total) = vectors.normalised()
        solution.pagerank = ranks
        // Divided like every rank, so that floor ratios of 1 are exact.
        solution.floor = base / total
        return solution
    }

    /// Chunks on any thread, their sums in the order of the chunks.
    private func update(_ vectors: RankVectors, _ base: Double) throws -> RankVectors.ChunkSums {
        let chunks = Mutex([RankVectors.ChunkSums](repeating: .init(), count: vectors.chunkCount))
        try Parallel.forEach(vectors.chunkCount, threads: threads) { chunk in
            let sums = vectors.update(chunk: chunk, base: base, damping: damping)
            chunks.withLock { $0[chunk] = sums }
        }
        var change = CompensatedSum()
        var danglingRank = CompensatedSum()
        for sums in chunks.withLock({ $0 }) {
            change.add(sums.change)
            danglingRank.add(sums.danglingRank)
        }
        var sums = RankVectors.ChunkSums()
        sums.change = change.value
        sums.danglingRank = danglingRank.value
        return sums
    }

    private func notConverged(_ solution: RankSolution) -> EngineError {
        EngineError(
            .notConverged,
            "after \(solution.iterationCount) iterations the error bound is \(solution.bound), above the tolerance "
                + "\(tolerance): ask for a larger --tolerance or a smaller --damping than \(damping)")
    }
}
