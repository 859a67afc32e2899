import ArgumentParser
import CAllocationCounter
import FoundationEssentials
import LinkEngine
import LinkModel
import SnapshotImport
import SnapshotStore

/// What is the same on every machine: sizes, iterations, blocks decoded and allocations on one thread. A check against kept figures is a test.
struct CountersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "counters",
        abstract: "Count bytes a link, iterations, blocks read and allocations; compare with kept figures.")

    @Option(help: "Rows of the generated table, which goes to /tmp: 1,000 to 10,000,000.")
    var rows = 50_000

    @Option(help: "Fail when a figure is worse than in this file, which an earlier run printed with the same --rows.")
    var check: String?

    /// Sizes and bytes read may grow by less than 2 %, calls of malloc by 10 %; iterations and blocks read not at all.
    static let tolerances: [(prefix: String, factor: Double)] = [
        ("bytes", 1.02), ("allocations", 1.10), ("iterations", 1),
    ]

    func validate() throws {
        try NumberRange.check("--rows", rows, 1_000...10_000_000)
    }

    func run() throws {
        // Before the work of a minute.
        let kept = try check.map(Self.figures)
        let counters = try Self.count(rows: rows)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(counters), as: UTF8.self))
        guard let check, let kept else { return }
        var complaints: [String] = []
        for name in Set(kept.keys).union(counters.keys).sorted() {
            guard let old = kept[name], let new = counters[name] else {
                complaints.append("\(name) is only in \(kept[name] == nil ? "this run" : check)")
                continue
            }
            let factor = Self.tolerances.first { name.hasPrefix($0.prefix) }?.factor ?? 1
            if new > old * factor { complaints.append("\(name): \(new), was \(old)") }
            if new < old / factor && factor == 1.02 {
                Note.write("smaller by 2 % or more: \(name): \(new), was \(old); keep the new figure")
            }
        }
        guard complaints.isEmpty else {
            throw BenchError("worse than \(check):\n  " + complaints.joined(separator: "\n  "))
        }
        Note.write("\(counters.count) counters are no worse than in \(check)")
    }

    /// What an earlier run printed.
    private static func figures(in path: String) throws -> [String: Double] {
        let next = "Make new ones from commits that are known to be well: strata-bench counters >\(path)"
        let bytes: [UInt8]
        do {
            bytes = try TextFile.bytes(path)
        } catch {
            throw BenchError("--check \(error)\nExpected the figures of an earlier run. \(next)")
        }
        guard let kept = try? JSONDecoder().decode([String: Double].self, from: Data(bytes)), !kept.isEmpty else {
            throw BenchError(
                "--check \(path): expected the figures of an earlier run, an object of JSON with a number under each name, found "
                    + "something else. \(next)")
        }
        return kept
    }

    static func count(rows: Int) throws -> [String: Double] {
        var counters: [String: Double] = [:]
        let scratch = try Scratch()
        let store = try Store.openOrCreate("\(scratch.path)/store")
        let web = LinkWeb(rowCount: rows, seed: 20_260_101)
        var snapshots: [Snapshot] = []
        for month in 0...1 {
            let path = "\(scratch.path)/\(month).csv"
            let file = try OutputStream(path)
            _ = try LinkWebTable(web: web, month: month, hasDomains: false).write(threads: 1) { try file.write($0) }
            try file.close()
            guard let id = SnapshotID("2026-0\(month + 1)-01") else { throw BenchError("no id") }
            let before = strata_allocation_count()
            let report = try CSVImport(files: [path]).run(into: store, ImportOptions(snapshotID: id))
            if month == 0 {
                counters["allocations, import"] = Double(strata_allocation_count() - before)
                let links = Double(report.manifest.counts.links)
                counters["links"] = links
                for column in report.manifest.columns {
                    counters["bytes a link, \(column.file)"] = rounded(Double(column.byteCount) / links)
                }
            }
            snapshots.append(try store.snapshot(id))
        }
        func counted<Result>(_ name: String, _ body: (Engine) throws -> Result) throws -> Result {
            let engine = Engine(Engine.Options(threads: 1, savesRanks: false))
            let before = (
                allocations: strata_allocation_count(), blocks: BlockReads.blockCount, bytes: BlockReads.byteCount
            )
            let result = try body(engine)
            counters["allocations, \(name)"] = Double(strata_allocation_count() - before.allocations)
            counters["blocks read, \(name)"] = Double(BlockReads.blockCount - before.blocks)
            counters["bytes read, \(name)"] = Double(BlockReads.byteCount - before.bytes)
            return result
        }
        for level in [RankLevel.page, .domain] {
            for tolerance in [1e-6, 1e-9] {
                let name = "rank \(level.rawValue) \(tolerance)"
                let result = try counted(name) {
                    try $0.rank(snapshots[0], RankParameters(level: level, tolerance: tolerance))
                }
                counters["iterations, \(name)"] = Double(result.iterationCount)
            }
        }
        let changes = try counted("diff every domain") { try $0.diff(snapshots[0], snapshots[1], every: .domain) }
        counters["new backlinks"] = Double(changes.reduce(0) { $0 + $1.newBacklinks })
        counters["lost backlinks"] = Double(changes.reduce(0) { $0 + $1.lostBacklinks })
        let counts = try counted("refdomains every domain") { try $0.referringCounts(snapshots[0], every: .domain) }
        counters["backlinks"] = Double(counts.reduce(0) { $0 + $1.backlinks })
        try countPoints(snapshots[0].id, of: store, counts, counted)
        return counters
    }

    /// Single answers about the domain whose backlinks are nearest 500, from a snapshot that nobody asked before: as a process
    /// that is started for it.
    private static func countPoints(
        _ id: SnapshotID, of store: Store, _ counts: [ReferringCounts],
        _ counted: (String, (Engine) throws -> Void) throws -> Void
    ) throws {
        guard let target = counts.min(by: { abs($0.backlinks - 500) < abs($1.backlinks - 500) })?.target else {
            throw BenchError("no domain has backlinks")
        }
        let domain = try Target(target, mode: .domain)
        for level in [RankLevel.page, .domain] {
            _ = try Engine(Engine.Options(threads: 1)).rank(store.snapshot(id), RankParameters(level: level))
        }
        let asked = [try store.snapshot(id), try store.snapshot(id)]
        try counted("metrics of a domain") { _ = try $0.metrics(asked[0], [domain]) }
        try counted("100 backlinks of a domain") { try $0.backlinks(asked[1], domain, limit: 100) { _ in } }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}
