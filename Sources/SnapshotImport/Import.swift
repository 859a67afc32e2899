package import LinkModel
package import SnapshotStore

/// How many bad rows an import bears.
package enum BadRowLimit: Hashable, Sendable {
    case count(UInt64)
    /// Percent of all rows, 0 … 100.
    case percent(Double)
}

/// Settings that every import shares.
package struct ImportOptions: Sendable {
    package var snapshotID: SnapshotID
    package var coverage = Coverage.everything
    package var badRowLimit = BadRowLimit.percent(1)
    package var memoryLimit = 2 << 30
    package var threads = 1
    package var softwareVersion = ""
    /// Called now and then with the bytes read and the bytes in all (0 = unknown) and the rows read.
    package var progress: (@Sendable (_ phase: String, _ bytesDone: UInt64, _ bytesTotal: UInt64, _ rows: UInt64) -> Void)?
    package init(snapshotID: SnapshotID) { self.snapshotID = snapshotID }
}

/// What an import did.
package struct ImportReport: Sendable {
    package var manifest: Manifest
    /// Per file: what was recognised ("Ahrefs backlinks export, UTF-16, TAB-separated"), and the columns used.
    package var recognised: [String] = []
    /// Rejected rows by reason, most frequent first.
    package var rejections: [(reason: String, count: UInt64)] = []
    /// The first ten rejected rows: file, line, column, reason, the value (cut, made printable).
    package var firstRejections: [String] = []
    /// Things worth a line: texts repaired, rows that the provider marks as lost …
    package var notes: [String] = []
    package init(manifest: Manifest) { self.manifest = manifest }
}

package struct CSVImport: Sendable {
    /// Paths; "-" is standard input.
    package var files: [String]
    /// Our column name → the file's header.
    package var columnMap: [String: String] = [:]
    /// The destination of every row, for exports that name none (Search Console).
    package var target: String?
    package init(files: [String]) { self.files = files }
    package func run(into store: Store, _ options: ImportOptions) throws -> ImportReport { fatalError("stub") }
}

package struct EdgeImport: Sendable {
    package var edges: String
    package var vertices: String?
    package var nodes: NodeKind = .number
    package init(edges: String) { self.edges = edges }
    package func run(into store: Store, _ options: ImportOptions) throws -> ImportReport { fatalError("stub") }
}
