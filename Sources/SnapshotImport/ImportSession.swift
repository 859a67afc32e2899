import LinkModel
import SnapshotStore

/// What every import does around its reading: staging, the builder, bad rows, notes, the manifest.
final class ImportSession {
    let options: ImportOptions
    let nodeKind: NodeKind
    let builder: SnapshotBuilder
    var rejections: RejectionLog
    var meter: ProgressMeter
    /// Bytes of the inputs that are read to their end.
    var finishedByteCount: UInt64 = 0
    var files: [Manifest.InputFile] = []
    var parameters: [String: String] = [:]
    var recognised: [String] = []
    var notes: [String] = []
    private let staging: Staging

    /// Runs an import: `body` reads the input into the builder. Whatever fails, nothing is left behind.
    static func run(
        source: String, into store: Store, _ options: ImportOptions, nodeKind: NodeKind, inputs: [String],
        reservedByteCount: Int = 0, _ body: (ImportSession) throws -> Void
    ) throws -> ImportReport {
        let byteCount = try totalByteCount(of: inputs)
        let staging = try store.beginSnapshot(options.snapshotID)
        do {
            let session = try ImportSession(
                staging: staging, options: options, nodeKind: nodeKind, byteCount: byteCount,
                reservedByteCount: reservedByteCount)
            try body(session)
            return try session.commit(source: source)
        } catch {
            staging.discard()
            throw error
        }
    }

    private init(
        staging: Staging, options: ImportOptions, nodeKind: NodeKind, byteCount: UInt64, reservedByteCount: Int
    ) throws {
        self.staging = staging
        self.options = options
        self.nodeKind = nodeKind
        rejections = RejectionLog(limit: options.badRowLimit)
        meter = ProgressMeter(options, byteCount: byteCount)
        builder = try SnapshotBuilder(
            staging: staging, nodeKind: nodeKind,
            options: .init(memoryLimit: max(1 << 20, options.memoryLimit - reservedByteCount), threads: options.threads)
        )
    }

    /// Bytes of all inputs, 0 when one of them is a pipe. Fails early when a file can't be opened.
    private static func totalByteCount(of inputs: [String]) throws(ImportError) -> UInt64 {
        guard inputs.filter({ $0 == "-" }).count <= 1 else {
            throw ImportError(.usage, "standard input (-) can be read only once; name it once")
        }
        var total: UInt64 = 0
        var isKnown = true
        for input in inputs {
            if input == "-" {
                isKnown = false
                continue
            }
            let byteCount = try FileSource(path: input).expectedByteCount
            if byteCount == 0 { isKnown = false }
            total += byteCount
        }
        return isKnown ? total : 0
    }

    private func commit(source: String) throws -> ImportReport {
        try rejections.checkAtEnd()
        meter.tick("sorting", bytesDone: finishedByteCount, rows: rejections.rowCount, isForced: true)
        var manifest = Manifest()
        let result = try builder.finish()
        manifest.id = options.snapshotID.description
        manifest.date = options.snapshotID.date.description
        manifest.label = options.snapshotID.label
        manifest.nodeKind = nodeKind
        manifest.coverage = options.coverage
        manifest.urlRulesVersion = URLNormalizer.version
        if nodeKind == .page || nodeKind == .host {
            manifest.publicSuffixListVersion = PublicSuffixList.bundled.version
            manifest.publicSuffixListSHA256 = PublicSuffixList.sha256
        }
        manifest.columns = result.columns
        manifest.counts = result.counts
        manifest.counts.rowsRead = rejections.rowCount
        manifest.counts.rowsRejected = rejections.rejectedCount
        manifest.provenance.source = source
        manifest.provenance.parameters = parameters
        manifest.provenance.parameters["max_bad"] = options.badRowLimit.text
        manifest.provenance.files = files
        manifest.provenance.softwareVersion = options.softwareVersion
        manifest.provenance.importedAt = ImportClock.timestamp
        try staging.commit(manifest)
        var report = ImportReport(manifest: manifest)
        report.recognised = recognised
        report.rejections = rejections.reasons
        report.firstRejections = rejections.first
        report.notes = notes
        return report
    }
}
