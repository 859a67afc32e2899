import Glibc
import Kernels
import SnapshotStore
import Synchronization

/// PageRank without a boundary, as docs/rank.md defines it. With s the ranks in units of the floor:
///
///     s_i = 1 + α · Σ_{j → i} s_j / d_j                 pagerank = s / Σ s
///
/// Nodes without in-links have s = 1, nobody reads those without out-links, and of nodes that link to the same nodes the sum
/// is read only: what is left, the core, is iterated (`RankLabels`), by Gauss–Seidel in chunks (`RankIteration`) with
/// `RankAcceleration`. The last step is a Jacobi step in double precision for every node (`RankExpansion`). Its residual says
/// how good the answer is: with ρ = Σ |s′ − s| of that step over the labels, the residual of s′ has the norm αρ at
/// most, the sum R = n + α·(S − D) − S (S = Σ s′, D the part of the nodes without out-links), and
///
///     bound = (α·ρ + |R|) / ((1 − α)·S) ≥ ‖s′/S − PageRank‖₁
///
/// because the residual of s′/S in the equation with the dangling nodes' rank spread evenly is (r − R/n)/S, and that
/// equation shrinks differences by α. Source of the linear form: D. Gleich, L. Zhukov, P. Berkhin, "Fast parallel
/// PageRank: a linear system approach", 2004.
struct RankCoreSolver {
    var graph: RankGraph
    let damping: Double
    let tolerance: Double
    let threads: Int
    /// Ratios to start from, by node; anything positive gives the same ranks within the bound.
    var start: [Double]?
    var progress: (@Sendable (_ phase: String, _ done: Int, _ total: Int) -> Void)?

    var phases = RankPhases()
    private(set) var storedChunks: RankStoredChunks?

    /// More iterations than this are refused rather than waited for.
    var largestIterationCount = 100_000

    /// Iterates that are combined.
    static let depth = 3
    /// Single precision ends at a bound of about 2e-7; it is left well before.
    private static let singlePrecisionBound = 2e-6
    /// Below this bound changes are near rounding errors: combining them brings nothing.
    private static let accelerationEnd = 1e-12
    /// So many iterations without a smaller change there are the end.
    private static let largestIdleCount = 5
    /// An iteration that rounding ends is nearer than this; one that isn't solved other equations than those of the links.
    private var largestRoundingBound: Double { max(1e-6, 0x1p-43 / (1 - damping)) }
    /// What sums of so many terms lose to rounding, as a part of S.
    private static let roundingShare = 0x1p-52

    /// - Throws: `EngineError.notConverged`, and what reading the links throws.
    mutating func solve() throws -> RankSolution {
        var solution = RankSolution()
        solution.edgeCount = graph.edgeCount
        let nodeCount = graph.nodeCount
        guard nodeCount > 0 else { return solution }
        guard damping > 0, graph.edgeCount > 0 else {
            solution.floor = 1 / Double(nodeCount)
            solution.pagerank = Array(repeating: solution.floor, count: nodeCount)
            return solution
        }
        precondition(!graph.isWhole)
        phases.end("survey")
        let links = graph.takeLinks()
        let labels = RankLabels(links.out, inDegrees: links.inDegrees, threads: threads)
        guard labels.fitsRowEnds else {
            throw EngineError(
                .usage,
                "more than \(UInt32.max) links lead to \(RankLabels.windowNodeCount) neighbouring nodes: use another --level"
            )
        }
        phases.end("label")
        let core = RankCore(
            labels, damping: damping, keepsRows: graph.keepsRows, packedByteLimit: graph.packedByteLimit)
        if case .stored(let lists) = graph.lists {
            storedChunks = try RankStoredChunks(lists, labels, threads: threads)
        }
        try forEachChunk(labels) { chunk, reader in
            try reader.forEachWindow(ofChunk: chunk) { core.add($0, $1, chunk: chunk) }
        }
        core.finish()
        solution.rows = core.keepsRows ? .kept : core.completePackedRows != nil ? .packed : .stored
        solution.rowByteCount = graph.rowByteCount
        if core.keepsRows {
            graph.dropLists()
            storedChunks = nil
        }
        phases.end("build")
        let iteration = RankIteration(core, start: start.map { start in labels.coreSums { start[$0] } })
        start = nil
        try iterate(core, iteration, &solution)
        solution.phases = phases
        return solution
    }

