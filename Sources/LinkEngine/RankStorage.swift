import Kernels
import LinkModel
package import SnapshotStore

extension Engine {
    /// The stored rank with these parameters, or else a computed (and stored) one. Memory: docs/rank.md; the links
    /// of pages and nodes are read from disk again in each iteration when they don't fit half the memory limit.
    /// - Throws: `EngineError` .usage for parameters without meaning, .notInThisSnapshot for a level that the snapshot
    ///   doesn't have, .notConverged.
    ///
    /// With `boundary: .provider` and no node on the boundary, the plain rank is returned (its parameters say so).
    package func rank(_ snapshot: Snapshot, _ parameters: RankParameters) throws -> RankResult {
        try rank(snapshot, parameters, start: { nil })
    }

    /// - start: the ratios to start from, by node; asked for only when the rank is computed.
    func rank(
        _ snapshot: Snapshot, _ parameters: RankParameters, start: () throws -> [Double]?
    ) throws -> RankResult {
        try parameters.validate()
        var parameters = parameters
        parameters.level = try snapshot.rankLevel(parameters.level)
        if let cached = recentRanks.result(snapshot, parameters) { return cached }
        let names = RankNames(parameters.level, snapshot)
        let solution: RankSolution
        var notStored: StoreError?
        if let stored = try snapshot.storedRank(parameters) {
            solution = stored
        } else {
            var boundary: RankBoundary?
            if parameters.boundary == .provider {
                boundary = try RankBoundary(snapshot, parameters.level)
                if boundary?.nodes.isEmpty == true {
                    parameters.boundary = .none
                    return try rank(snapshot, parameters)
                }
            }
            solution = try computeRank(snapshot, parameters, boundary, start: start())
            if options.savesRanks { notStored = try snapshot.storeRank(solution, parameters) }
        }
        let result = RankResult(parameters, solution, names: names, notStored: notStored)
        recentRanks.keep(result, of: snapshot, byteLimit: options.memoryLimit / 4)
        return result
    }

    func computeRank(
        _ snapshot: Snapshot, _ parameters: RankParameters, _ boundary: RankBoundary?, start: [Double]? = nil
    ) throws -> RankSolution {
        let nodeCount = snapshot.nodeCount(parameters.level)
        // Places in two vectors of nodes are UInt32.
        guard nodeCount <= Int(Int32.max) else {
            throw EngineError(
                .usage,
                "the level \(parameters.level) has \(nodeCount) nodes, more than the \(Int32.max) that can be ranked: use "
                    + "--level host or domain")
        }
        let droppedFlags = parameters.nofollow == .drop ? UInt32(LinkFlags.nofollow.rawValue) : 0
        let memoryLimit = options.memoryLimit / 2
        // Rows made and rows kept, and vectors. Where memory is short, what is freed goes back to the system instead.
        let byteCount = 64 * nodeCount + 2 * LinkPairs.largestByteCount(snapshot.links, nodeCount: nodeCount)
        if options.ownsProcess, byteCount <= memoryLimit { Heap.layTogether(byteCount: byteCount) }
        let phases = RankPhases()
        let graph: RankGraph
        if snapshot.nodesAre(parameters.level) {
            graph = try RankGraph(
                pagesOf: snapshot, dropping: droppedFlags, isWhole: boundary != nil, memoryLimit: memoryLimit,
                threads: options.threads)
        } else {
            var group = snapshot.nodeKind == .page ? try snapshot.hostOfPages() : []
            var groupCount = snapshot.hosts.count
            if parameters.level == .domain {
                let domains = try snapshot.hostDomains()
                // In host graphs a page is its own host.
                group = snapshot.nodeKind == .page ? group.map { domains[Int($0)] } : domains
                groupCount = snapshot.domains.count
            }
            graph = try RankGraph(
                groupsOf: snapshot, group: group, groupCount: groupCount, dropping: droppedFlags,
                isWhole: boundary != nil, memoryLimit: memoryLimit, threads: options.threads)
        }
        guard let boundary else {
            var solver = RankCoreSolver(
                graph: graph, damping: parameters.damping, tolerance: parameters.tolerance, threads: options.threads,
                start: start, progress: options.progress)
            solver.phases = phases
            return try solver.solve()
        }
        return try RankBoundarySolver(
            graph: graph, damping: parameters.damping, tolerance: parameters.tolerance, threads: options.threads,
            boundary: boundary, progress: options.progress
        ).solve()
    }
}

extension Snapshot {
    /// The level asked for, as it is computed and stored: `node` of a page snapshot is `page`.
    func rankLevel(_ level: RankLevel) throws -> RankLevel {
        switch (level, nodeKind) {
        case (.node, .page): return .page
        case (.node, _), (.page, .page), (.host, .page), (.domain, .page): return level
        case (.host, .host), (.host, .domain), (.domain, .host), (.domain, .domain): return level
        case (.page, _), (.host, .number), (.domain, .number):
            let kind = nodeKind == .number ? "numbered nodes" : "\(nodeKind.rawValue) names"
            throw EngineError(
                .notInThisSnapshot,
                "snapshot \(id) is a graph of \(kind) and has no \(level.rawValue) level: use --level node")
        }
    }

    /// Whether the nodes of the level are the snapshot's own pages.
    fileprivate func nodesAre(_ level: RankLevel) -> Bool {
        switch level {
        case .page, .node: true
        case .host: nodeKind != .page
        case .domain: nodeKind == .domain
        }
    }

