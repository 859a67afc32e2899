package import SnapshotStore

extension Engine {
    /// Computes the snapshot's stored ranks again, and holds the stored ones against them: two vectors that are each as near to
    /// PageRank as their bounds say differ by no more than both bounds. For `verify --deep`.
    ///
    /// Time and memory: those of the ranks. Results of other programs, and boundary ranks of another algorithm, whose fixed point
    /// isn't ours, are passed over.
    /// - Returns: how many were computed again.
    /// - Throws: `StoreError` .corrupt for a rank that is none of this snapshot; like `rank(_:_:)`.
    @discardableResult
    package func verifyRanks(of snapshot: Snapshot) throws -> Int {
        var count = 0
        for result in snapshot.manifest.derived {
            guard let parameters = RankParameters(stored: result.parameters) else { continue }
            guard let bound = result.parameters["bound"].flatMap(Double.init), (0...Self.largestBound).contains(bound)
            else {
                throw fault(result, of: snapshot, expected: "a bound up to \(Self.largestBound)", found: "another one")
            }
            guard result.columns.contains(where: { $0.file.contains(".\(RankParameters.rankColumn)") }) else {
                throw fault(result, of: snapshot, expected: "a column \(RankParameters.rankColumn)", found: "none")
            }
            let stored = try snapshot.derivedDoubles(named: result.name, column: RankParameters.rankColumn)
            let boundary = parameters.boundary == .provider ? try RankBoundary(snapshot, parameters.level) : nil
            let computed = try computeRank(snapshot, parameters, boundary)
            let distance = zip(stored, computed.pagerank).reduce(into: 0.0) { $0 += abs($1.0 - $1.1) }
            // Each is scaled by a sum that double precision knows so well.
            let allowed = bound + computed.bound + max(1e-13, 0x1p-50 / (1 - parameters.damping))
            guard stored.count == computed.pagerank.count, distance <= allowed else {
                throw fault(
                    result, of: snapshot, expected: "PageRank, to \(allowed)",
                    found: "ranks that differ from it by \(distance) in all")
            }
            for (name, value) in [
                ("edges", "\(computed.edgeCount)"), ("nodes", "\(computed.pagerank.count)"),
                ("boundary_nodes", "\(computed.boundaryNodeCount)"),
            ] {
                guard let found = result.parameters[name], found != value else { continue }
                throw fault(result, of: snapshot, expected: "\(value) as \(name)", found: found)
            }
            let floor = result.parameters["floor"].flatMap(Double.init) ?? .nan
            guard abs(floor - computed.floor) <= allowed else {
                throw fault(result, of: snapshot, expected: "the floor \(computed.floor)", found: "\(floor)")
            }
            count += 1
        }
        return count
    }

    /// Above it a bound says nothing: ranks sum to 1.
    private static var largestBound: Double { 0.5 }

    private func fault(
        _ result: Manifest.DerivedSummary, of snapshot: Snapshot, expected: String, found: String
    ) -> StoreError {
        StoreError(
            .corrupt,
            "snapshot \(snapshot.id), \(result.columns.first?.file ?? result.name): expected \(expected), found \(found). The checksums are "
                + "right, so a program wrote it so: remove the snapshot (`strata remove \(snapshot.id)`), then import its data again or restore it from a backup "
                + "(`strata restore`); and please report it.")
    }
}

extension RankParameters {
    /// What a stored rank was computed with; nil when this program can't tell, or computes something else.
    fileprivate init?(stored: [String: String]) {
        guard let level = stored["level"].flatMap(RankLevel.init), let damping = stored["damping"].flatMap(Double.init),
            let tolerance = stored["tolerance"].flatMap(Double.init),
            let nofollow = stored["nofollow"].flatMap(NofollowRule.init)
        else { return nil }
        // Whose meaning isn't ours, or not known.
        guard stored["scale"] != nil, Set(stored.keys).isSubset(of: Self.storedNames) else { return nil }
        var boundary = RankBoundaryRule.none
        if let text = stored["boundary"] {
            guard let rule = RankBoundaryRule(rawValue: text) else { return nil }
            boundary = rule
        }
        self.init(level: level, damping: damping, tolerance: tolerance, nofollow: nofollow, boundary: boundary)
        guard boundary == .none || stored["algorithm"] == self.stored["algorithm"], (try? validate()) != nil else {
            return nil
        }
    }

    /// All that `storeRank` writes.
    private static let storedNames: Set = [
        "level", "damping", "tolerance", "nofollow", "algorithm", "boundary", "out_degrees", "warm_start", "iterations",
        "bound", "floor",
        "edges", "nodes", "boundary_nodes", "scale", "s_ref",
    ]
}
