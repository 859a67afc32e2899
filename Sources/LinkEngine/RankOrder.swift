import Kernels
import LinkModel
import SnapshotStore

/// Orders nodes by falling rank, then by printed name.
struct RankOrder {
    private let ranks: [Double]
    private let names: RankNames

    init(_ ranks: [Double], _ names: RankNames) {
        self.ranks = ranks
        self.names = names
    }

    /// The first `count` nodes of the order.
    func top(_ count: Int) throws -> [Int] {
        guard count > 0 else { return [] }
        let threshold = Selection.largest(count, of: ranks)
        var above: [UInt32] = []
        var tied: [UInt32] = []
        for (node, rank) in ranks.enumerated() where rank >= threshold {
            if rank > threshold { above.append(UInt32(node)) } else { tied.append(UInt32(node)) }
        }
        above.sort { ranks[Int($0)] != ranks[Int($1)] ? ranks[Int($0)] > ranks[Int($1)] : $0 < $1 }
        var ordered: [Int] = []
        ordered.reserveCapacity(count)
        var start = 0
        while start < above.count {
            var end = start + 1
            while end < above.count, ranks[Int(above[end])] == ranks[Int(above[start])] { end += 1 }
            let group = Array(above[start..<end])
            ordered += group.count == 1 ? [Int(group[0])] : try byName(group, count: group.count)
            start = end
        }
        return ordered + (try byName(tied, count: count - ordered.count))
    }

    /// The first `count` of the nodes (ascending) in name order.
    private func byName(_ nodes: [UInt32], count: Int) throws -> [Int] {
        if case .pages(let snapshot) = names, snapshot.nodeKind == .page {
            let order = try TextOrder(snapshot, nodes)
            let places = nodes.map { order.place(ofPage: $0) }
            return nodes.indices.sorted { places[$0] < places[$1] }.prefix(count).map { Int(nodes[$0]) }
        }
        // Only the best so far are held, sorted and cut now and then.
        var best: [(name: String, node: UInt32)] = []
        func cut() {
            best.sort { precedes($0.name, $1.name) }
            best.removeSubrange(min(count, best.count)...)
        }
        try names.forEachName(nodes) { node, name in
            best.append((name, node))
            if best.count >= 2 * count + 1_024 { cut() }
        }
        cut()
        return best.map { Int($0.node) }
    }
}