    /// How many nodes a level has.
    func nodeCount(_ level: RankLevel) -> Int {
        switch level {
        case .page, .node: pages.count
        case .host: hosts.count
        case .domain: domains.count
        }
    }
}

extension RankParameters {
    /// Changes whenever the same parameters may give other bits.
    private static let algorithm = "core-gauss-seidel-3"
    private static let boundaryAlgorithm = "boundary-iteration-1"
    static let rankColumn = "pagerank"

    /// What identifies a stored rank.
    var stored: [String: String] {
        var text = [
            "level": level.rawValue, "damping": "\(damping)", "tolerance": "\(tolerance)",
            "nofollow": nofollow.rawValue, "algorithm": Self.algorithm,
        ]
        if boundary == .provider {
            text["algorithm"] = Self.boundaryAlgorithm
            text["boundary"] = boundary.rawValue
            // d_j counts the links that the snapshot holds: providers' rows don't say how many there are.
            text["out_degrees"] = "known"
        }
        if let warmStart { text["warm_start"] = warmStart }
        return text
    }

    /// "domain-1f2e3d4c5b6a7988": the level, and the XXH64 of all of `stored` as "key=value" lines in key order.
    ///
    /// Safety: the text's bytes are read within the closure.
    var storedName: String {
        let text = stored.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        let hash = unsafe Array(text.utf8).withUnsafeBytes { unsafe Checksum.xxh64($0) }
        let digits = String(hash, radix: 16)
        return "\(level.rawValue)-\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }
}

extension Snapshot {
    /// nil when there is none with these parameters, or a damaged one: it can be computed anew, and replaced.
    fileprivate func storedRank(_ parameters: RankParameters) throws -> RankSolution? {
        do {
            return try soundRank(parameters)
        } catch let error as StoreError where error.kind == .corrupt {
            return nil
        }
    }

    private func soundRank(_ parameters: RankParameters) throws -> RankSolution? {
        guard var solution = storedRankSummary(parameters) else { return nil }
        solution.pagerank = try derivedDoubles(named: parameters.storedName, column: RankParameters.rankColumn)
        guard solution.pagerank.count == nodeCount(parameters.level),
            unsafe solution.pagerank.withUnsafeBufferPointer(Self.areRanks)
        else { return nil }
        return solution
    }

    /// A stored rank with these parameters, to read single nodes' ranks of; nil when there is none, or a damaged one. Damaged
    /// blocks are found when they are read.
    func storedRankColumn(_ parameters: RankParameters) throws -> (ranks: StoredDoubles, floor: Double)? {
        guard let summary = storedRankSummary(parameters) else { return nil }
        do {
            let ranks = try storedDoubles(named: parameters.storedName, column: RankParameters.rankColumn)
            return ranks.count == nodeCount(parameters.level) ? (ranks, summary.floor) : nil
        } catch let error as StoreError where error.kind == .corrupt {
            return nil
        }
    }

    /// What the manifest says of a stored rank with these parameters; without the ranks themselves.
    private func storedRankSummary(_ parameters: RankParameters) -> RankSolution? {
        guard let summary = derivedSummary(named: parameters.storedName) else { return nil }
        let stored = summary.parameters
        guard parameters.stored.allSatisfy({ stored[$0.key] == $0.value }),
            let iterationCount = stored["iterations"].flatMap({ Int($0) }),
            let bound = stored["bound"].flatMap({ Double($0) }),
            let floor = stored["floor"].flatMap({ Double($0) }),
            let edgeCount = stored["edges"].flatMap({ UInt64($0) }),
            let boundaryNodeCount = parameters.boundary == .none ? 0 : stored["boundary_nodes"].flatMap({ Int($0) }),
            floor.isFinite, floor > 0
        else { return nil }
        return RankSolution(
            floor: floor, bound: bound, iterationCount: iterationCount, edgeCount: edgeCount,
            boundaryNodeCount: boundaryNodeCount)
    }

    /// All finite and none negative. One comparison a value: what isn't a number is in no range.
    ///
    /// Safety: indexes are below the count, and the caller lends the values for the call.
    private static func areRanks(_ values: UnsafeBufferPointer<Double>) -> Bool {
        var wrongCount = 0
        for index in 0..<values.count {
            wrongCount &+= unsafe values[index] >= 0 && values[index] <= .greatestFiniteMagnitude ? 0 : 1
        }
        return wrongCount == 0
    }

    /// A store that can't be written now (read-only, locked, full) keeps no rank: that is no reason not to answer. Returns
    /// why it doesn't.
    fileprivate func storeRank(_ solution: RankSolution, _ parameters: RankParameters) throws -> StoreError? {
        var text = parameters.stored
        text["iterations"] = "\(solution.iterationCount)"
        text["bound"] = "\(solution.bound)"
        text["floor"] = "\(solution.floor)"
        text["edges"] = "\(solution.edgeCount)"
        text["nodes"] = "\(solution.pagerank.count)"
        if parameters.boundary != .none { text["boundary_nodes"] = "\(solution.boundaryNodeCount)" }
        text["scale"] = "ilr-floor-v1"
        text["s_ref"] = "1e\(Int(parameters.level.referenceExponent))"
        do {
            try addDerived(
                named: parameters.storedName, parameters: text,
                doubles: [(column: RankParameters.rankColumn, values: solution.pagerank)])
            return nil
        } catch let error as StoreError where error.kind != .corrupt {
            return error
        }
    }
}
