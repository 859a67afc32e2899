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
        // Row after row; the last column is the right side.
        let width = n + 1
        var matrix: [Double] = []
        for row in 0..<n {
            for column in 0..<n {
                matrix.append((row == column ? 1.0 : 0) - (outDegree[column] == 0 ? damping / Double(n) : 0))
            }
            matrix.append((1 - damping) / Double(n))
        }
        for pair in pairs { matrix[pair.to * width + pair.from] -= damping / Double(outDegree[pair.from]) }
        // The columns of the matrix are diagonally dominant: no pivoting is needed. A plain loop over plain memory: without the
        // optimiser anything else takes minutes.
        unsafe matrix.withUnsafeMutableBufferPointer { cells in
            for pivot in 0..<n {
                for row in 0..<n where unsafe row != pivot && cells[row * width + pivot] != 0 {
                    let factor = unsafe cells[row * width + pivot] / cells[pivot * width + pivot]
                    var column = pivot
                    while column <= n {
                        unsafe cells[row * width + column] -= factor * cells[pivot * width + column]
                        column += 1
                    }
                }
            }
        }
        let solution = (0..<n).map { matrix[$0 * width + n] / matrix[$0 * width + $0] }
        pagerank = solution
        let danglingRank = (0..<n).reduce(0) { $0 + (outDegree[$1] == 0 ? solution[$1] : 0) }
        floor = (1 - damping + damping * danglingRank) / Double(n)
    }

    /// The largest |ratio − 1| between this and other ranks.
    func largestRelativeError(_ ranks: [Double]) -> Double {
        zip(pagerank, ranks).reduce(0) { max($0, abs($1.1 / $1.0 - 1)) }
    }
}
