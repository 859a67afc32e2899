import LinkEngine

/// PageRank as the solution of a dense linear system, by Gaussian elimination: (I − α·P′) x = (1 − α)/n, where column j
/// of P′ is 1/d_j for each node that j links to, and 1/n everywhere when j links to none. O(n³).
struct EliminationRank {
    /// Sums to 1.
    let pagerank: [Double]
    /// The rank of a node that nothing links to.
    let floor: Double
    let pairs: Set<Pair>

    struct Pair: Hashable {
        let from: Int
        let to: Int
    }

    /// Self-links and repeated links may be among the links.
    init(nodeCount n: Int, links: [(from: Int, to: Int)], damping: Double = 0.85) {
        pairs = Set(links.filter { $0.from != $0.to }.map { Pair(from: $0.from, to: $0.to) })
        var outDegree = [Int](repeating: 0, count: n)
        for pair in pairs { outDegree[pair.from] += 1 }
        var matrix = (0..<n).map { row in
            (0..<n).map { column in
                (row == column ? 1.0 : 0) - (outDegree[column] == 0 ? damping / Double(n) : 0)
            } + [(1 - damping) / Double(n)]
        }
        for pair in pairs { matrix[pair.to][pair.from] -= damping / Double(outDegree[pair.from]) }
        // The columns of the matrix are diagonally dominant: no pivoting is needed.
        for pivot in 0..<n {
            for row in 0..<n where row != pivot && matrix[row][pivot] != 0 {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot...n { matrix[row][column] -= factor * matrix[pivot][column] }
            }
        }
        let solution = (0..<n).map { matrix[$0][n] / matrix[$0][$0] }
        pagerank = solution
        let danglingRank = (0..<n).reduce(0) { $0 + (outDegree[$1] == 0 ? solution[$1] : 0) }
        floor = (1 - damping + damping * danglingRank) / Double(n)
    }

    /// The largest |ratio − 1| between this and other ranks.
    func largestRelativeError(_ ranks: [Double]) -> Double {
        zip(pagerank, ranks).reduce(0) { max($0, abs($1.1 / $1.0 - 1)) }
    }
}
