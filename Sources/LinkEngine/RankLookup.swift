import LinkModel
import SnapshotStore

/// The ranks that are shown beside links: scores by the default parameters, rounded half away from zero.
struct RankLookup: Sendable {
    private let nodes: InlinkScores
    private let domains: InlinkScores

    /// Finds the stored ranks, or computes (and stores) them.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    init(_ engine: Engine, _ snapshot: Snapshot) throws {
        try snapshot.requireHostNames()
        let levels = snapshot.shownLevels
        domains = try InlinkScores(engine, snapshot, levels.domains)
        nodes = levels.nodes == levels.domains ? domains : try InlinkScores(engine, snapshot, levels.nodes)
    }

    /// inlink_rank of a page (of a host or domain where those are the nodes), 0 … 100.
    func inlinkRank(ofPage page: UInt32) throws -> Int { Int(try nodes.score(Int(page)).rounded()) }

    /// domain_inlink_rank of a registrable domain, 0 … 100.
    func domainInlinkRank(ofDomain domain: UInt32) throws -> Int { Int(try domains.score(Int(domain)).rounded()) }
}

extension Snapshot {
    /// The levels whose ranks are shown beside links. Not for graphs without host names.
    var shownLevels: (nodes: RankLevel, domains: RankLevel) {
        switch nodeKind {
        case .page: (.page, .domain)
        case .host: (.host, .domain)
        case .domain: (.domain, .domain)
        case .number: (.node, .node)
        }
    }
}
