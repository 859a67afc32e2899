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
        return try ordered(above) + (try byName(tied, count: count - above.count))
    }

    /// Nodes (ascending) in falling order of rank, equal ranks by name. The names of all nodes that share a rank are
    /// read in one pass: groups of equal ranks are many, and each would decode the same blocks again.
    private func ordered(_ nodes: [UInt32]) throws -> [Int] {
        var order = nodes.sorted {
            ranks[Int($0)] != ranks[Int($1)] ? ranks[Int($0)] > ranks[Int($1)] : $0 < $1
        }
        let sharing = order.indices.filter { index in
            let rank = ranks[Int(order[index])]
            return (index > 0 && ranks[Int(order[index - 1])] == rank)
                || (index + 1 < order.count && ranks[Int(order[index + 1])] == rank)
        }
        let shared = sharing.map { order[$0] }.sorted()
        let places = try self.places(of: shared)
        var start = 0
        while start < sharing.count {
            var end = start + 1
            while end < sharing.count, ranks[Int(order[sharing[end]])] == ranks[Int(order[sharing[start]])] { end += 1 }
            let group = sharing[start]..<(sharing[end - 1] + 1)
            order[group].sort { places[Self.index(of: $0, in: shared)] < places[Self.index(of: $1, in: shared)] }
            start = end
        }
        return order.map { Int($0) }
    }

    /// Where each of the nodes (ascending) stands among them in name order: numbers that compare as the names do.
    private func places(of nodes: [UInt32]) throws -> [UInt64] {
        if case .pages(let snapshot) = names, snapshot.nodeKind == .page {
            let order = try TextOrder(snapshot, nodes)
            return nodes.map { order.place(ofPage: $0) }
        }
        var texts: [String] = []
        texts.reserveCapacity(nodes.count)
        try names.forEachName(nodes) { _, name in texts.append(name) }
        var places = [UInt64](repeating: 0, count: nodes.count)
        for (place, index) in texts.indices.sorted(by: { precedes(texts[$0], texts[$1]) }).enumerated() {
            places[index] = UInt64(place)
        }
        return places
    }

    /// The index of a node in ascending nodes that hold it.
    private static func index(of node: UInt32, in nodes: [UInt32]) -> Int {
        var lower = 0
        var upper = nodes.count
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            if nodes[middle] < node { lower = middle + 1 } else { upper = middle }
        }
        return lower
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
