import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

/// `verify --deep`: what a snapshot says, held against everything else it says. Everything here has right checksums.
@Suite struct SnapshotAuditTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let sample = SampleSnapshot(seed: 71, pageCount: 300, stringCount: 40, linkCount: 900)

    init() throws {
        directory = try TemporaryDirectory(inMemory: true)
        store = try Store.openOrCreate(directory.path("store"))
    }

    /// The shallow check passes, or finds it too where `isFoundAnyway`; the deep one names the file.
    private func expectFault(
        in file: String, _ snapshot: Snapshot, isFoundAnyway: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        if isFoundAnyway {
            #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try snapshot.verify() }
        } else {
            #expect(throws: Never.self, sourceLocation: sourceLocation) { try snapshot.verify() }
        }
        let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try snapshot.verify(deep: true) }
        #expect(error?.kind == .corrupt, sourceLocation: sourceLocation)
        #expect(
            error?.description.contains("/\(file)") == true, "\(String(describing: error))",
            sourceLocation: sourceLocation)
    }

    @Test func soundSnapshotsPass() throws {
        for (number, sample) in [
            sample, SampleSnapshot(seed: 72, pageCount: 0, stringCount: 0, linkCount: 0),
            SampleSnapshot(
                nodeKind: .host, pages: ["com,example)", "com,example,www)", "192.0.2.1)", "[2001:db8::1])"]),
            SampleSnapshot(nodeKind: .domain, pages: ["com,example)", "uk,co)", "org,example)"]),
            // Names that graphs have and URLs don't.
            SampleSnapshot(
                nodeKind: .host, pages: ["com,,a)", "com,a;b=c)", "com,\(String(repeating: "x", count: 90)))"]),
            SampleSnapshot(nodeKind: .number, pages: ["10", "17", "212", "3999"]),
        ].enumerated() {
            let id = "2026-01-0\(number + 1)"
            let snapshot = try sample.commit(to: store, id)
            #expect(try snapshot.verify(deep: true) == snapshot.verify())
            try store.compact(snapshot.id, as: .unchanged, threads: 2) { _, _ in }
            #expect(try store.snapshot(snapshot.id).verify(deep: true) > 0)
        }
        var later = sample
        later.links.removeLast(100)
        let id = try later.commit(to: store, "2026-02-01").id
        try store.compact(id, as: .delta(against: #require(SnapshotID("2026-01-01"))), threads: 1) { _, _ in }
        #expect(try store.snapshot(id).verify(deep: true) > 0)
    }

    @Test func integersThatContradict() throws {
        let isSource = try sample.commit(to: store, "2026-02-01").pageIsSource()
        let other = try #require(isSource.firstIndex(of: 0))
        expectFault(
            in: "pages.is_source",
            try sample.commit(to: store, "2026-02-02", file: "pages.is_source") { values in
                values.enumerated().map { $0.offset == other ? 1 : $0.element }
            })
        expectFault(
            in: "hosts.first_page",
            try sample.commit(to: store, "2026-02-03", file: "hosts.first_page") { values in
                values.enumerated().map { $0.offset == 1 ? $0.element + 1 : $0.element }
            })
        expectFault(
            in: "hosts.domain",
            try sample.commit(to: store, "2026-02-04", file: "hosts.domain") { values in values.map { _ in 0 } })
        // Without our list of suffixes: the labels say it.
        expectFault(
            in: "hosts.domain",
            try sample.commit(to: store, "2026-02-05", file: "hosts.domain", values: { values in values.reversed() }) {
                $1.publicSuffixListSHA256 = "another"
            })
        expectFault(
            in: "manifest.json",
            try sample.commit(to: store, "2026-02-06", change: { $1.counts.rowsRead = 7 }))
        let counted = try sample.commit(
            to: store, "2026-02-07",
            change: {
                ($1.counts.rowsRead, $1.counts.rowsRejected, $1.counts.rowsMerged) = ($1.counts.links + 5, 2, 3)
            })
        #expect(throws: Never.self) { try counted.verify(deep: true) }
    }

    @Test func keysThatNoURLHas() throws {
        for (number, (kind, pages)) in [
            (NodeKind.page, ["com,example)/a ", "com,example)/b#c "]), (.page, ["com,Example)/ "]),
            (.page, ["com,example)/a"]),
            (.page, [")/a "]), (.host, ["com,EXAMPLE)"]),
            (.domain, ["com,-)x"]), (.number, ["10", "12x"]), (.number, ["207"]),
        ].enumerated() {
            expectFault(
                in: "pages.keys",
                try SampleSnapshot(nodeKind: kind, pages: pages).commit(to: store, "2026-03-0\(number + 1)"))
        }
        // Keys of other rules aren't held against ours.
        let others = try SampleSnapshot(nodeKind: .page, pages: ["com,Example)/ "]).commit(
            to: store, "2026-04-01", change: { $1.urlRulesVersion = 2 })
        #expect(throws: Never.self) { try others.verify(deep: true) }
    }

    @Test func rowsAndTexts() throws {
        var twice = sample
        let row = try #require(sample.links.indices.dropFirst(300).first)
        var again = sample.links[row]
        again.firstSeen += 1
        twice.links.insert(again, at: row + 1)
        expectFault(in: "links.adjacency", try twice.commit(to: store, "2026-05-01"))
        expectFault(
            in: "links.flags", try sample.commit(to: store, "2026-05-03", file: "links.flags") { $0.map { $0 | 64 } })
        var unreadable = sample
        unreadable.strings[39] = [0xFF, 0xFE]
        expectFault(in: "strings.text", try unreadable.commit(to: store, "2026-05-02"))
    }

    /// A search goes by the separators: with a wrong one it would miss keys.
    @Test func separators() throws {
        let pages = (0..<9_000).map { "com,example)/page/\($0 * 7_919 % 100_003)/of-many " }
        func change(_ staging: Staging, _ manifest: inout Manifest) throws {
            let place = try #require(manifest.columns.firstIndex { $0.file == "pages.keys" })
            let summary = manifest.columns[place]
            let file = try ColumnFile(directory: staging.directory, summary: summary, kind: .keys)
            try #require(file.entries.count > 1)
            let blocks = try file.entries.indices.map { block in
                let entry = file.entries[block]
                return unsafe EncodedBlock(
                    bytes: [UInt8](try file.payload(ofBlock: block)), rawByteCount: entry.rawByteCount,
                    valueCount: entry.valueCount, codec: entry.codec, first: entry.first, last: entry.last)
            }
            var separators = unsafe [UInt8](file.auxiliary)
            separators[separators.count - 1] += 1
            try FileSystem.unlink("\(staging.directory)/pages.keys")
            let writer = try ColumnFileWriter(directory: staging.directory, name: "pages.keys", kind: .keys)
            for block in blocks { try writer.append(block) }
            manifest.columns[place] = try writer.finish(auxiliary: separators)
        }
        let sample = SampleSnapshot(nodeKind: .page, pages: pages)
        expectFault(in: "pages.keys", try sample.commit(to: store, "2026-06-01", change: change))
    }

    @Test func ranksThatAreNone() throws {
        let parameters = ["level": "page", "scale": "ilr-floor-v1"]
        for (number, values) in [
            [Double](repeating: 0.5 / 300, count: 300), [Double](repeating: 1.0 / 299, count: 299),
            [1.5, -0.5] + [Double](repeating: 0, count: 298),
        ].enumerated() {
            let snapshot = try sample.commit(to: store, "2026-07-0\(number + 1)")
            try snapshot.addDerived(named: "wrong", parameters: parameters, doubles: [("pagerank", values)])
            expectFault(in: "ranks/wrong.pagerank", try store.snapshot(snapshot.id))
        }
        let snapshot = try sample.commit(to: store, "2026-07-04")
        try snapshot.addDerived(
            named: "right", parameters: parameters, doubles: [("pagerank", [Double](repeating: 1.0 / 300, count: 300))])
        try snapshot.addDerived(named: "foreign", parameters: ["level": "page"], doubles: [("betweenness", [17])])
        #expect(throws: Never.self) { try store.snapshot(snapshot.id).verify(deep: true) }
    }
}
