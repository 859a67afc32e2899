import Glibc

/// PageRank to the limits of a double, by another road than the engine's: sweeps in place over x = (1−α)/n + α·Σ x_j/d_j
/// (dangling nodes give nothing; the solution is a multiple of the rank with their mass spread evenly), then divided by
/// the sum. Gleich, "PageRank beyond the Web", 2015, on the equivalence.
enum ReferenceRank {
    static func solve(_ graph: Graph, damping: Double = 0.85) -> [Double] {
        let count = graph.nodeCount
        let base = (1 - damping) / Double(max(count, 1))
        var ranks = [Double](repeating: base, count: count)
        var gifts = graph.outDegrees.map { base / Double(max($0, 1)) }
        for _ in 0..<1_000 {
            var change = 0.0
            for node in 0..<count {
                var sum = 0.0
                for place in graph.starts[node]..<graph.starts[node + 1] { sum += gifts[Int(graph.sources[place])] }
                let new = base + damping * sum
                change += (new - ranks[node]).magnitude
                ranks[node] = new
                gifts[node] = new / Double(max(graph.outDegrees[node], 1))
            }
            if change < 1e-14 { break }
        }
        let sum = ranks.reduce(0, +)
        return ranks.map { $0 / sum }
    }

    /// Kept in a file beside the store, because it takes long.
    static func cached(_ graph: Graph, in path: String) throws -> [Double] {
        if let bytes = try? TextFile.bytes(path), bytes.count == graph.nodeCount * 8 {
            return bytes.withUnsafeBytes { bytes in
                (0..<graph.nodeCount).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
            }
        }
        let ranks = solve(graph)
        let file = try OutputStream(path)
        try ranks.withUnsafeBytes { try file.write($0) }
        try file.close()
        return ranks
    }

    /// ‖first − second‖₁.
    static func distance(_ first: [Double], _ second: [Double]) -> Double {
        zip(first, second).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
    }
}
