import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct SnapshotTests {
    @Test(arguments: [(0, 0, 0), (1, 0, 0), (1, 1, 1), (300, 40, 500), (3_000, 300, 33_000)])
    func roundTrip(pages: Int, strings: Int, links: Int) throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let sample = SampleSnapshot(seed: 3, pageCount: pages, stringCount: strings, linkCount: links)
        let snapshot = try sample.commit(to: store, "2026-11-01")
        try sample.check(snapshot)
        #expect(snapshot.nodeKind == .page)
        #expect(snapshot.manifest.provenance.parameters == ["quoted \"name\"": "väl/ue\n"])
        #expect(snapshot.manifest.counts.pages == UInt64(pages))
    }

    @Test func hostAndDomainAndNumberGraphs() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let names = ["com,example)", "com,example,www)", "uk,co)", "uk,co,shop)", "io,github,user)", "io,github)"]
        for (kind, id) in [(NodeKind.host, "2026-01-01"), (.domain, "2026-02-01")] {
            let sample = SampleSnapshot(nodeKind: kind, pages: names)
            try sample.check(sample.commit(to: store, id))
        }
        let numbers = SampleSnapshot(nodeKind: .number, pages: ["10", "15", "19", "210", "299", "3100"])
        let snapshot = try numbers.commit(to: store, "2026-03-01")
        try numbers.check(snapshot)
        #expect(snapshot.hosts.count == 0 && snapshot.domains.count == 0)
        #expect(try snapshot.hostFirstPages() == [0] && snapshot.hostDomains() == [])
    }

    @Test func aPrivateSuffixSplitsADomain() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        // compute.amazonaws.com is a private suffix: its hosts lie between those of amazonaws.com.
        let sample = SampleSnapshot(
            nodeKind: .page,
            pages: [
                "com,amazonaws,a)/ ", "com,amazonaws,compute)/ ", "com,amazonaws,compute,x)/ ",
                "com,amazonaws,compute,x,y)/ ", "com,amazonaws,z)/ ", "com,amazonaws)/ ", "com,amazonawsx)/ ",
            ])
        try sample.check(sample.commit(to: store, "2026-03-01"))
    }

    @Test func pagesOfARange() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let sample = SampleSnapshot(seed: 8, pageCount: 400, stringCount: 0, linkCount: 0)
        let snapshot = try sample.commit(to: store, "2026-03-01")
        for (lower, upper) in [("com,example)", "com,example*"), ("com", "con"), ("", "zz"), ("zz", "zzz"), ("b", "a")]
        {
            let range = KeyRange(lower: Array(lower.utf8), upper: Array(upper.utf8))
            let inside = sample.pages.indices.filter { index in
                let page = sample.pages[index]
                return range.contains(page.span)
            }
            let found = try snapshot.pages(in: range)
            #expect(Array(found) == inside)
        }
        #expect(try snapshot.string(0) == nil)
    }

    @Test func columnFilesAreTheSameForAnyThreadCount() throws {
        let sample = SampleSnapshot(seed: 11, pageCount: 6_000, stringCount: 500, linkCount: 33_000)
        var files: [[String: [UInt8]]] = []
        for threads in [1, 2, 5] {
            let directory = try TemporaryDirectory()
            try sample.commit(to: Store.openOrCreate(directory.path("store")), "2026-01-01", threads: threads)
            files.append(try TemporaryDirectory.files(below: directory.path("store/snapshots")))
        }
        #expect(files[0] == files[1] && files[0] == files[2])
    }

    @Test func coverageIsKept() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        let id = try #require(SnapshotID("2026-01-01-part"))
        let staging = try store.beginSnapshot(id)
        var manifest = try SampleSnapshot(seed: 1, pageCount: 5, stringCount: 0, linkCount: 5).write(into: staging)
        let targets = [CoveredTarget(target: "example.com", mode: .domain, complete: true)]
        manifest.coverage = .targets(targets)
        try staging.commit(manifest)
        let snapshot = try store.snapshot(id)
        #expect(snapshot.manifest.coverage == .targets(targets))
        #expect(snapshot.manifest.label == "part" && snapshot.manifest.date == "2026-01-01")
        let covered = ["com,example,www)/ ", "com,other)/ "].map { key in
            let key = Array(key.utf8)
            return snapshot.coverage.covers(key.span)
        }
        #expect(covered == [true, false])
    }
}
