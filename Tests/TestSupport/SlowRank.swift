import Glibc
package import LinkEngine
import LinkModel

/// PageRank by dense power iteration over a matrix of texts' indexes, to the last bit that doubles hold.
package struct SlowRank: Sendable {
    package let names: [String]
    package let pagerank: [Double]
    /// The PageRank of a node that nothing links to.
    package let floor: Double
    package let edgeCount: Int

    /// - edges: by name; loops and repetitions are ignored.
    package init(names: Set<String>, edges: [(from: String, to: String)], damping: Double) {
        let names = names.sorted { isBytewiseLess($0, $1) }
        let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let count = names.count
        var sources = [Set<Int>](repeating: [], count: count)
        var outDegrees = [Int](repeating: 0, count: count)
        for edge in edges where edge.from != edge.to {
            guard let from = index[edge.from], let to = index[edge.to] else { continue }
            if sources[to].insert(from).inserted { outDegrees[from] += 1 }
        }
        var rank = [Double](repeating: 1 / Double(max(count, 1)), count: count)
        var floor = count == 0 ? 0 : 1 / Double(count)
        for _ in 0..<5_000 {
            let dangling = (0..<count).filter { outDegrees[$0] == 0 }.reduce(0) { $0 + rank[$1] }
            floor = ((1 - damping) + damping * dangling) / Double(count)
            let next = (0..<count).map { node in
                sources[node].sorted().reduce(floor) { $0 + damping * rank[$1] / Double(outDegrees[$1]) }
            }
            let change = zip(rank, next).reduce(0) { $0 + abs($1.0 - $1.1) }
            rank = next
            if change < 1e-15 { break }
        }
        self.names = names
        pagerank = rank
        self.floor = floor
        edgeCount = sources.reduce(0) { $0 + $1.count }
    }

    package init(_ snapshot: SlowSnapshot, _ parameters: RankParameters) {
        let name: (_ link: SlowLink) -> (from: String, to: String) = { link in
            switch parameters.level {
            case .page, .node: (link.row.urlFrom, link.row.urlTo)
            case .host: (link.fromHost, link.toHost)
            case .domain: (link.fromDomain, link.toDomain)
            }
        }
        let counted = snapshot.links.filter { parameters.nofollow == .follow || !$0.isNofollow }
        self.init(
            names: Set(snapshot.links.map(name).flatMap { [$0.from, $0.to] }), edges: counted.map(name),
            damping: parameters.damping)
    }

    /// 100·log10(PR / floor) / log10(reference), 0 … 100.
    package func score(_ node: Int, _ level: RankLevel) -> Double {
        let reference = level == .page ? 1e8 : 1e7
        return min(max(100 * log10(pagerank[node] / floor) / log10(reference), 0), 100)
    }
}