    /// Iterates until the last step's bound is within the tolerance.
    private mutating func iterate(
        _ core: RankCore, _ iteration: RankIteration, _ solution: inout RankSolution
    ) throws {
        let labels = core.labels
        let acceleration = RankAcceleration(iteration, depth: Self.depth)
        var lastChange = Double.infinity
        var leastChange = Double.infinity
        // The last step's residual as a part of what the iteration's next change was thought to be.
        var stepShare = 1.0
        var lastShrinking = damping
        var lastBound = Double.infinity
        var idleCount = 0
        while true {
            try countIteration(&solution)
            let products = try sweep(core, iteration, acceleration)
            var sums = RankIteration.Sums()
            for chunk in products { sums.add(chunk.sums) }
            // The sum of all ratios, if this were the answer.
            let total = damping * (sums.total + Double(labels.feederNodeCount)) + Double(labels.nodeCount)
            guard sums.change.isFinite, total.isFinite else { throw disagreement }
            let boundOfChange = damping / (1 - damping) / total
            let isNearRounding = boundOfChange * sums.change < Self.accelerationEnd
            if isNearRounding || sums.change > 2 * leastChange { acceleration.restart() }
            let weights = acceleration.weights(products)
            idleCount = sums.change < 0.95 * leastChange ? 0 : idleCount + 1
            leastChange = min(leastChange, sums.change)
            let isAtRounding = iteration.isDouble && isNearRounding && idleCount >= Self.largestIdleCount
            try Parallel.forEach(labels.chunkCount, threads: threads) { acceleration.advance(chunk: $0, weights) }
            let shrinking = lastChange > 0 ? min(sums.change / lastChange, 1) : 1
            // The slower of two: now and then an iteration shrinks far more than the next.
            let expected = sums.change * (lastChange.isFinite ? max(shrinking, lastShrinking) : damping)
            if lastChange.isFinite { lastShrinking = shrinking }
            lastChange = sums.change
            if isAtRounding || boundOfChange * expected * stepShare <= tolerance {
                phases.end("iterate")
                try countIteration(&solution)
                let step = try lastStep(iteration)
                // Finite ratios may have a sum that isn't, and what isn't a number is in no comparison.
                guard step.bound.isFinite, step.total.isFinite else { throw disagreement }
                solution.bound = step.bound
                // Sums over long lists have rounding errors of their own, which no iteration makes smaller.
                let isIdle = step.bound < Self.accelerationEnd && step.bound > lastBound / 2
                lastBound = step.bound
                if step.bound > tolerance, isAtRounding, step.bound > largestRoundingBound { throw disagreement }
                if step.bound <= tolerance || isAtRounding || isIdle {
                    solution.pagerank = step.expansion.divided(by: step.total, threads: threads)
                    // Divided like every rank, so that floor ratios of 1 are exact.
                    solution.floor = 1 / step.total
                    phases.end("expand")
                    return
                }
                phases.end("expand")
                if expected > 0 { stepShare = max(step.bound / (boundOfChange * expected), 0.01) }
                // Single precision may have no better answer.
                iteration.widen()
            }
            let isAtFloor = boundOfChange * expected < Self.singlePrecisionBound
            if !iteration.isDouble, isAtFloor, tolerance < Self.singlePrecisionBound / 4 || shrinking > 0.9 {
                iteration.widen()
            }
        }
    }

    /// Rows that don't give what the degrees say don't converge, or converge to something else.
    private var disagreement: StoreError {
        StoreError(
            .corrupt,
            "the links and what is stored beside them for ranks (pages.out_links, rank.rows and others) disagree: `strata verify` "
                + "says where; `strata compact` writes them anew")
    }

    private struct Step {
        let expansion: RankExpansion
        /// S, the sum of all ratios.
        let total: Double
        let bound: Double
    }

    /// One Jacobi step for every node, and how good its result is.
    private func lastStep(_ iteration: RankIteration) throws -> Step {
        let core = iteration.core
        let expansion = RankExpansion(iteration)
        try forEachChunk(core.labels) { chunk, reader in try reader.expand(core, expansion, chunk: chunk) }
        let totals = expansion.totals()
        let residualSum = abs(Double(graph.nodeCount) + damping * (totals.all - totals.dangling) - totals.all)
        let residual = max(damping * totals.change + residualSum - Self.roundingShare * totals.all, 0)
        return Step(expansion: expansion, total: totals.all, bound: residual / ((1 - damping) * totals.all))
    }

    private func countIteration(_ solution: inout RankSolution) throws {
        guard solution.iterationCount < largestIterationCount else {
            throw EngineError(
                .notConverged,
                "after \(solution.iterationCount) iterations the error bound is still above the tolerance \(tolerance): ask "
                    + "for a larger --tolerance or a smaller --damping than \(damping)")
        }
        solution.iterationCount += 1
        progress?("rank", solution.iterationCount, solution.iterationCount + 1)
    }

    /// Chunks on any thread; what they add up to in the order of the chunks.
    private func sweep(
        _ core: RankCore, _ iteration: RankIteration, _ acceleration: RankAcceleration
    ) throws -> [RankAcceleration.Products] {
        let products = Mutex([RankAcceleration.Products?](repeating: nil, count: core.labels.chunkCount))
        try forEachChunk(core.labels) { chunk, reader in
            try reader.sweep(core, iteration, chunk: chunk)
            let observed = acceleration.observe(chunk: chunk)
            products.withLock { $0[chunk] = observed }
        }
        return products.withLock { $0.compactMap { $0 } }
    }

    /// Calls the body for every chunk of the core, with a reader of its thread.
    private func forEachChunk(
        _ labels: RankLabels, _ body: @Sendable (_ chunk: Int, _ reader: inout RankChunkReader) throws -> Void
    ) throws {
        let (graph, storedChunks) = (graph, storedChunks)
        try Parallel.forEach(
            labels.chunkCount, threads: threads, scratch: { RankChunkReader(graph, storedChunks, labels) },
            { chunk, reader in try body(chunk, &reader) })
    }
}
