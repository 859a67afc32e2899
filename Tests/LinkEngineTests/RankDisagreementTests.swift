import LinkModel
import TestSupport
import Testing

@testable import LinkEngine
@testable import SnapshotStore

/// Stored numbers of out-links that aren't those of the links, under right checksums.
struct RankDisagreementTests {
    private struct Case {
        let name: String
        let links: [(from: UInt32, to: UInt32)]
        /// pages.out_links, pages.same_links
        let degrees: [UInt32]
        let steps: [UInt32]
    }

    private static let clique: [(from: UInt32, to: UInt32)] = [
        (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (3, 0), (4, 0), (5, 0),
    ]

    private static let cases = [
        Case(name: "another sum", links: [(0, 1), (0, 2), (1, 0)], degrees: [1, 1, 0], steps: [0, 0, 0]),
        Case(name: "the same sum", links: [(0, 1), (0, 2), (1, 0)], degrees: [1, 2, 0], steps: [0, 0, 0]),
        Case(name: "a source without links", links: [(0, 1), (0, 2), (1, 0)], degrees: [3, 0, 0], steps: [0, 0, 0]),
        Case(name: "it diverges", links: clique, degrees: [1, 1, 1, 2, 2, 2], steps: [0, 0, 0, 0, 0, 0]),
    ]

    /// What a rank can't see: each list still gives as much as it should.
    private static let united = Case(
        name: "different pages united", links: [(0, 1), (1, 0)], degrees: [1, 0], steps: [0, 1])

    private func withSnapshot<Result>(
        of test: Case, changing isChanged: Bool, _ body: (Snapshot) throws -> Result
    ) throws -> Result {
        let directory = try TemporaryDirectory(inMemory: true)
        let store = try Store.openOrCreate(directory.path("store"))
        let id = try #require(SnapshotID("2026-01-01"))
        let staging = try store.beginSnapshot(id)
        let writer = try SnapshotWriter(directory: staging.directory, nodeKind: .page, threads: 1)
        for page in test.degrees.indices { try writer.appendPage(Array("com,example)/\(page) ".utf8).span) }
        let records = test.links.map { link in
            LinkRecord(
                to: link.to, from: link.from, type: 0, anchor: 0, imageSource: 0, flags: 0, firstSeen: 0,
                lastVisited: 0, title: 0, inlinkRank: 0, domainInlinkRank: 0)
        }.sorted()
        try unsafe records.withUnsafeBufferPointer { try unsafe writer.appendLinks($0) }
        var manifest = Manifest()
        manifest.nodeKind = .page
        (manifest.columns, manifest.counts) = try writer.finish()
        manifest.provenance.source = "test"
        for (file, values) in [(OutLinkColumns.degreeFile, test.degrees), (OutLinkColumns.distanceFile, test.steps)]
        where isChanged {
            let place = try #require(manifest.columns.firstIndex { $0.file == file })
            try FileSystem.unlink("\(staging.directory)/\(file)")
            let column = try IntegerColumnWriter(directory: staging.directory, name: file, threads: 1)
            for value in values { try column.append(value) }
            manifest.columns[place] = try column.finish()
        }
        try staging.commit(manifest)
        defer { withExtendedLifetime(directory) {} }
        return try body(store.snapshot(id))
    }

    private func rank(_ test: Case, changing isChanged: Bool) throws -> RankResult {
        try withSnapshot(of: test, changing: isChanged) { snapshot in
            let engine = Engine(Engine.Options(threads: 1, savesRanks: true))
            return try engine.rank(snapshot, RankParameters(level: .page))
        }
    }

    @Test func verifySeesEachOfThem() throws {
        for test in Self.cases + [Self.united] {
            let error = #expect(throws: StoreError.self, "\(test.name)") {
                try withSnapshot(of: test, changing: true) { try $0.verify() }
            }
            #expect(error?.kind == .corrupt, "\(test.name)")
            #expect(try withSnapshot(of: test, changing: false) { try $0.verify() } > 0)
        }
    }

    @Test func isAnErrorAndNoRank() throws {
        for test in Self.cases {
            #expect(try rank(test, changing: false).bound <= 1e-9, "\(test.name)")
            let error = #expect(throws: StoreError.self, "\(test.name)") { try rank(test, changing: true) }
            #expect(error?.kind == .corrupt && error?.description.contains("pages.out_links") == true, "\(test.name)")
        }
    }

    /// Where single precision can't go on, double does.
    @Test func singlePrecisionDoesNotEndIt() throws {
        for damping in [0.99, 0.999, 0.9999] {
            let links = [(from: 0, to: 1), (from: 1, to: 2), (from: 2, to: 0)]
            for tolerance in [1e-5, 1e-6, 1e-7] {
                let solution = try RankSolverTests.solve(
                    RankSolverTests.graph(3, links), damping: damping, tolerance: tolerance)
                #expect(solution.bound <= tolerance)
            }
        }
    }
}
