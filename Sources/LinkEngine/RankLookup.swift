import LinkModel
import SnapshotStore

/// The ranks that are shown beside links: scores by the default parameters, rounded half away from zero.
struct RankLookup: Sendable {
    private let nodes: RankResult
    private let domains: RankResult

    /// Reads the stored ranks, or computes (and stores) them.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    init(_ engine: Engine, _ snapshot: Snapshot) throws {
        try snapshot.requireHostNames()
        let nodeLevel: RankLevel =
            switch snapshot.nodeKind {
            case .page: .page
            case .host: .host
            case .domain: .domain
            case .number: .node
            }
        domains = try engine.rank(snapshot, RankParameters(level: .domain))
        nodes = nodeLevel == .domain ? domains : try engine.rank(snapshot, RankParameters(level: nodeLevel))
    }

    /// inlink_rank of a page (of a host or domain where those are the nodes), 0 … 100.
    func inlinkRank(ofPage page: UInt32) -> Int { Int(nodes.score(Int(page)).rounded()) }

    /// domain_inlink_rank of a registrable domain, 0 … 100.
    func domainInlinkRank(ofDomain domain: UInt32) -> Int { Int(domains.score(Int(domain)).rounded()) }
}
