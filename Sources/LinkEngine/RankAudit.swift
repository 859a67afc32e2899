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
            guard let bound = result.parameters["bound"].flatMap(Double.init), bound >= 0 else {
                throw fault(result, of: snapshot, expected: "a bound", found: "none")
            }
            let stored = try snapshot.derivedDoubles(named: result.name, column: RankParameters.rankColumn)
            let boundary = parameters.boundary == .provider ? try RankBoundary(snapshot, parameters.level) : nil
            let computed = try computeRank(snapshot, parameters, boundary)
            let distance = zip(stored, computed.pagerank).reduce(into: 0.0) { $0 += abs($1.0 - $1.1) }
            guard stored.count == computed.pagerank.count,
                distance <= bound + computed.bound + Self.roundingSlack
            else {
                throw fault(
                    result, of: snapshot, expected: "PageRank, to \(bound)",
                    found: "ranks that differ from it by \(distance) in all")
            }
            count += 1
        }
        return count
    }

    /// Both vectors are scaled to sum to 1 in double precision at the end.
    private static var roundingSlack: Double { 1e-13 }

    private func fault(
        _ result: Manifest.DerivedSummary, of snapshot: Snapshot, expected: String, found: String
    ) -> StoreError {
        StoreError(
            .corrupt,
            "snapshot \(snapshot.id), \(result.columns.first?.file ?? result.name): expected \(expected), found \(found). The checksums are "
                + "right, so a program wrote it so: restore the snapshot from a backup, or remove it (`strata remove \(snapshot.id)`) and "
                + "import its data again; and please report it.")
    }
}

extension RankParameters {
    /// What a stored rank was computed with; nil when this program can't tell, or computes something else.
    fileprivate init?(stored: [String: String]) {
        guard let level = stored["level"].flatMap(RankLevel.init), let damping = stored["damping"].flatMap(Double.init),
            let tolerance = stored["tolerance"].flatMap(Double.init),
            let nofollow = stored["nofollow"].flatMap(NofollowRule.init)
        else { return nil }
        let boundary = stored["boundary"].flatMap(RankBoundaryRule.init) ?? .none
        self.init(level: level, damping: damping, tolerance: tolerance, nofollow: nofollow, boundary: boundary)
        guard boundary == .none || stored["algorithm"] == self.stored["algorithm"], (try? validate()) != nil else {
            return nil
        }
    }
}
