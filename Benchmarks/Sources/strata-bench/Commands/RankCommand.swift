import ArgumentParser
import FoundationEssentials
import Glibc
import LinkEngine
import LinkModel
import SnapshotImport
import SnapshotStore

/// PageRank of an edge list, from an opened snapshot: seconds, iterations and the true error against a reference.
struct RankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank", abstract: "Time PageRank against the baseline, and measure its true error.")

    @Argument(help: "An edge list, from<TAB>to; .gz too.")
    var edges: String

    @Option(help: "A folder to keep the store and the reference in; a new one each time otherwise.")
    var work: String?

    @Flag(
        help: "Read names of contenders from standard input, run each once, print JSON: for a program that alternates.")
    var interactive = false

    @OptionGroup var options: ReportOptions

    static let name = "2026-01-01"

    func run() throws {
        let scratch = try work == nil ? Scratch() : nil
        let folder = work ?? scratch?.path ?? ""
        let store = try store(in: folder)
        guard let id = SnapshotID(Self.name) else { throw BenchError("no id") }
        let graph = try Graph(store.snapshot(id))
        let reference = try ReferenceRank.cached(graph, in: "\(folder)/reference.f64")
        let baseline = PlainSweeps(graph)
        let threads = options.threads
        func strata(
            _ tolerance: Double, memoryLimit: Int? = nil, _ rows: RankRowStorage = .kept, as name: String? = nil
        ) -> Contender {
            Contender(name: name ?? "strata \(tolerance)", elementCount: graph.edgeCount) {
                // Opened anew: blocks are verified once an opening.
                let snapshot = try store.snapshot(id)
                var settings = Engine.Options(threads: threads, savesRanks: false)
                if let memoryLimit { settings.memoryLimit = memoryLimit }
                let engine = Engine(settings)
                let began = monotonicSeconds()
                let result = try engine.measureRank(
                    snapshot, RankParameters(level: .node, tolerance: tolerance))
                let seconds = monotonicSeconds() - began
                guard result.rows == rows else { throw BenchError("the rows are \(result.rows), not \(rows)") }
                let error = ReferenceRank.distance(result.pagerank, reference)
                guard error <= tolerance else {
                    throw BenchError("the true error \(error) is above the tolerance \(tolerance)")
                }
                var figures = [
                    "iterations": Double(result.iterationCount), "bound": result.bound, "error": error,
                ]
                for phase in result.phases.seconds { figures["\(phase.phase) ms"] = phase.seconds * 1_000 }
                // The last of them is the expansion.
                let sweeps = result.phases.seconds.first { $0.phase == "iterate" }
                figures["ms a sweep"] = (sweeps?.seconds ?? 0) * 1_000 / Double(max(result.iterationCount - 1, 1))
                return Contender.Outcome(
                    hash: ResultHash.of(result.pagerank), seconds: seconds, figures: figures)
            }
        }
        let plain = Contender(name: "baseline: GAPBS's algorithm", elementCount: graph.edgeCount) {
            let began = monotonicSeconds()
            let count = try baseline.solve(threads: threads)
            let seconds = monotonicSeconds() - began
            // Threads race: the result is never the same twice.
            return Contender.Outcome(
                hash: 0, seconds: seconds,
                figures: [
                    "iterations": Double(count), "error": ReferenceRank.distance(baseline.ranks(), reference),
                ])
        }
        // Rows don't fit as they are (the engine takes half for them) but packed; nor packed.
        let rowByteCount = try Engine(Engine.Options(threads: threads, savesRanks: false)).measureRank(
            store.snapshot(id), RankParameters(level: .node, tolerance: 1)
        ).rowByteCount
        let contenders = [
            strata(1e-6), strata(1e-9), plain,
            strata(1e-6, memoryLimit: 2 * rowByteCount - 2, .packed, as: "strata, packed rows"),
            strata(1e-6, memoryLimit: 2, .stored, as: "strata, rows from the store"),
        ]
        if interactive { return try answer(contenders) }
        try options.print(
            options.series.measure(contenders), job: "PageRank of \(edges.split(separator: "/").last ?? "")")
    }

    private func store(in folder: String) throws -> Store {
        let store = try Store.openOrCreate("\(folder)/store")
        guard let id = SnapshotID(Self.name) else { throw BenchError("no id") }
        if try store.snapshotIDs().contains(id) { return store }
        var settings = ImportOptions(snapshotID: id)
        settings.threads = options.threads
        _ = try EdgeImport(edges: edges).run(into: store, settings)
        return store
    }

    private func answer(_ contenders: [Contender]) throws {
        print("ready")
        fflush(nil)
        while let name = readLine() {
            guard let contender = contenders.first(where: { $0.name == name }) else {
                throw BenchError("\(name): there are \(contenders.map(\.name))")
            }
            let outcome = try contender.run()
            var figures = outcome.figures
            figures["seconds"] = outcome.seconds
            print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
            fflush(nil)
        }
    }
}
