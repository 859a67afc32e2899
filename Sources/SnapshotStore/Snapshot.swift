package import LinkModel
import Synchronization

/// An open, immutable snapshot. All tables are memory-mapped; blocks are verified before their first use and decoded
/// on demand. Safe to share between threads.
package final class Snapshot: Sendable {
    package let id: SnapshotID
    /// As it was when the snapshot was opened, with the derived results added through this object since.
    package var manifest: Manifest { currentManifest.withLock { $0 } }
    package let nodeKind: NodeKind
    /// The nodes' sort keys, ascending; a page id is an index here.
    package let pages: KeyDictionary
    /// Host keys ("com,example,www"), ascending, in the order of their pages. Empty for number graphs.
    package let hosts: KeyDictionary
    /// Registrable domains as host keys, ascending. Empty for number graphs.
    package let domains: KeyDictionary
    /// Anchors, titles, image sources: distinct UTF-8 texts in byte order. String id 0 is "unknown" (nil) and is not in
    /// the dictionary: the text of string id k is strings.key(at: k − 1). The empty text is an ordinary entry.
    package let strings: KeyDictionary
    package let links: LinkTable
    package let coverage: CoverageSet
    /// What this one is stored against, if it is a delta snapshot.
    package let base: Snapshot?

    let store: String
    let directory: String
    let currentManifest: Mutex<Manifest>
    private let firstPageColumn: IntegerColumn
    private let hostDomainColumn: IntegerColumn
    private let isSourceColumn: IntegerColumn
    /// nil where they aren't stored.
    let outLinkColumns: (degrees: IntegerColumn, distances: IntegerColumn)?
    /// In the order of `RankColumns.files`; nil where they aren't stored.
    let rankColumns: [IntegerColumn]?
    private let cache = Mutex(Cache())

    private struct Cache {
        var hostFirstPages: [UInt32]?
        var hostDomains: [UInt32]?
        var pageIsSource: [UInt8]?
    }

    /// - Parameter openBase: opens the snapshot that a delta is stored against.
    init(
        store: String, directory: String, id: SnapshotID, openBase: (Manifest.Base, Manifest) throws -> Snapshot
    ) throws {
        let manifest = try ManifestFile.read(directory: directory)
        let manifestPath = "\(directory)/\(ManifestFile.name)"
        guard manifest.id == id.description else {
            throw StoreError.corrupt(
                manifestPath, at: 0, expected: "the manifest of \(id)", found: "that of \(manifest.id)")
        }
        let base = try manifest.base.map { try openBase($0, manifest) }
        self.base = base
        let opener = SnapshotOpener(directory: directory, manifest: manifest, base: base)
        pages = try opener.dictionary("pages.keys", count: manifest.counts.pages, ofBase: base?.pages)
        hosts = try opener.dictionary("hosts.keys", count: manifest.counts.hosts, ofBase: base?.hosts)
        domains = try opener.dictionary("domains.keys", count: manifest.counts.domains, ofBase: base?.domains)
        strings = try opener.dictionary("strings.text", count: manifest.counts.strings, ofBase: base?.strings)
        // Every page has a host, every host a domain, but in number graphs.
        let needsHosts = manifest.nodeKind != .number && pages.count > 0
        guard (hosts.count > 0) == needsHosts, (domains.count > 0) == needsHosts else {
            throw StoreError.corrupt(
                manifestPath, at: 0,
                expected: needsHosts ? "hosts and domains of the pages" : "no hosts and no domains",
                found: "\(hosts.count) hosts and \(domains.count) domains")
        }
        // In a graph of hosts a node is its own host, in one of domains its own domain too.
        let isNodeAHost = manifest.nodeKind == .host || manifest.nodeKind == .domain
        guard hosts.count <= pages.count, domains.count <= hosts.count, !isNodeAHost || hosts.count == pages.count,
            manifest.nodeKind != .domain || domains.count == pages.count
        else {
            throw StoreError.corrupt(
                manifestPath, at: 0,
                expected: "hosts and domains of \(pages.count) nodes (\(manifest.nodeKind.rawValue))",
                found: "\(hosts.count) hosts and \(domains.count) domains")
        }
        firstPageColumn = try opener.integers("hosts.first_page", count: hosts.count + 1, limit: UInt64(pages.count))
        hostDomainColumn = try opener.integers(
            "hosts.domain", count: hosts.count, limit: UInt64(max(domains.count - 1, 0)))
        isSourceColumn = try opener.integers("pages.is_source", count: pages.count, limit: 1)
        outLinkColumns = try opener.outLinks(pageCount: pages.count)
        rankColumns = try opener.rankLists(pageCount: pages.count)
        links = try opener.links(
            pageCount: pages.count, stringCount: strings.count, isSource: isSourceColumn, pages: pages, strings: strings
        )
        do {
            coverage = try CoverageSet(manifest.coverage)
        } catch {
            throw StoreError.corrupt(manifestPath, at: 0, expected: "targets of coverage", found: error.description)
        }
        self.id = id
        self.store = store
        self.directory = directory
        nodeKind = manifest.nodeKind
        currentManifest = Mutex(manifest)
    }

    /// hosts.count + 1 values: the pages of host h are firstPage[h] ..< firstPage[h + 1]. Cached.
    package func hostFirstPages() throws -> [UInt32] {
        try cache.withLock { cache in
            if let values = cache.hostFirstPages { return values }
            let values = try firstPageColumn.all()
            guard values.isAscending, values.first == 0,
                hosts.count == 0 || values.last.map(Int.init) == pages.count
            else { throw firstPageColumn.disorder("ascending first pages from 0 to \(pages.count)") }
            cache.hostFirstPages = values
            return values
        }
    }

    /// The error for files that are sound each for itself and don't fit together.
    package func contradiction(_ files: String) -> StoreError {
        StoreError.corrupt(
            "\(directory)/\(ManifestFile.name)", at: 0, expected: "\(files) that agree with one another",
            found: "some that don't (`strata verify --deep \(id)` says where)")
    }

    /// hosts.count values: the domain index of each host. A domain's hosts are nearly always, but not always,
    /// contiguous (a private suffix inside a domain splits it). Cached.
    package func hostDomains() throws -> [UInt32] {
        try cache.withLock { cache in
            if let values = cache.hostDomains { return values }
            let values = try hostDomainColumn.all()
            cache.hostDomains = values
            return values
        }
    }

    /// 1 for pages that are the source of at least one link row, else 0 (pages.count values). Cached.
    package func pageIsSource() throws -> [UInt8] {
        try cache.withLock { cache in
            if let values = cache.pageIsSource { return values }
            let values = try isSourceColumn.all().map { UInt8(truncatingIfNeeded: $0) }
            cache.pageIsSource = values
            return values
        }
    }

    /// nil for string id 0.
    package func string(_ id: UInt32) throws -> String? {
        id == 0 ? nil : String(decoding: try strings.key(at: Int(id) - 1), as: UTF8.self)
    }

    /// The page range of a key range.
    package func pages(in range: KeyRange) throws -> Range<Int> {
        let lower = try pages.lowerBound(range.lower)
        return lower..<max(lower, try pages.lowerBound(range.upper))
    }
}

extension [UInt32] {
    /// Whether each value is above the one before it. All are looked at: no branch to predict.
    fileprivate var isAscending: Bool {
        let values = span
        var wrongCount = 0
        for index in stride(from: 1, to: values.count, by: 1) {
            wrongCount &+= values[index &- 1] < values[index] ? 0 : 1
        }
        return wrongCount == 0
    }
}
