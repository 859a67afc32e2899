import LinkModel
import SnapshotStore

/// What every import does around its reading: staging, the builder, bad rows, notes, the manifest.
final class ImportSession {
    let options: ImportOptions
    let nodeKind: NodeKind
    var rejections: RejectionLog
    var meter: ProgressMeter
    /// Bytes of the inputs that are read to their end.
    var finishedByteCount: UInt64 = 0
    var files: [Manifest.InputFile] = []
    var parameters: [String: String] = [:]
    var fileRows: [String: FileRowCounts] = [:]
    /// Instead of the options' coverage.
    var coverage: Coverage?
    var endpoint: String?
    var requestIDs: [String] = []
    var recognised: [String] = []
    var notes: [String] = []
    /// Further notes, made from the finished snapshot's counts.
    var afterBuild: ((Manifest.Counts) -> [String])?
    private let staging: Staging
    private var builder: SnapshotBuilder?

    /// Runs an import: `body` reads the input into the builder. Whatever fails, nothing is left behind.
    static func run(
        source: String, into store: Store, _ options: ImportOptions, nodeKind: NodeKind, inputs: [String],
        _ body: (ImportSession) throws -> Void
    ) throws -> ImportReport {
        let byteCount = try totalByteCount(of: inputs)
        let staging = try store.beginSnapshot(options.snapshotID)
        do {
            let session = ImportSession(
                staging: staging, options: options, nodeKind: nodeKind, byteCount: byteCount)
            try body(session)
            return try session.commit(source: source)
        } catch {
            staging.discard()
            throw error
        }
    }

    private init(staging: Staging, options: ImportOptions, nodeKind: NodeKind, byteCount: UInt64) {
        self.staging = staging
        self.options = options
        self.nodeKind = nodeKind
        rejections = RejectionLog(limit: options.badRowLimit, advice: options.badRowAdvice)
        meter = ProgressMeter(options, byteCount: byteCount)
    }

    /// The builder that the input is read into; made once.
    /// - reservedByteCount: memory that the reader keeps for itself.
    func makeBuilder(reservedByteCount: Int = 0) throws -> SnapshotBuilder {
        precondition(builder == nil)
        let memoryLimit = max(1 << 20, options.memoryLimit - reservedByteCount)
        let made = try SnapshotBuilder(
            staging: staging, nodeKind: nodeKind, options: .init(memoryLimit: memoryLimit, threads: options.threads))
        builder = made
        return made
    }

    /// Bytes of all inputs, 0 when one of them is a pipe. Fails early when a file can't be opened.
    private static func totalByteCount(of inputs: [String]) throws(ImportError) -> UInt64 {
        guard inputs.filter({ $0 == "-" }).count <= 1 else {
            throw ImportError(.usage, "standard input (-) can be read only once; name it once")
        }
        var total: UInt64 = 0
        var isKnown = true
        for input in inputs {
            let byteCount = try FileSource.byteCount(ofFile: input)
            if byteCount == nil { isKnown = false }
            total += byteCount ?? 0
        }
        return isKnown ? total : 0
    }

    private func commit(source: String) throws -> ImportReport {
        try rejections.checkAtEnd()
        meter.report("sorting", bytesDone: finishedByteCount, rows: rejections.rowCount, isForced: true)
        guard let builder else { preconditionFailure("an import without a builder") }
        let result = try builder.finish()
        notes += afterBuild?(result.counts) ?? []
        var manifest = Manifest()
        manifest.id = options.snapshotID.description
        manifest.date = options.snapshotID.date.description
        manifest.label = options.snapshotID.label
        manifest.nodeKind = nodeKind
        manifest.coverage = coverage ?? options.coverage
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
        manifest.provenance.endpoint = endpoint
        manifest.provenance.requestIDs = requestIDs
        manifest.provenance.parameters = parameters
        manifest.provenance.parameters["max_bad"] = options.badRowLimit.text
        manifest.provenance.files = files
        manifest.provenance.softwareVersion = options.softwareVersion
        manifest.provenance.importedAt = currentTimestamp()
        try staging.commit(manifest)
        var report = ImportReport(manifest: manifest)
        report.recognised = recognised
        report.rejections = rejections.reasons
        report.firstRejections = rejections.first
        report.notes = notes
        report.fileRows = fileRows
        return report
    }
}
