import Compression
import LinkModel
import SnapshotImport
import SnapshotStore
import TestSupport

extension FuzzTarget {
    /// Whole imports. The first byte chooses: 0 CSV, 1 edges, 2 vertices and edges (a zero byte between them); + 4: as gzip. One
    /// thread with much memory and three with little, which sort in files, store the same or refuse the same; and what is stored is
    /// sound.
    static let imports = FuzzTarget("import", allocationLimitInMiB: 256) { bytes in
        var input = FuzzInput(bytes)
        let form = input.byte()
        let directory = try TemporaryDirectory(inMemory: true)
        let outcomes = try [(1, 64 << 20), (3, 1 << 20)].map { threads, memoryLimit in
            try ImportOutcome(form, Array(input.rest), in: directory, threads: threads, memoryLimit: memoryLimit)
        }
        try require(outcomes[0] == outcomes[1], "one thread: \(outcomes[0])\nthree threads: \(outcomes[1])")
    }
}

private struct ImportOutcome: Equatable {
    private(set) var refusal: String?
    /// Stands for every column.
    private(set) var contents: String?
    private(set) var report: [String] = []

    init(_ form: UInt8, _ bytes: [UInt8], in directory: TemporaryDirectory, threads: Int, memoryLimit: Int) throws {
        let store = try Store.openOrCreate(directory.path("store-\(threads)"))
        let id = SnapshotID(date: Day(number: 20_758))
        guard let id else { return }
        var options = ImportOptions(snapshotID: id)
        options.badRowLimit = .percent(100)
        (options.threads, options.memoryLimit) = (threads, memoryLimit)
        let made = try unlessRefusedWithText { try Self.run(form, bytes, directory, store, options) }
        guard let made else { return }
        let snapshot = try store.snapshot(id)
        _ = try snapshot.verify()
        contents = snapshot.manifest.contentsDigest
        report = ["\(made.manifest.counts)"] + made.firstRejections + made.notes + made.recognised
    }

    private mutating func unlessRefusedWithText(_ body: () throws -> ImportReport) throws -> ImportReport? {
        do {
            return try body()
        } catch let error as ImportError {
            refusal = error.description
            return nil
        }
    }

    private static func run(
        _ form: UInt8, _ bytes: [UInt8], _ directory: TemporaryDirectory, _ store: Store, _ options: ImportOptions
    ) throws -> ImportReport {
        func file(_ bytes: [UInt8], _ name: String) throws -> String {
            try directory.write(form & 4 == 0 ? bytes : packed(bytes), to: name)
        }
        if form & 3 == 0 { return try CSVImport(files: [file(bytes, "input")]).run(into: store, options) }
        guard form & 3 != 1 else { return try EdgeImport(edges: file(bytes, "input")).run(into: store, options) }
        let vertices = bytes.prefix { $0 != 0 }
        var edges = EdgeImport(edges: try file(Array(bytes.dropFirst(vertices.count + 1)), "edges"))
        edges.vertices = try file(Array(vertices), "vertices")
        edges.nodes = .host
        return try edges.run(into: store, options)
    }

    private static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
        let encoder = GzipEncoder(level: 1)
        var packed: [UInt8] = []
        try encoder.encode(bytes) { packed += $0 }
        try encoder.finish { packed += $0 }
        return packed
    }
}
