import LinkModel
import SnapshotStore

/// A manifest as lines for people.
enum ManifestFacts {
    static func of(_ manifest: Manifest) -> [(property: String, value: String)] {
        let counts = manifest.counts
        var facts = [
            ("id", manifest.id), ("date", manifest.date), ("label", manifest.label),
            ("node_kind", manifest.nodeKind.rawValue), ("format_version", "\(manifest.formatVersion)"),
            ("pages", Readable.count(counts.pages)), ("hosts", Readable.count(counts.hosts)),
            ("domains", Readable.count(counts.domains)), ("texts", Readable.count(counts.strings)),
            ("links", Readable.count(counts.links)), ("rows_read", Readable.count(counts.rowsRead)),
            ("rows_rejected", Readable.count(counts.rowsRejected)), ("rows_merged", Readable.count(counts.rowsMerged)),
            ("bytes", size(manifest.storedByteCount, links: counts.links)),
            ("url_rules_version", "\(manifest.urlRulesVersion)"),
            ("public_suffix_list", "\(manifest.publicSuffixListVersion) (SHA-256 \(manifest.publicSuffixListSHA256))"),
        ]
        facts += coverage(manifest.coverage)
        facts += provenance(manifest.provenance)
        facts += manifest.columns.map { ("column \($0.file)", column($0, links: counts.links)) }
        for derived in manifest.derived {
            let parameters = derived.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            facts.append(("derived \(derived.name)", "\(derived.computedAt): \(parameters.joined(separator: ", "))"))
            facts += derived.columns.map { ("column \($0.file)", column($0, links: counts.links)) }
        }
        return facts.filter { !$0.1.isEmpty }.map { (property: $0.0, value: $0.1) }
    }

    private static func coverage(_ coverage: Coverage) -> [(String, String)] {
        guard case .targets(let targets) = coverage else { return [("coverage", "everything")] }
        return targets.map { target in
            ("covers", "\(target.target) (\(target.mode.rawValue), \(target.complete ? "complete" : "cut short"))")
        }
    }

    private static func provenance(_ provenance: Manifest.Provenance) -> [(String, String)] {
        var facts = [
            ("source", provenance.source), ("endpoint", provenance.endpoint ?? ""),
            ("imported_at", provenance.importedAt), ("software", provenance.softwareVersion),
        ]
        facts += provenance.parameters.sorted { $0.key < $1.key }.map { ("parameter \($0.key)", $0.value) }
        facts += provenance.requestIDs.map { ("request_id", $0) }
        facts += provenance.files.map {
            ("file", "\($0.name): \(Readable.bytes($0.byteCount)), \($0.format), SHA-256 \($0.sha256)")
        }
        return facts
    }

    private static func column(_ column: Manifest.ColumnSummary, links: UInt64) -> String {
        let codecs = column.codecs.sorted { $0.key < $1.key }.map { "\($0.key) × \(Readable.count($0.value))" }
        return ([size(column.byteCount, links: links), Readable.count(column.valueCount, "value")] + codecs)
            .joined(separator: ", ")
    }

    /// "1,234 bytes (0.12 a link)"
    private static func size(_ byteCount: UInt64, links: UInt64) -> String {
        let total = Readable.count(byteCount, "byte")
        return links > 0 ? "\(total) (\(Readable.decimals(Double(byteCount) / Double(links), 3)) a link)" : total
    }
}
