import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

/// The contents of a snapshot as plain arrays, and how to write them.
struct SampleSnapshot {
    var nodeKind = NodeKind.page
    var pages: [[UInt8]]
    var strings: [[UInt8]]
    var links: [LinkRecord]

    /// Pages on hosts of a few domains (a private suffix inside a domain among them), texts, random links.
    init(seed: UInt64, pageCount: Int, stringCount: Int, linkCount: Int) {
        var random = SeededRandom(seed: seed)
        let hosts = [
            "com,example", "com,example,www", "com,blogspot,one", "com,blogspot,two", "io,github,user", "io,github",
            "org,archive", "uk,co,shop", "uk,co,shop,blog", "192.168.1.1", "com,hyphen-name", "de,xn--mller-kva",
        ]
        var keys: Set<[UInt8]> = []
        while keys.count < pageCount {
            keys.insert(Array("\(random.pick(hosts)))/page/\(random.below(pageCount * 4)) ".utf8))
        }
        var texts: Set<[UInt8]> = []
        while texts.count < stringCount { texts.insert(Array("anchor text \(random.below(stringCount * 4))".utf8)) }
        pages = keys.sorted { $0.lexicographicallyPrecedes($1) }
        strings = texts.sorted { $0.lexicographicallyPrecedes($1) }
        links =
            pageCount == 0
            ? []
            : SampleLinks(seed: seed, rowCount: linkCount, pageCount: pageCount, stringCount: stringCount).records
    }

    init(nodeKind: NodeKind, pages: [String]) {
        self.nodeKind = nodeKind
        self.pages = pages.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        strings = []
        links = []
    }

    /// Writes the files into the staging's directory; returns a manifest ready to commit.
    func write(into staging: Staging, threads: Int = 2) throws -> Manifest {
        let writer = try SnapshotWriter(directory: staging.directory, nodeKind: nodeKind, threads: threads)
        for page in pages { try writer.appendPage(page.span) }
        for text in strings { try writer.appendString(text.span) }
        let links = links
        try unsafe links.withUnsafeBufferPointer { try unsafe writer.appendLinks($0) }
        var manifest = Manifest()
        manifest.nodeKind = nodeKind
        (manifest.columns, manifest.counts) = try writer.finish()
        manifest.provenance.source = "test"
        manifest.provenance.parameters = ["quoted \"name\"": "väl/ue\n"]
        return manifest
    }

    /// Commits it as a new snapshot and opens that.
    @discardableResult
    func commit(to store: Store, _ id: String, threads: Int = 2) throws -> Snapshot {
        let id = try #require(SnapshotID(id))
        let staging = try store.beginSnapshot(id)
        try staging.commit(write(into: staging, threads: threads))
        return try store.snapshot(id)
    }

    /// Commits it with other values in a column of integers, under right checksums, and what else `change` makes of the manifest.
    func commit(
        to store: Store, _ id: String, file: String? = nil, values: ([UInt32]) -> [UInt32] = { $0 },
        change: (Staging, inout Manifest) throws -> Void = { _, _ in }
    ) throws -> Snapshot {
        let id = try #require(SnapshotID(id))
        let staging = try store.beginSnapshot(id)
        var manifest = try write(into: staging)
        if let file {
            let place = try #require(manifest.columns.firstIndex { $0.file == file })
            let right = try IntegerColumn(
                directory: staging.directory, summary: manifest.columns[place],
                count: Int(manifest.columns[place].valueCount),
                limit: .max
            ).all()
            try FileSystem.unlink("\(staging.directory)/\(file)")
            let writer = try IntegerColumnWriter(directory: staging.directory, name: file, threads: 1)
            for value in values(right) { try writer.append(value) }
            manifest.columns[place] = try writer.finish()
        }
        try change(staging, &manifest)
        try staging.commit(manifest)
        return try store.snapshot(id)
    }

    /// Compares everything that the snapshot says with the arrays.
    func check(_ snapshot: Snapshot, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try Self.keys(snapshot.pages) == pages, sourceLocation: sourceLocation)
        #expect(try Self.keys(snapshot.strings) == strings, sourceLocation: sourceLocation)
        #expect(try SampleLinks.read(snapshot.links) == links, sourceLocation: sourceLocation)
        var isSource = [UInt8](repeating: 0, count: pages.count)
        for link in links { isSource[Int(link.from)] = 1 }
        #expect(try snapshot.pageIsSource() == isSource, sourceLocation: sourceLocation)
        #expect(try snapshot.verify(deep: true) > 0, sourceLocation: sourceLocation)
        if nodeKind != .number { try checkHosts(snapshot, sourceLocation: sourceLocation) }
    }

    private func checkHosts(_ snapshot: Snapshot, sourceLocation: SourceLocation) throws {
        let pageHosts = pages.map { page in Array(page.prefix { $0 != UInt8(ascii: ")") }) }
        let hosts = Set(pageHosts).sorted { $0.lexicographicallyPrecedes($1) }
        let hostDomains = hosts.map { host in
            nodeKind == .domain
                ? host
                : SortKey.hostKey(
                    ofHostName: PublicSuffixList.bundled.registrableDomain(
                        ofHost: SortKey.hostName(ofHostKey: host.span)))
        }
        let domains = Set(hostDomains).sorted { $0.lexicographicallyPrecedes($1) }
        #expect(try Self.keys(snapshot.hosts) == hosts, sourceLocation: sourceLocation)
        #expect(try Self.keys(snapshot.domains) == domains, sourceLocation: sourceLocation)
        let firstPages = try snapshot.hostFirstPages()
        #expect(firstPages.count == hosts.count + 1, sourceLocation: sourceLocation)
        for (host, key) in hosts.enumerated() {
            let range = Int(firstPages[host])..<Int(firstPages[host + 1])
            #expect(pageHosts[range].allSatisfy { $0 == key }, sourceLocation: sourceLocation)
            let domain = try snapshot.hostDomains()[host]
            #expect(domains[Int(domain)] == hostDomains[host], sourceLocation: sourceLocation)
        }
        #expect(Int(firstPages[hosts.count]) == pages.count, sourceLocation: sourceLocation)
    }

    static func keys(_ dictionary: KeyDictionary) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        var cursor = dictionary.cursor()
        while try cursor.next() { keys.append(cursor.key) }
        return keys
    }
}
