import BacklinkContracts
import Compression
import LinkEngine
import LinkModel
import SnapshotStore

/// Writes all backlinks of a target as gzipped CSV, in stored order. Memory: the texts of one batch.
struct ExportWriter {
    /// The server stops: the file isn't needed any more.
    struct Cancelled: Error {}

    private let engine: Engine
    private let snapshot: Snapshot
    private let target: Target
    private let isExtended: Bool

    init(_ engine: Engine, _ snapshot: Snapshot, _ target: Target, isExtended: Bool) {
        self.engine = engine
        self.snapshot = snapshot
        self.target = target
        self.isExtended = isExtended
    }

    /// Returns how many bytes the file has.
    func write(_ folder: ExportFolder, _ name: String, isCancelled: () -> Bool) throws -> Int {
        let file = try folder.create(name)
        let encoder = GzipEncoder(level: 4)
        var byteCount = 0
        func append(_ bytes: ArraySlice<UInt8>) throws {
            byteCount += bytes.count
            try file.append(bytes)
        }
        var text: [UInt8] = []
        BacklinkCSV.appendHeader(extended: isExtended, to: &text)
        var position: Int? = 0
        while let start = position {
            if isCancelled() { throw Cancelled() }
            let page = try engine.backlinkPage(snapshot, target, from: start, limit: 16_384)
            for backlink in page.backlinks {
                BacklinkCSV.appendRow(BacklinkRow(backlink, isExtended: isExtended), extended: isExtended, to: &text)
            }
            try encoder.encode(text, append)
            text.removeAll(keepingCapacity: true)
            position = page.next
        }
        try encoder.finish(append)
        return byteCount
    }
}
