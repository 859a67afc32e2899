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
    /// What to do about too many bad rows, in a sentence; nil: what helps with files of one's own.
    package var badRowAdvice: String?
    package var memoryLimit = 2 << 30
    package var threads = 1
    package var softwareVersion = ""
    /// Called now and then with the bytes read and the bytes in all (0 = unknown) and the rows read.
    package var progress:
        (@Sendable (_ phase: String, _ bytesDone: UInt64, _ bytesTotal: UInt64, _ rows: UInt64) -> Void)?
    package init(snapshotID: SnapshotID) { self.snapshotID = snapshotID }
}

extension ImportOptions {
    /// Throws ImportError for the first input that can't be opened. Pipes and standard input are left alone.
    package static func checkInputs(_ paths: [String]) throws(ImportError) {
        for path in paths { _ = try FileSource.byteCount(ofFile: path) }
    }
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
    /// By path; of files of rows only.
    package var fileRows: [String: FileRowCounts] = [:]
    package init(manifest: Manifest) { self.manifest = manifest }
}

/// Rows of links in delimited text: our own column names and the exports of other tools. docs/import.md has the rules.
package struct CSVImport: Sendable {
    /// Paths; "-" is standard input.
    package var files: [String]
    /// Our column name → the file's header.
    package var columnMap: [String: String] = [:]
    /// The destination of every row, for exports that name none (Search Console): a URL, or a name
    /// for its https home page.
    package var target: String?
    /// Set when the files are what a provider's API answered.
    package var origin: ImportOrigin?
    package init(files: [String]) { self.files = files }
}

/// Where files came from that weren't made by hand: goes into the manifest's provenance.
package struct ImportOrigin: Sendable {
    /// "seo-powersuite"
    package var source: String
    /// "get-raw-backlinks"
    package var endpoint: String
    package var parameters: [String: String] = [:]
    package var requestIDs: [String] = []
    /// Path of a file → what messages and the manifest call it; the last part of the path for others.
    package var fileNames: [String: String] = [:]
    /// Path of a file → the page keys that its rows should lead to; rows are counted by it, never left out for it.
    package var fileRanges: [String: [KeyRange]] = [:]
    /// What the snapshot covers, once it is known how each file (by its path) was read; nil: what the options say.
    package var coverage: (@Sendable ([String: FileRowCounts]) -> Coverage)?
    package init(source: String, endpoint: String) {
        self.source = source
        self.endpoint = endpoint
    }
}

/// What became of the rows of one file.
package struct FileRowCounts: Hashable, Sendable {
    /// Rows that couldn't be read, and were left out.
    package var rejectedCount: UInt64 = 0
    /// Links that lead into the file's ranges; all when it has none.
    package var insideCount: UInt64 = 0
    /// Links that lead elsewhere. They are stored too.
    package var outsideCount: UInt64 = 0
}

/// Pairs of node ids, with or without a file that names the nodes. docs/import.md has the rules.
package struct EdgeImport: Sendable {
    /// Path; "-" is standard input.
    package var edges: String
    /// Lines of an id and a name in Common Crawl's reversed form. nil: the nodes are numbers.
    package var vertices: String?
    /// What the names are; `.number` exactly when there is no vertices file.
    package var nodes: NodeKind = .number
    package init(edges: String) { self.edges = edges }
}
