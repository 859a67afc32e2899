import Foundation
import SnapshotStore
import Testing

@testable import SnapshotImport

/// Real files beside the repository; skipped with a message where they are missing.
@Suite struct RealDataTests {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../../shared/data").standardizedFileURL.path

    private func path(_ name: String) -> String? {
        let path = "\(RealDataTests.folder)/\(name)"
        if FileManager.default.fileExists(atPath: path) { return path }
        print("skipped: \(path) is missing")
        return nil
    }

    @Test func aDatedSnapshotOfSeveralGzipMembers() throws {
        guard let path = path("dated/snapshot-2016-01-01.csv.gz") else { return }
        let fixture = try ImportFixture()
        let counts = try fixture.csv(files: [path]).manifest.counts
        // The file's lines, less the header.
        #expect(counts.rowsRead == 34_227)
        #expect(counts.rowsRejected == 0)
        #expect(counts.links + counts.rowsMerged == counts.rowsRead)
    }

    @Test func aVotingGraphWithPublishedCounts() throws {
        guard let path = path("wiki-Vote.txt.gz") else { return }
        let fixture = try ImportFixture()
        let counts = try EdgeImport(edges: path).run(into: fixture.store, ImportFixture.options()).manifest.counts
        #expect(counts.pages == 7_115)
        #expect(counts.links == 103_689)
        #expect(counts.rowsRejected == 0)
    }
}
