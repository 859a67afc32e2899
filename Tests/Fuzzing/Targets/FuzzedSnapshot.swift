import Kernels
import LinkEngine
import LinkModel
import Synchronization
import TestSupport

@testable import SnapshotStore

/// A snapshot with columns of every kind and a stored rank, later than another one of the same web. One of its files is changed, all
/// is read, and the file is put back.
final class FuzzedSnapshot: Sendable {
    /// How the snapshot is stored.
    enum Form: Sendable { case imported, compacted, delta }

    static let shared = Result { try FuzzedSnapshot() }
    static let compacted = Result { try FuzzedSnapshot(.compacted) }
    static let delta = Result { try FuzzedSnapshot(.delta) }

    let manifest: Manifest
    /// Those of the snapshot, then those of the rank.
    let columns: [Manifest.ColumnSummary]
    let directory: String
    private let store: TestStore
    private let id: SnapshotID
    private let form: Form
    /// Before this one; what a delta is stored against.
    private let earlier: SnapshotID
    /// As they were: name → bytes.
    private let files: [String: [UInt8]]
    private let targets: [Target]
    /// Why a file isn't as it was any more.
    private let fault = Mutex<String?>(nil)

    init(_ form: Form = .imported) throws {
        self.form = form
        store = try TestStore()
        let web = RandomWeb(seed: 5)
        let rows = web.rows.enumerated().filter { $0.offset % 7 != 3 }.map { entry in
            var row = entry.element
            if entry.offset % 5 == 0 { row.title = "before" }
            return row
        }
        earlier = try store.add(rows, date: Day(number: web.date.number - 40)).id
        let snapshot = try store.add(web.rows, date: web.date)
        id = snapshot.id
        if form != .imported {
            for (id, form) in [(earlier, .whole), (id, form == .delta ? .delta(against: earlier) : .whole)]
                as [(SnapshotID, Store.StoredForm)]
            {
                try store.store.compact(id, as: form, threads: 1) { _, _ in }
            }
        }
        _ = try Engine(Engine.Options(threads: 1)).rank(
            store.store.snapshot(id), RankParameters(level: .page, tolerance: 1e-6))
        directory = "\(store.store.path)/snapshots/\(id)"
        manifest = try store.store.snapshot(id).manifest
        columns = manifest.columns + manifest.derived.flatMap(\.columns)
        files = try TemporaryDirectory.files(below: directory)
        targets = [try Target("alpha.com"), try Target(web.rows.first?.urlTo ?? "https://alpha.com/")]
    }

    /// Reads everything while `file` holds these bytes and the manifest is this one.
    func read(_ file: String?, _ bytes: [UInt8] = [], manifest text: [UInt8]) throws {
        try withFile(file, bytes, manifest: text) { try readAll() }
    }

    /// Runs the body while `file` holds these bytes and the manifest is this one. Where a file can't be put back afterwards, that is
    /// the finding, and nothing is read any more: a later input would be blamed for it.
    func withFile(_ file: String?, _ bytes: [UInt8], manifest text: [UInt8], _ body: () throws -> Void) throws {
        if let fault = fault.withLock({ $0 }) { throw FuzzFinding(description: fault) }
        let outcome = Result {
            if let file { try write(bytes, to: file) }
            try write(text, to: ManifestFile.name)
            try body()
        }
        do {
            if let file { try putBack(file) }
            try putBack(ManifestFile.name)
        } catch {
            let said = "the snapshot can't be put back as it was, so no other input can be tried on it: \(error)"
            fault.withLock { $0 = said }
            throw FuzzFinding(description: said)
        }
        try outcome.get()
    }

    private func putBack(_ name: String) throws {
        guard let bytes = files[name] else { throw FuzzFinding(description: "there is no \(name)") }
        try write(bytes, to: name)
    }

