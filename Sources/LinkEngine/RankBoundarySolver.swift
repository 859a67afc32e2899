import Glibc
import Kernels
import Synchronization

/// The rank of a graph whose sources are ranked by somebody else (docs/rank.md, "Partial graphs"). With a boundary B the
/// floor ratios s are solved for, those of B being given, d_j = the nodes that j links to:
///
///     s′_i = 1 + α · Σ_{j → i} s_j / d_j  (i ∉ B),   from s_i = 1,   until   α/(1−α) · ‖s′ − s‖₁ / (n − |B|) ≤ tolerance
///
/// Errors live outside B only, and the iteration shrinks their L1 norm to the part α or less. Where large s leave no room
/// for the tolerance in a double, it ends when changes no longer shrink. The ranks are s / Σ s. Jacobi: s′ is made
/// from s alone, so that neither the order nor the number of threads shows in the bits. Memory: 20 bytes a node.
struct RankBoundarySolver {
    let graph: RankGraph
    let damping: Double
    let tolerance: Double
    let threads: Int
    let boundary: RankBoundary
    var progress: (@Sendable (_ phase: String, _ done: Int, _ total: Int) -> Void)?

    /// More iterations than this are refused rather than waited for.
    private static let largestIterationCount = 100_000

    /// In exact arithmetic the first change is at most the mean of all ratios, in floor units for each free node, and every
    /// iteration shrinks it by α: so many iterations do.
    private var sufficientIterationCount: Int {
        guard damping > 0 else { return 1 }
        let first = 2 * (1 + boundary.ratios.reduce(0, +) / freeNodeCount)
        // And 16 more, for what rounding may cost.
        let count = (17 + log(tolerance * (1 - damping) / (first * damping)) / log(damping)).rounded(.up)
        // A damping that is next to nothing makes it −∞, or no number.
        guard count > 1 else { return 1 }
        return count < Double(Self.largestIterationCount) ? Int(count) : Self.largestIterationCount
    }

    /// - Throws: `EngineError.notConverged`, and what reading the links throws.
    func solve() throws -> RankSolution {
        precondition(graph.isWhole)
        var solution = RankSolution()
        solution.edgeCount = graph.edgeCount
        guard graph.nodeCount > 0 else { return solution }
        let vectors = RankVectors(
            outDegrees: graph.outLinks.degrees, blockCount: graph.blockCount, start: 1, fixedNodes: boundary.nodes,
            fixedRanks: boundary.ratios)
        var change = Double.infinity
        var isAtRounding = false
        let sufficientCount = sufficientIterationCount
        repeat {
            guard solution.iterationCount < sufficientCount else { throw notConverged(solution) }
            try graph.gather(into: vectors, threads: threads)
            let newChange = try update(vectors)
            solution.bound = damping / (1 - damping) * newChange / freeNodeCount
            isAtRounding = newChange > (1 + damping) / 2 * change
            change = newChange
            solution.iterationCount += 1
            progress?("rank", solution.iterationCount, max(sufficientCount, solution.iterationCount))
        } while solution.bound > tolerance && !isAtRounding
        let (ranks, total) = vectors.normalised()
        solution.pagerank = ranks
        // Divided like every rank, so that floor ratios of 1 are exact.
        solution.floor = 1 / total
        solution.boundaryNodeCount = boundary.nodes.count
        return solution
    }

    /// Nodes that aren't on the boundary, at least 1.
    private var freeNodeCount: Double { Double(max(graph.nodeCount - boundary.nodes.count, 1)) }

    /// Chunks on any thread, their changes summed in the order of the chunks.
    private func update(_ vectors: RankVectors) throws -> Double {
        let chunks = Mutex([Double](repeating: 0, count: vectors.chunkCount))
        try Parallel.forEach(vectors.chunkCount, threads: threads) { chunk in
            let change = vectors.update(chunk: chunk, base: 1, damping: damping)
            chunks.withLock { $0[chunk] = change }
        }
        var change = CompensatedSum()
        for part in chunks.withLock({ $0 }) { change.add(part) }
        return change.value
    }

    private func notConverged(_ solution: RankSolution) -> EngineError {
        EngineError(
            .notConverged,
            "after \(solution.iterationCount) iterations the error bound is \(solution.bound), above the tolerance "
                + "\(tolerance): ask for a larger --tolerance or a smaller --damping than \(damping)")
    }
}
