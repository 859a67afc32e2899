import LinkModel
import SnapshotStore

/// A manifest as lines of text.
struct ManifestFacts {
    /// Whether numbers have commas.
    let forPeople: Bool

    func of(_ manifest: Manifest) -> [(property: String, value: String)] {
        let counts = manifest.counts
        var facts = [
            ("id", manifest.id), ("date", manifest.date), ("label", manifest.label),
            ("node_kind", manifest.nodeKind.rawValue), ("format_version", "\(manifest.formatVersion)"),
            ("pages", count(counts.pages)), ("hosts", count(counts.hosts)),
            ("domains", count(counts.domains)), ("texts", count(counts.strings)),
            ("links", count(counts.links)), ("rows_read", count(counts.rowsRead)),
            ("rows_rejected", count(counts.rowsRejected)), ("rows_merged", count(counts.rowsMerged)),
            (
                "bytes",
                forPeople
                    ? size(manifest.storedByteCount, links: counts.links) : count(manifest.storedByteCount)
            ),
            ("stored_against", manifest.base?.id ?? ""),
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

    private func count(_ value: UInt64) -> String { forPeople ? Readable.count(value) : String(value) }

    private func count(_ value: UInt64, _ noun: String) -> String { "\(count(value)) \(noun)\(value == 1 ? "" : "s")" }

    private func coverage(_ coverage: Coverage) -> [(String, String)] {
        guard case .targets(let targets) = coverage else { return [("coverage", "everything")] }
        return targets.map { target in
            ("covers", "\(target.target) (\(target.mode.rawValue), \(target.complete ? "complete" : "cut short"))")
        }
    }

    private func provenance(_ provenance: Manifest.Provenance) -> [(String, String)] {
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

    private func column(_ column: Manifest.ColumnSummary, links: UInt64) -> String {
        let codecs = column.codecs.sorted { $0.key < $1.key }.map { "\($0.key) × \(count($0.value))" }
        return ([size(column.byteCount, links: links), count(column.valueCount, "value")] + codecs)
            .joined(separator: ", ")
    }

    /// "1,234 bytes (0.12 a link)"
    private func size(_ byteCount: UInt64, links: UInt64) -> String {
        let total = count(byteCount, "byte")
        return links > 0 ? "\(total) (\(Readable.decimals(Double(byteCount) / Double(links), 3)) a link)" : total
    }
}
