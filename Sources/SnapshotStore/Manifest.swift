package import LinkModel

/// What a snapshot is and where it came from: manifest.json.
package struct Manifest: Codable, Sendable {
    /// The format that this program writes; it reads files up to this version.
    package static let currentFormatVersion = 2

    package var formatVersion = Manifest.currentFormatVersion
    package var id = ""
    package var date = ""
    package var label = ""
    package var nodeKind = NodeKind.page
    package var coverage = Coverage.everything
    package var urlRulesVersion = 1
    package var publicSuffixListVersion = ""
    package var publicSuffixListSHA256 = ""
    package var counts = Counts()
    package var provenance = Provenance()
    package var columns: [ColumnSummary] = []
    /// The snapshot whose data this one's columns change, if it is stored so.
    package var base: Base?
    /// What the contents are known by once they are stored in another form than they came in; see `contentsDigest`.
    package var contents: String?
    /// Derived results, added later by an atomic manifest swap.
    package var derived: [DerivedSummary] = []
    package init() {}

    package struct Base: Codable, Sendable, Equatable {
        package var id: String
        /// Its contentsDigest.
        package var contents: String
    }

    package struct Counts: Codable, Sendable {
        package var pages: UInt64 = 0
        package var hosts: UInt64 = 0
        package var domains: UInt64 = 0
        package var strings: UInt64 = 0
        package var links: UInt64 = 0
        /// Input rows, accepted and rejected ones, and rows that were merged into another one.
        package var rowsRead: UInt64 = 0
        package var rowsRejected: UInt64 = 0
        package var rowsMerged: UInt64 = 0
        package init() {}
    }

    package struct Provenance: Codable, Sendable {
        package var source = ""  // "csv", "edges", later "seo-powersuite"…
        package var endpoint: String?
        package var parameters: [String: String] = [:]
        package var requestIDs: [String] = []
        package var files: [InputFile] = []
        package var importedAt = ""  // RFC 3339, UTC
        package var softwareVersion = ""
        package init() {}
    }

    package struct InputFile: Codable, Sendable {
        package var name: String
        package var byteCount: UInt64
        package var sha256: String
        package var format: String  // recognised header profile, encoding, compression
        package init(name: String, byteCount: UInt64, sha256: String, format: String) {
            self.name = name
            self.byteCount = byteCount
            self.sha256 = sha256
            self.format = format
        }
    }

    package struct ColumnSummary: Codable, Sendable {
        package var file: String
        package var kind: String
        package var valueCount: UInt64
        package var byteCount: UInt64
        package var xxh64: String
        package var codecs: [String: UInt64]  // codec name → blocks
        package init(
            file: String, kind: String, valueCount: UInt64, byteCount: UInt64, xxh64: String, codecs: [String: UInt64]
        ) {
            self.file = file
            self.kind = kind
            self.valueCount = valueCount
            self.byteCount = byteCount
            self.xxh64 = xxh64
            self.codecs = codecs
        }
    }

    package struct DerivedSummary: Codable, Sendable {
        /// "domain-1f2e3d4c5b6a7988": level and parameter hash; names the files under ranks/.
        package var name: String
        /// Every parameter as text (level, damping, tolerance, nofollow, iterations, bound, floor, S_ref, version …).
        package var parameters: [String: String]
        package var columns: [ColumnSummary]
        package var computedAt: String
        package init(name: String, parameters: [String: String], columns: [ColumnSummary], computedAt: String) {
            self.name = name
            self.parameters = parameters
            self.columns = columns
            self.computedAt = computedAt
        }
    }
}
