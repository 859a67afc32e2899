import Kernels
import LinkModel

/// Holds what a snapshot says against everything else it says: orders, ranges, counts and sums that a wrong program could have
/// written under right checksums. `Snapshot.verify` comes first: it sees that each byte is what was written, that each block can
/// be decoded within its limits, and that the columns that ranks begin with follow from the links.
///
/// What is looked at: every key is the one that its own text has, hosts and domains are those of the pages, links are strictly
/// ascending over the borders of blocks, source pages are those that the links name, indexes lead to their blocks, counts add
/// up, and stored ranks are distributions. docs/FileFormat.md is the source of all of it.
///
/// Memory: two bytes a page, 8 bytes a host, one block of links; 8 bytes a node while a rank is looked at.
struct SnapshotAudit {
    let snapshot: Snapshot

    private var manifest: Manifest { snapshot.manifest }

    /// Throws the first contradiction as .corrupt.
    func run() throws {
        try checkCounts()
        for (file, dictionary) in snapshot.dictionaries {
            if let block = try dictionary.firstWrongSeparator() {
                throw fault(
                    file, "the index entry of block \(block)",
                    expected: "a separator that begins the block's first key and is above all keys before",
                    found: "another one")
            }
        }
        try checkPages()
        try checkDomains()
        try checkTexts()
        try checkLinks()
    }

    private func checkCounts() throws {
        let counts = manifest.counts
        // Rows that no import counted.
        if counts.rowsRead == 0 && counts.rowsRejected == 0 && counts.rowsMerged == 0 { return }
        // Not equal: vertices, and rows that say that they are no link (lost ones, resources), are read too.
        guard counts.rowsRejected <= counts.rowsRead, counts.rowsMerged <= counts.rowsRead - counts.rowsRejected,
            counts.links <= counts.rowsRead - counts.rowsRejected - counts.rowsMerged
        else {
            throw fault(
                ManifestFile.name, "counts", expected: "links ≤ rowsRead − rowsRejected − rowsMerged",
                found:
                    "\(counts.links) of \(counts.rowsRead), \(counts.rowsRejected) and \(counts.rowsMerged)")
        }
    }

    /// Each page's key is the one its text has; the hosts are those of the pages.
    private func checkPages() throws {
        let firstPages = try snapshot.hostFirstPages()
        let names = NodeNames(manifest)
        var normalizer = URLNormalizer()
        var hosts = snapshot.hosts.cursor()
        var pages = snapshot.pages.cursor()
        var host: [UInt8]?
        while try pages.next() {
            let key = pages.key
            guard names.isKey(key, &normalizer) else {
                throw fault(
                    "pages.keys", "key \(pages.index)", expected: "the key of a \(manifest.nodeKind.rawValue)",
                    found: Self.printable(key))
            }
            guard manifest.nodeKind != .number else { continue }
            let here = Array(key[..<SortKey.hostKeyByteCount(key.span)])
            guard here != host else { continue }
            host = here
            guard try hosts.next(), hosts.key == here else {
                throw fault(
                    "hosts.keys", "key \(max(hosts.index, 0))", expected: Self.printable(here),
                    found: Self.printable(hosts.key))
            }
            guard Int(firstPages[hosts.index]) == pages.index else {
                throw fault(
                    "hosts.first_page", "value \(hosts.index)", expected: "\(pages.index), the host's first page",
                    found: "\(firstPages[hosts.index])")
            }
        }
        if try hosts.next() {
            throw fault(
                "hosts.keys", "key \(hosts.index)", expected: "no host without pages", found: Self.printable(hosts.key))
        }
    }

    /// Each host's domain is its registrable domain, and each domain has a host.
    private func checkDomains() throws {
        let domainOfHost = try snapshot.hostDomains()
        let knowsList = manifest.publicSuffixListSHA256 == PublicSuffixList.sha256
        var isUsed = [Bool](repeating: false, count: snapshot.domains.count)
        var known: (index: UInt32, key: [UInt8])?
        var hosts = snapshot.hosts.cursor()
        while try hosts.next() {
            let host = hosts.key
            let index = domainOfHost[hosts.index]
            if known?.index != index { known = (index, try snapshot.domains.key(at: Int(index))) }
            guard let domain = known?.key else { continue }
            isUsed[Int(index)] = true
            let expected = knowsList || manifest.nodeKind == .domain ? registrableDomain(of: host) : nil
            guard expected.map({ $0 == domain }) ?? Self.isHost(host, below: domain) else {
                throw fault(
                    "hosts.domain", "value \(hosts.index)",
                    expected: "the domain \(expected.map(Self.printable) ?? "above") of \(Self.printable(host))",
                    found: Self.printable(domain))
            }
        }
        if let unused = isUsed.firstIndex(of: false) {
            throw fault(
                "domains.keys", "key \(unused)", expected: "a domain that has hosts", found: "none of its hosts")
        }
    }

    private func checkTexts() throws {
        var texts = snapshot.strings.cursor()
        while try texts.next() {
            guard String(validating: texts.key, as: UTF8.self) != nil else {
                throw fault("strings.text", "key \(texts.index)", expected: "UTF-8", found: "other bytes")
            }
        }
    }

