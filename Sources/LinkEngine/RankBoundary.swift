import Glibc
import LinkModel
import SnapshotStore

/// Nodes whose floor ratio is given: sources of which a provider told the rank, and whose own in-links aren't all in the
/// snapshot, so that nothing better is known of them.
struct RankBoundary: Sendable {
    /// Ascending.
    let nodes: [UInt32]
    /// s of each, at least 1.
    let ratios: [Double]

    init(nodes: [UInt32], ratios: [Double]) {
        precondition(nodes.count == ratios.count)
        self.nodes = nodes
        self.ratios = ratios
    }

    /// The boundary of a snapshot at a level: pages by the rank of their page, hosts and domains by that of their registrable
    /// domain; where rows say different things, by the largest. Empty when the snapshot covers everything. One pass over the
    /// links; memory 2 bytes a node and 12 for each node on the boundary.
    init(_ snapshot: Snapshot, _ level: RankLevel) throws {
        let column: LinkColumn = level == .page ? .inlinkRank : .domainInlinkRank
        guard snapshot.nodeKind == .page, !snapshot.coverage.coversEverything, snapshot.links.holds(column) else {
            self.init(nodes: [], ratios: [])
            return
        }
        let scores = try SourceScores(snapshot, level, column)
        var nodes: [UInt32] = []
        var ratios: [Double] = []
        let candidates = scores.ranked
        try RankBoundary.dictionary(snapshot, level).forEachMember(candidates) { place, key in
            guard !RankBoundary.covers(snapshot.coverage, key, level),
                let rank = LinkRecord.rank(fromStored: scores.ofNodes[Int(candidates[place])])
            else { return }
            nodes.append(candidates[place])
            ratios.append(pow(10, Double(rank) / 100 * level.referenceExponent))
        }
        self.init(nodes: nodes, ratios: ratios)
    }

    private static func dictionary(_ snapshot: Snapshot, _ level: RankLevel) -> KeyDictionary {
        switch level {
        case .page, .node: snapshot.pages
        case .host: snapshot.hosts
        case .domain: snapshot.domains
        }
    }

    /// Whether all links to the node are in the snapshot; to a host or domain: to any page that it may have.
    private static func covers(_ coverage: CoverageSet, _ key: Span<UInt8>, _ level: RankLevel) -> Bool {
        switch level {
        case .page, .node: coverage.covers(key)
        case .host: coverage.covers([SortKey.hostRange(of: bytes(key))])
        case .domain: coverage.covers([SortKey.domainRange(of: bytes(key))])
        }
    }

    private static func bytes(_ key: Span<UInt8>) -> [UInt8] { key.indices.map { key[$0] } }
}

/// The providers' ranks of the sources, as LinkRecord stores them: 0 for nodes that aren't sources or have none.
private struct SourceScores {
    private(set) var ofNodes: [UInt8]

    var ranked: [UInt32] { ofNodes.indices.filter { ofNodes[$0] > 0 }.map { UInt32($0) } }

    init(_ snapshot: Snapshot, _ level: RankLevel, _ column: LinkColumn) throws {
        let hostOfPages = level == .page ? [] : try snapshot.hostOfPages()
        let hostDomains = level == .page ? [] : try snapshot.hostDomains()
        let groupCount =
            switch level {
            case .page, .node: snapshot.pages.count
            case .host, .domain: snapshot.domains.count
            }
        var scores = [UInt8](repeating: 0, count: groupCount)
        var isSource = [Bool](repeating: false, count: level == .host ? snapshot.hosts.count : 0)
        var rows = LinkBlock()
        var values: [UInt32] = []
        for block in 0..<snapshot.links.blockCount {
            try snapshot.links.decodeEndpoints(ofBlock: block, into: &rows)
            try snapshot.links.decode(column, ofBlock: block, into: &values)
            guard let last = rows.from[..<rows.count].max(), Int(last) < snapshot.pages.count else {
                throw snapshot.links.invalidRows(
                    block, nodeCount: snapshot.pages.count, name: "snapshot \(snapshot.id)")
            }
            for row in 0..<rows.count {
                var group = Int(rows.from[row])
                if level != .page {
                    let host = Int(hostOfPages[group])
                    if level == .host { isSource[host] = true }
                    group = Int(hostDomains[host])
                }
                scores[group] = max(scores[group], UInt8(truncatingIfNeeded: values[row]))
            }
        }
        // A host has the rank of its registrable domain, whichever host's row told it.
        ofNodes = level == .host ? isSource.indices.map { isSource[$0] ? scores[Int(hostDomains[$0])] : 0 } : scores
    }
}
