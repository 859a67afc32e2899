import Glibc
import LinkModel
package import SnapshotStore

/// PageRank of every node of one level of a snapshot.
package final class RankResult: Sendable {
    /// As asked for, with the level `node` of a page snapshot turned into `page`.
    package let parameters: RankParameters
    package let iterationCount: Int
    /// At least ‖pagerank − PageRank‖₁: see `RankCoreSolver`; with a boundary see `RankBoundarySolver`.
    package let bound: Double
    /// The PageRank of a node that nothing links to.
    package let floor: Double
    /// One for each page, host or domain of the snapshot, in its order; sums to 1.
    package let pagerank: [Double]
    /// Distinct (from, to) pairs that counted.
    package let edgeCount: UInt64
    /// How many nodes kept what their provider says of them; 0 unless asked for.
    package let boundaryNodeCount: Int
    /// Why the rank, computed now, isn't in the store; nil when it is there, or was not to be put there.
    package let notStored: StoreError?
    private let names: RankNames

    init(_ parameters: RankParameters, _ solution: RankSolution, names: RankNames, notStored: StoreError? = nil) {
        self.parameters = parameters
        iterationCount = solution.iterationCount
        bound = solution.bound
        floor = solution.floor
        pagerank = solution.pagerank
        edgeCount = solution.edgeCount
        boundaryNodeCount = solution.boundaryNodeCount
        self.notStored = notStored
        self.names = names
    }

    /// s = pagerank / floor; exactly 1 where no counted link arrives.
    package func floorRatio(_ node: Int) -> Double { pagerank[node] / floor }

    /// ilr-floor-v1, 0 … 100: 100 · log₁₀ s / log₁₀ S_ref. Exactly 0 where no counted link arrives.
    package func score(_ node: Int) -> Double { parameters.level.score(floorRatio: floorRatio(node)) }

    /// The nodes in falling order of PageRank, ties by name (as printed, bytewise); at most `limit`. O(nodes) time;
    /// memory for the nodes returned, and for the names in one group of equal ranks (for pages 12 bytes each).
    package func top(_ limit: Int?) throws -> [Int] {
        try RankOrder(pagerank, names).top(min(max(limit ?? pagerank.count, 0), pagerank.count))
    }

    /// URL, host name, domain name or number.
    package func name(_ node: Int) throws -> String { try names.name(node) }

    /// The names of distinct nodes, in the order of the nodes. Each block of names is read once, whatever the order: ask for
    /// many at a time.
    package func names(_ nodes: ArraySlice<Int>) throws -> [String] {
        let order = nodes.indices.sorted { nodes[$0] < nodes[$1] }
        var texts = Array(repeating: "", count: nodes.count)
        var next = 0
        try names.forEachName(order.map { UInt32(nodes[$0]) }) { _, name in
            texts[order[next] - nodes.startIndex] = name
            next += 1
        }
        return texts
    }
}

/// The printed names of the nodes of a rank.
enum RankNames: Sendable {
    case pages(Snapshot)
    case hosts(Snapshot)
    case domains(Snapshot)
    /// Nodes named by their index.
    case indexes

    init(_ level: RankLevel, _ snapshot: Snapshot) {
        switch level {
        case .page, .node: self = .pages(snapshot)
        case .host: self = .hosts(snapshot)
        case .domain: self = .domains(snapshot)
        }
    }

    func name(_ node: Int) throws -> String {
        switch self {
        case .pages(let snapshot):
            let key = try snapshot.pages.key(at: node)
            return SortKey.text(of: key.span, kind: snapshot.nodeKind)
        case .hosts(let snapshot):
            let key = try snapshot.hosts.key(at: node)
            return SortKey.hostName(ofHostKey: key.span)
        case .domains(let snapshot):
            let key = try snapshot.domains.key(at: node)
            return SortKey.hostName(ofHostKey: key.span)
        case .indexes: return String(node)
        }
    }

    /// Calls the body with the names of these nodes (ascending, distinct), in order.
    func forEachName(_ nodes: [UInt32], _ body: (_ node: UInt32, _ name: String) -> Void) throws {
        switch self {
        case .pages(let snapshot):
            let kind = snapshot.nodeKind
            try snapshot.pages.forEachMember(nodes) { body(nodes[$0], SortKey.text(of: $1, kind: kind)) }
        case .hosts(let snapshot):
            try snapshot.hosts.forEachMember(nodes) { body(nodes[$0], SortKey.hostName(ofHostKey: $1)) }
        case .domains(let snapshot):
            try snapshot.domains.forEachMember(nodes) { body(nodes[$0], SortKey.hostName(ofHostKey: $1)) }
        case .indexes:
            for node in nodes { body(node, String(node)) }
        }
    }
}

extension RankLevel {
    /// `RankResult.score` of a node with that floor ratio.
    func score(floorRatio: Double) -> Double { min(max(100 * log10(floorRatio) / referenceExponent, 0), 100) }
}
