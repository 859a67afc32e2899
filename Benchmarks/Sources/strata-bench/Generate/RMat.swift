/// Kronecker graphs by recursive choice of a quadrant (Chakrabarti, Zhan, Faloutsos: "R-MAT", 2004) with the parameters of
/// the Graph500 benchmark: a = 0.57, b = c = 0.19. Directed; ids permuted; loops and duplicates dropped.
struct RMat {
    let scale: Int
    let edgeFactor: Int
    let mixer: Mixer

    var nodeCount: Int { 1 << scale }

    /// Memory that `edges` takes: all that are drawn, as much again to sort them, and the nodes' new ids.
    static func byteCount(scale: Int, edgeFactor: Int) -> Int { (16 * edgeFactor + 4) << scale }

    /// Distinct edges, ascending by (from, to), as from << 32 | to.
    func edges() -> [UInt64] {
        let drawnCount = edgeFactor << scale
        var edges = [UInt64](repeating: 0, count: drawnCount)
        let permutation = self.permutation()
        for edge in 0..<drawnCount {
            var from = 0
            var to = 0
            for level in stride(from: 0, to: scale, by: 2) {
                // Two choices of 32 bits from one number.
                let bits = mixer.bits(UInt64(level), UInt64(edge))
                (from, to) = Self.descend(from, to, UInt32(truncatingIfNeeded: bits))
                if level + 1 < scale { (from, to) = Self.descend(from, to, UInt32(truncatingIfNeeded: bits >> 32)) }
            }
            edges[edge] = UInt64(permutation[from]) << 32 | UInt64(permutation[to])
        }
        RadixSort.sort(&edges, keyBitCount: 32 + scale)
        var count = 0
        for edge in edges where edge >> 32 != edge & 0xFFFF_FFFF && (count == 0 || edges[count - 1] != edge) {
            edges[count] = edge
            count += 1
        }
        edges.removeLast(edges.count - count)
        return edges
    }

    private static func descend(_ from: Int, _ to: Int, _ choice: UInt32) -> (Int, Int) {
        let share = Double(choice) * 0x1p-32
        let isLower = share >= 0.76
        let isRight = (share >= 0.57 && share < 0.76) || share >= 0.95
        return (from << 1 | (isLower ? 1 : 0), to << 1 | (isRight ? 1 : 0))
    }

    /// Fisher and Yates.
    private func permutation() -> [UInt32] {
        var ids = (0..<UInt32(nodeCount)).map { $0 }
        for place in stride(from: ids.count - 1, to: 0, by: -1) {
            ids.swapAt(place, mixer.below(place + 1, 99, UInt64(place)))
        }
        return ids
    }
}