    private func readAll() throws {
        let engine = Engine(Engine.Options(threads: 1, memoryLimit: 64 << 20, savesRanks: false))
        try unlessRefused { snapshot in
            _ = try snapshot.verify()
            // As `verify --deep` does: what is refused above never comes so far there either.
            _ = try store.store.verify(id, deep: true) { try engine.verifyRanks(of: $0) }
        }
        try unlessRefused { _ = try engine.metrics($0, targets) }
        try unlessRefused { try engine.backlinks($0, targets[0], order: .inlinkRank) { _ in } }
        try unlessRefused { _ = try engine.referringDomains($0, targets[1]) }
        try unlessRefused { snapshot in
            let rank = try engine.rank(snapshot, RankParameters(level: .page, tolerance: 1e-3))
            try require(rank.pagerank.allSatisfy { $0.isFinite && $0 >= 0 }, "ranks that are no numbers")
        }
        try compareAll(engine)
        try unlessRefused { try rewrite($0) }
    }

    /// Held against the other snapshot, in every way.
    private func compareAll(_ engine: Engine) throws {
        let store = store.store
        let other = try store.snapshot(earlier)
        let (first, last) = (earlier.date, id.date)
        try unlessRefused { _ = try engine.diffTotals(other, $0, []) }
        try unlessRefused { _ = try engine.diff(other, $0, every: .host) }
        try unlessRefused { try engine.diffRows(other, $0, [], kinds: Set(ChangeKind.allCases)) { _ in } }
        try unlessRefused { _ in _ = try engine.newLostBacklinks(store, targets[0], from: first, to: last) }
        try unlessRefused { _ in _ = try engine.newLostReferringDomains(store, targets[0], from: first, to: last) }
        try unlessRefused { _ in _ = try engine.history(store, targets[0]) }
    }

    /// As `compact` does, but not into the snapshot's place.
    private func rewrite(_ snapshot: Snapshot) throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let rewrite = SnapshotRewrite(source: snapshot, directory: directory.path, threads: 1) { _, _ in }
        if form == .delta {
            _ = try rewrite.writeDelta(against: store.store.snapshot(earlier))
        } else {
            _ = try rewrite.writeWhole()
        }
    }

    /// An error of the store or a question that the snapshot can't be asked: both are fine.
    private func unlessRefused(_ body: (Snapshot) throws -> Void) throws {
        do {
            try body(store.store.snapshot(id))
        } catch is StoreError {
        } catch is EngineError {}
    }

    /// The manifest's text up to its seal.
    var unsealedManifest: [UInt8] {
        let text = files[ManifestFile.name] ?? []
        // `,\n  "xxh64" : "`, sixteen digits, `"\n}\n`
        return text.dropLast(15 + 16 + 4)
    }

    func bytes(of summary: Manifest.ColumnSummary) -> [UInt8] { files[summary.file] ?? [] }

    /// The values of a column of integers, as the snapshot has them.
    func values(of summary: Manifest.ColumnSummary) throws -> [UInt32] {
        try IntegerColumn(
            directory: directory, summary: summary, count: Int(summary.valueCount), limit: UInt64(UInt32.max)
        ).all()
    }

    /// The blocks of a column without LZ4, and what lies behind them.
    func blocks(of summary: Manifest.ColumnSummary) throws -> (blocks: [EncodedBlock], auxiliary: [UInt8]) {
        let kind = ColumnKind(name: summary.kind) ?? .integers
        let file = try ColumnFile(directory: directory, summary: summary, kind: kind)
        let blocks = try file.entries.indices.map { index in
            let entry = file.entries[index]
            let raw = try unsafe file.withRawBytes(ofBlock: index) { unsafe Array($0) }
            let codec = BlockCodec.allCases.first { !$0.isLZ4 && $0.underLZ4 == entry.codec } ?? entry.codec
            return EncodedBlock(
                bytes: raw, rawByteCount: raw.count, valueCount: entry.valueCount, codec: codec, first: entry.first,
                last: entry.last)
        }
        return (blocks, unsafe Array(file.auxiliary))
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        let output = try OutputFile(creating: "\(directory)/\(name)")
        try output.append(bytes)
        try output.close(syncing: false)
    }
}
