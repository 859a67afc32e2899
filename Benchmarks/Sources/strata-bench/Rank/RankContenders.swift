import LinkEngine
import LinkModel
import SnapshotStore

/// What ranks one snapshot in turn: the engine to two tolerances and with less and less memory, and the baseline. Each run's true error is
/// measured.
struct RankContenders {
    let store: Store
    let id: SnapshotID
    /// For messages.
    let edges: String
    let threads: Int
    let reference: String

    func all() throws -> [Contender] {
        let graph = try Graph(store.snapshot(id))
        guard graph.edgeCount > 0 else {
            throw BenchError(
                "\(edges): expected links from one node to another, found only nodes that link to themselves")
        }
        let reference = try ReferenceRank.cached(graph, in: reference)
        // Rows as they are get half of the memory.
        let rowByteCount = try measure(tolerance: 1).rowByteCount
        let kept = strata("strata 1e-06", 1e-6, max(2 << 30, 2 * rowByteCount), .kept, graph, reference)
        let double = strata("strata 1e-09", 1e-9, max(2 << 30, 2 * rowByteCount), .kept, graph, reference)
        var contenders = [kept, double, baseline(graph, reference)]
        for (name, memoryLimit, rows) in [
            // Too little for them as they are; too little for them in small, too.
            ("strata, packed rows", 2 * rowByteCount - 2, RankRowStorage.packed),
            ("strata, rows from the store", 2, .stored),
        ] {
            if try measure(tolerance: 1, memoryLimit: memoryLimit).rows == rows {
                contenders.append(strata(name, 1e-6, memoryLimit, rows, graph, reference))
            } else {
                Note.write("\(edges): too few links for the contender \"\(name)\": it is left out")
            }
        }
        return contenders
    }

    private func measure(tolerance: Double, memoryLimit: Int? = nil) throws -> RankMeasurement {
        var settings = Engine.Options(threads: threads, savesRanks: false, ownsProcess: true)
        if let memoryLimit { settings.memoryLimit = memoryLimit }
        return try Engine(settings).measureRank(
            store.snapshot(id), RankParameters(level: .node, tolerance: tolerance))
    }

    private func strata(
        _ name: String, _ tolerance: Double, _ memoryLimit: Int, _ rows: RankRowStorage, _ graph: Graph,
        _ reference: [Double]
    ) -> Contender {
        Contender(name: name, elementCount: graph.edgeCount) {
            // Opened anew: blocks are verified once an opening.
            let snapshot = try store.snapshot(id)
            var settings = Engine.Options(threads: threads, savesRanks: false, ownsProcess: true)
            settings.memoryLimit = memoryLimit
            let engine = Engine(settings)
            let began = monotonicSeconds()
            let result = try engine.measureRank(snapshot, RankParameters(level: .node, tolerance: tolerance))
            let seconds = monotonicSeconds() - began
            guard result.rows == rows else {
                throw BenchError("\(name): expected a rank whose rows are \(rows), found them \(result.rows)")
            }
            let error = ReferenceRank.distance(result.pagerank, reference)
            guard error <= tolerance else {
                throw BenchError("\(name): expected a true error of \(tolerance) at most, found \(error)")
            }
            var figures = ["iterations": Double(result.iterationCount), "bound": result.bound, "error": error]
            for phase in result.phases.seconds { figures["\(phase.phase) ms"] = phase.seconds * 1_000 }
            // All of an iteration but the last one, which is the expansion: the sweep over the rows, and the acceleration's passes
            // over the vectors.
            let sweeps = result.phases.seconds.first { $0.phase == "iterate" }
            figures["ms a sweep"] = (sweeps?.seconds ?? 0) * 1_000 / Double(max(result.iterationCount - 1, 1))
            return Contender.Outcome(hash: ResultHash.of(result.pagerank), seconds: seconds, figures: figures)
        }
    }

    private func baseline(_ graph: Graph, _ reference: [Double]) -> Contender {
        let sweeps = PlainSweeps(graph)
        return Contender(name: "baseline: GAPBS's algorithm", elementCount: graph.edgeCount) {
            let began = monotonicSeconds()
            let count = try sweeps.solve(threads: threads)
            let seconds = monotonicSeconds() - began
            let error = ReferenceRank.distance(sweeps.ranks(), reference)
            return Contender.Outcome(
                hash: nil, seconds: seconds, figures: ["iterations": Double(count), "error": error])
        }
    }
}
