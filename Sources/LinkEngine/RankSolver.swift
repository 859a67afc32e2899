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
    /// How many nodes kept a boundary value.
    var boundaryNodeCount = 0
    var phases = RankPhases()
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
///
/// With a boundary B the floor ratios s are solved for directly, in units of the floor, those of B being given:
///
///     s′_i = 1 + α · Σ_{j → i} s_j / d_j  (i ∉ B),   from s_i = 1,   until   α/(1−α) · ‖s′ − s‖₁ / (n − |B|) ≤ tolerance
///
/// Errors live outside B only, and the iteration shrinks their L1 norm to the part α or less. Where large s leave no room
/// for the tolerance in a double, it ends when changes no longer shrink. The ranks are s / Σ s.
struct RankSolver {
    let graph: RankGraph
    let damping: Double
    let tolerance: Double
    let threads: Int
    var boundary: RankBoundary?
    var progress: (@Sendable (_ phase: String, _ done: Int, _ total: Int) -> Void)?

    /// More iterations than this are refused rather than waited for.
    var largestIterationCount = 100_000

    /// In exact arithmetic ‖x_1 − x_0‖₁ ≤ 2 and every iteration shrinks it by α: so many iterations do.
    var sufficientIterationCount: Int {
        guard damping > 0 else { return 1 }
        // With a boundary the first change is at most the mean of all ratios, in floor units for each free node.
        let first = max(2, 2 * (boundary.map { 1 + $0.ratios.reduce(0, +) / freeNodeCount } ?? 0))
        // And 16 more, for what rounding may cost.
        let count = (17 + log(tolerance * (1 - damping) / (first * damping)) / log(damping)).rounded(.up)
        return count < Double(largestIterationCount) ? max(1, Int(count)) : largestIterationCount
    }

    /// - Throws: `EngineError.notConverged`, and what reading the links throws.
    func solve() throws -> RankSolution {
        var solution = RankSolution()
        solution.edgeCount = graph.edgeCount
        guard graph.nodeCount > 0 else { return solution }
        let nodeCount = Double(graph.nodeCount)
        let vectors = makeVectors()
        var change = Double.infinity
        var isAtRounding = false
        let sufficientCount = sufficientIterationCount
        var danglingRank = vectors.initialDanglingRank()
        var base = 0.0
        repeat {
            guard solution.iterationCount < sufficientCount else { throw notConverged(solution) }
            base = boundary == nil ? (1 - damping + damping * danglingRank) / nodeCount : 1
            try graph.gather(into: vectors, threads: threads)
            let sums = try update(vectors, base)
            danglingRank = sums.danglingRank
            solution.bound = damping / (1 - damping) * sums.change
            if boundary != nil {
                solution.bound /= freeNodeCount
                isAtRounding = sums.change > (1 + damping) / 2 * change
                change = sums.change
            }
            solution.iterationCount += 1
            progress?("rank", solution.iterationCount, max(sufficientCount, solution.iterationCount))
        } while solution.bound > tolerance && !isAtRounding
        let (ranks, total) = vectors.normalised()
        solution.pagerank = ranks
        // Divided like every rank, so that floor ratios of 1 are exact.
        solution.floor = base / total
        solution.boundaryNodeCount = boundary?.nodes.count ?? 0
        return solution
    }

    /// Nodes that aren't on the boundary, at least 1.
    private var freeNodeCount: Double { Double(max(graph.nodeCount - (boundary?.nodes.count ?? 0), 1)) }

    private func makeVectors() -> RankVectors {
        guard let boundary else { return RankVectors(outDegrees: graph.outDegrees, blockCount: graph.blockCount) }
        return RankVectors(
            outDegrees: graph.outDegrees, blockCount: graph.blockCount, start: 1, fixedNodes: boundary.nodes,
            fixedRanks: boundary.ratios)
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