    /// Rows are strictly ascending by what identifies them, over the borders of blocks; the source pages are theirs.
    private func checkLinks() throws {
        var isSource = [UInt8](repeating: 0, count: snapshot.pages.count)
        var reader = LinkRecordReader(snapshot.links)
        var before: LinkRecord?
        for block in 0..<snapshot.links.blockCount {
            try reader.load(block)
            for (place, record) in reader.records.enumerated() {
                let row = block * LinkTable.blockRowCount + place
                if let before, !before.isIdentityBelow(record) {
                    throw fault(
                        "links.adjacency", "row \(row)",
                        expected: "a row above the one before by target, source, type, anchor, image source and flags",
                        found: before.hasIdentity(of: record) ? "the same row again" : "one below it")
                }
                guard record.type < LinkType.allCases.count else {
                    throw fault(
                        "links.type", "row \(row)", expected: "a type below \(LinkType.allCases.count)",
                        found: "\(record.type)")
                }
                guard record.flags < Self.flagLimit else {
                    throw fault(
                        "links.flags", "row \(row)", expected: "flags below \(Self.flagLimit)", found: "\(record.flags)"
                    )
                }
                isSource[Int(record.from)] = 1
                before = record
            }
        }
        let stored = try snapshot.pageIsSource()
        if let page = isSource.indices.first(where: { isSource[$0] != stored[$0] }) {
            throw fault(
                "pages.is_source", "value \(page)", expected: "\(isSource[page]), as the links say",
                found: "\(stored[page])")
        }
    }

    /// A rank has a value for each node of its level, none below 0, and they sum to 1. Not part of `run`, since a result may be
    /// replaced at any time.
    func checkRank(_ result: Manifest.DerivedSummary) throws {
        let nodeCount: Int? =
            switch result.parameters["level"] {
            case "page", "node": snapshot.pages.count
            case "host": snapshot.hosts.count
            case "domain": snapshot.domains.count
            default: nil
            }
        // Another program's results have their own meaning.
        guard let nodeCount, result.parameters["scale"] != nil else { return }
        for column in result.columns {
            let values = try DoubleColumn.read(directory: snapshot.directory, summary: column)
            guard values.count == nodeCount else {
                throw fault(column.file, "the header", expected: "\(nodeCount) values", found: "\(values.count)")
            }
            if let node = values.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
                throw fault(column.file, "value \(node)", expected: "a number from 0 to 1", found: "\(values[node])")
            }
            let sum = values.reduce(into: CompensatedSum()) { $0.add($1) }.value
            guard values.isEmpty || abs(sum - 1) <= Self.sumTolerance else {
                throw fault(column.file, "all values", expected: "a sum of 1", found: "\(sum)")
            }
        }
    }

    private static let sumTolerance = 1e-9
    /// Five bits: FileFormat.md, "Columns".
    private static let flagLimit = 32

    private func registrableDomain(of host: [UInt8]) -> [UInt8] {
        if manifest.nodeKind == .domain { return host }
        return SortKey.hostKey(
            ofHostName: PublicSuffixList.bundled.registrableDomain(ofHost: SortKey.hostName(ofHostKey: host.span)))
    }

    /// Whether the host is that domain, or its labels begin with the domain's.
    private static func isHost(_ host: [UInt8], below domain: [UInt8]) -> Bool {
        host.starts(with: domain) && (host.count == domain.count || host[domain.count] == UInt8(ascii: ","))
    }

    private static func printable(_ key: [UInt8]) -> String {
        let shown = key.prefix(80).map { 0x21...0x7E ~= $0 ? String(UnicodeScalar($0)) : "·" }.joined()
        return "\"\(shown)\"" + (key.count > 80 ? "…" : "")
    }

    private func fault(_ file: String, _ place: String, expected: String, found: String) -> StoreError {
        StoreError(
            .corrupt,
            "\(snapshot.directory)/\(file), \(place): expected \(expected), found \(found). The checksums are right, so a program wrote it "
                + "so: remove the snapshot (`strata remove \(snapshot.id)`) and import its data again, or restore it from a backup; "
                + "and please report it.")
    }
}

/// Which byte strings are keys of a snapshot's nodes.
private struct NodeNames {
    let kind: NodeKind
    /// Keys that other rules made can't be held against ours.
    let knowsRules: Bool

    init(_ manifest: Manifest) {
        kind = manifest.nodeKind
        knowsRules = manifest.urlRulesVersion == URLNormalizer.version
    }

    /// Whether the node's text has this key.
    func isKey(_ key: [UInt8], _ normalizer: inout URLNormalizer) -> Bool {
        let hostEnd = SortKey.hostKeyByteCount(key.span)
        switch kind {
        case .number:
            return UInt64(SortKey.text(of: key.span, kind: kind)).map { SortKey.key(ofNumber: $0) == key } ?? false
        case .host, .domain:
            guard hostEnd > 0, hostEnd + 1 == key.count else { return false }
            return !knowsRules || Self.isHostKey(key, &normalizer)
        case .page:
            guard hostEnd > 0, hostEnd + 2 <= key.count else { return false }
            return !knowsRules || (try? normalizer.key(of: SortKey.text(of: key.span))) == key
        }
    }

    /// Whether a graph's name has this key, "com,example)". Names of graphs are taken in reverse, and more of them than URLs have.
    private static func isHostKey(_ key: [UInt8], _ normalizer: inout URLNormalizer) -> Bool {
        let host = Array(key.dropLast())
        if host[0] == UInt8(ascii: "[") || host.contains(UInt8(ascii: ".")) {
            let address = SortKey.hostName(ofHostKey: host.span)
            return (try? normalizer.hostName(address)) == address
        }
        let reversed = host.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
        var found: [UInt8] = []
        return SortKey.key(ofReversedName: reversed.span, into: &found) && found == key
    }
}
