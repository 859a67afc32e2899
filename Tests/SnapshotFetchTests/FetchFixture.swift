import BacklinkClient
import BacklinkContracts
import Compression
import Foundation
import LinkModel
import SnapshotImport
import SnapshotStore
import Synchronization
import TestSupport

@testable import SnapshotFetch

/// A store, and fetches into it with the clock of a test.
struct FetchFixture {
    let directory: TemporaryDirectory
    let store: Store
    /// What the fetches said.
    let said = Said()

    final class Said: Sendable {
        private let state = Mutex<[String]>([])
        func add(_ line: String) { state.withLock { $0.append(line) } }
        var lines: [String] { state.withLock { $0 } }
        var text: String { lines.joined(separator: "\n") }
    }

    init() throws {
        directory = try TemporaryDirectory(inMemory: true)
        store = try Store.openOrCreate(directory.path("store"))
    }

    /// `count` links to pages of the target, from distinct pages.
    static func links(_ target: String, _ count: Int) -> [BacklinkRow] {
        (0..<count).map { number in
            BacklinkRow(
                urlFrom: "https://s\(number % 7).example.org/\(number)", urlTo: "https://\(target)/p\(number % 5)",
                title: "Page \(number)", anchor: "anchor \(number), \"quoted\"", nofollow: number % 3 == 0,
                image: false,
                inlinkRank: 1, domainInlinkRank: 2, firstSeen: "2026-01-02", lastVisited: "2026-10-30")
        }
    }

    func plan(
        _ targets: [String], date: String = "2026-11-01", method: FetchPlan.Method = .raw, pageSize: Int = 10
    ) throws -> FetchPlan {
        guard let id = SnapshotID(date) else { throw FetchError(.usage, date) }
        var plan = try FetchPlan(
            provider: .seoPowerSuite, snapshotID: id, targets: targets.map { try FetchTarget($0) })
        plan.method = method
        plan.pageSize = pageSize
        return plan
    }

    /// Sleeps take no time.
    func options(_ plan: FetchPlan) -> FetchOptions {
        var options = FetchOptions(importing: ImportOptions(snapshotID: plan.snapshotID))
        options.connections = 1
        let now = Clock(0.0)
        options.clock = FetchClock(now: { now.value }, sleep: { seconds in now.add(seconds) })
        let said = said
        options.say = { said.add($0) }
        return options
    }

    final class Clock: Sendable {
        private let state: Mutex<Double>
        init(_ value: Double) { state = Mutex(value) }
        var value: Double { state.withLock { $0 } }
        func add(_ amount: Double) { state.withLock { $0 += amount } }
    }

    @discardableResult
    func fetch(
        _ plan: FetchPlan, _ source: ScriptedSource, _ change: (inout FetchOptions) -> Void = { _ in }
    ) throws -> FetchReport {
        var options = options(plan)
        change(&options)
        return try FetchJob(plan, source: source, options: options).run(into: store)
    }

    func manifest(_ date: String = "2026-11-01") throws -> Manifest {
        guard let id = SnapshotID(date) else { throw FetchError(.usage, date) }
        return try store.manifest(of: id)
    }

    /// The column files of a snapshot, byte for byte.
    func columns(_ date: String = "2026-11-01") throws -> [String: [UInt8]] {
        var files = try TemporaryDirectory.files(below: "\(store.path)/snapshots/\(date)")
        files["manifest.json"] = nil
        return files
    }

    func snapshotCount() throws -> Int { try store.snapshotIDs().count }

    /// Names under staging/ that fetches left.
    func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(store.path)/staging").filter {
            $0.hasPrefix(Store.fetchFolderPrefix)
        }
    }

    /// A provider's export: gzip CSV with the documented columns.
    static func export(_ rows: [BacklinkRow]) throws -> [UInt8] {
        var text: [UInt8] = []
        BacklinkCSV.appendHeader(extended: false, to: &text)
        for row in rows { BacklinkCSV.appendRow(row, extended: false, to: &text) }
        return try gzip(text)
    }

    static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let encoder = GzipEncoder()
        var packed: [UInt8] = []
        try encoder.encode(bytes) { packed += $0 }
        try encoder.finish { packed += $0 }
        return packed
    }
}
