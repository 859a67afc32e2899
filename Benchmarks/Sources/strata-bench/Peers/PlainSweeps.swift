import Kernels
import Synchronization

/// PageRank as the GAP Benchmark Suite's `pr` computes it, written anew: single precision, in place (Gauss–Seidel, threads
/// race), until the L1 change of a sweep is below 1e-6; what dangling nodes hold is lost. The baseline where the program
/// itself isn't at hand. Source: Beamer, Asanović, Patterson, "The GAP Benchmark Suite", 2015.
final class PlainSweeps: @unchecked Sendable {
    private let graph: Graph
    private let scores: UnsafeMutablePointer<Float>
    private let contributions: UnsafeMutablePointer<Float>
    static let chunkNodeCount = 16_384

    init(_ graph: Graph) {
        self.graph = graph
        scores = .allocate(capacity: graph.nodeCount)
        contributions = .allocate(capacity: graph.nodeCount)
    }

    deinit {
        scores.deallocate()
        contributions.deallocate()
    }

    /// - Returns: sweeps made.
    func solve(threads: Int, damping: Float = 0.85, tolerance: Double = 1e-6, largestCount: Int = 500) throws -> Int {
        let count = graph.nodeCount
        let start = 1 / Float(count)
        for node in 0..<count {
            scores[node] = start
            contributions[node] = start / Float(graph.outDegrees[node])
        }
        for sweep in 1...largestCount {
            if try self.sweep(threads: threads, base: (1 - damping) / Float(count), damping) < tolerance {
                return sweep
            }
        }
        return largestCount
    }

    /// One sweep over all nodes; returns the L1 change.
    func sweep(threads: Int, base: Float, _ damping: Float) throws -> Double {
        let chunkCount = (graph.nodeCount + Self.chunkNodeCount - 1) / Self.chunkNodeCount
        let changes = Mutex(0.0)
        let (scores, contributions) = (Pointer(scores), Pointer(contributions))
        try graph.starts.withUnsafeBufferPointer { starts in
            try graph.sources.withUnsafeBufferPointer { sources in
                try graph.outDegrees.withUnsafeBufferPointer { outDegrees in
                    nonisolated(unsafe) let (starts, sources, outDegrees) = (starts, sources, outDegrees)
                    try Parallel.forEach(chunkCount, threads: threads) { chunk in
                        let first = chunk * Self.chunkNodeCount
                        var change = 0.0
                        for node in first..<min(first + Self.chunkNodeCount, outDegrees.count) {
                            var sum: Float = 0
                            for place in starts[node]..<starts[node &+ 1] {
                                sum += contributions.base[Int(sources[place])]
                            }
                            let old = scores.base[node]
                            let new = base + damping * sum
                            scores.base[node] = new
                            change += Double((new - old).magnitude)
                            contributions.base[node] = new / Float(outDegrees[node])
                        }
                        changes.withLock { [change] in $0 += change }
                    }
                }
            }
        }
        return changes.withLock { $0 }
    }

    /// Scaled to sum 1, as the lost mass asks for.
    func ranks() -> [Double] {
        var ranks = (0..<graph.nodeCount).map { Double(scores[$0]) }
        let sum = ranks.reduce(0, +)
        for node in ranks.indices { ranks[node] /= sum }
        return ranks
    }

    private struct Pointer: @unchecked Sendable {
        let base: UnsafeMutablePointer<Float>
        init(_ base: UnsafeMutablePointer<Float>) { self.base = base }
    }
}
