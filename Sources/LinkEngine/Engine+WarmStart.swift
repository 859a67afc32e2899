import LinkModel
package import SnapshotStore

extension Engine {
    /// The rank of a snapshot, computed from the stored rank of an earlier one with the same parameters: within the same bound
    /// in fewer iterations, and with other last bits. So it is stored under a name of its own, and which rank it started from
    /// (`warmStart`) belongs to its parameters. Memory: 8 bytes a node more than a cold start, and 4 for each node of both.
    /// - Throws: `EngineError.usage` when the earlier snapshot has no such rank or other nodes, or with a boundary; and
    ///   what `rank(_:_:)` throws.
    package func rank(
        _ snapshot: Snapshot, _ parameters: RankParameters, startingFrom earlier: Snapshot
    ) throws -> RankResult {
        try parameters.validate()
        var parameters = parameters
        parameters.level = try snapshot.rankLevel(parameters.level)
        guard parameters.boundary == .none else {
            throw EngineError(
                .usage, "a rank with a boundary starts from the boundary: leave out --warm-start or --boundary")
        }
        guard earlier.nodeKind == snapshot.nodeKind else {
            throw EngineError(
                .usage,
                "snapshot \(earlier.id) holds \(earlier.nodeKind.rawValue) nodes and \(snapshot.id) \(snapshot.nodeKind.rawValue) "
                    + "nodes: name one with the same kind")
        }
        guard let name = earlier.rankName(toStart: parameters) else {
            throw EngineError(
                .usage,
                "snapshot \(earlier.id) holds no rank with these parameters to start from: compute it with `strata rank "
                    + "--snapshot \(earlier.id)` and the same options first")
        }
        parameters.warmStart = "\(earlier.id)/\(name)"
        let level = parameters.level
        return try rank(snapshot, parameters, start: { try startRatios(snapshot, earlier, name, level) })
    }

    /// Whether an earlier snapshot's manifest names a rank that `rank(_:_:startingFrom:)` can start from.
    package func canStart(_ parameters: RankParameters, of snapshot: Snapshot, from earlier: Manifest) -> Bool {
        guard let level = try? snapshot.rankLevel(parameters.level), earlier.nodeKind == snapshot.nodeKind else {
            return false
        }
        var parameters = parameters
        parameters.level = level
        return parameters.nameToStart(among: earlier.derived) != nil
    }

    /// The earlier ratios of the nodes that both have, 1 for new ones.
    private func startRatios(
        _ snapshot: Snapshot, _ earlier: Snapshot, _ name: String, _ level: RankLevel
    ) throws -> [Double] {
        let ranks = try earlier.derivedDoubles(named: name, column: RankParameters.rankColumn)
        let floor = earlier.derivedSummary(named: name)?.parameters["floor"].flatMap { Double($0) }
        guard let floor, floor.isFinite, floor > 0, ranks.count == earlier.nodeCount(level),
            ranks.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw EngineError(
                .usage,
                "the rank \(name) of snapshot \(earlier.id) is damaged: compute it anew with `strata rank --snapshot \(earlier.id)`"
            )
        }
        let (old, new) = (earlier.keys(of: level), snapshot.keys(of: level))
        let union = try UnionMap(old, new, threads: options.threads)
        var ratios = [Double](repeating: 1, count: new.count)
        var next = 0
        let places = union.old.places
        for (node, place) in union.new.places.enumerated() {
            while next < places.count, places[next] < place { next += 1 }
            if next < places.count, places[next] == place { ratios[node] = ranks[next] / floor }
        }
        return ratios
    }
}

extension Snapshot {
    fileprivate func rankName(toStart parameters: RankParameters) -> String? {
        parameters.nameToStart(among: manifest.derived)
    }

    /// The names of the level's nodes.
    fileprivate func keys(of level: RankLevel) -> KeyDictionary {
        switch level {
        case .page, .node: pages
        case .host: hosts
        case .domain: domains
        }
    }
}

extension RankParameters {
    /// The stored rank with these parameters: one that started cold before those that started warm, which are taken in the
    /// order of their names.
    fileprivate func nameToStart(among derived: [Manifest.DerivedSummary]) -> String? {
        let wanted = stored.filter { $0.key != "warm_start" }
        let fitting = derived.filter { summary in
            summary.parameters["boundary"] == nil && wanted.allSatisfy { summary.parameters[$0.key] == $0.value }
        }
        let cold = fitting.first { $0.parameters["warm_start"] == nil }
        return (cold ?? fitting.min { $0.name < $1.name })?.name
    }
}
