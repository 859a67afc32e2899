import Foundation
import SnapshotStore
import Testing

@testable import SnapshotImport

/// Real files in $STRATA_TEST_DATA, else beside the repository; skipped where they are missing.
@Suite struct RealDataTests {
    private static let folder =
        ProcessInfo.processInfo.environment["STRATA_TEST_DATA"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared/data").standardizedFileURL.path
    private static let dated = "\(folder)/dated/snapshot-2016-01-01.csv.gz"
    private static let votes = "\(folder)/wiki-Vote.txt.gz"

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test(.enabled(if: exists(dated), "\(dated) is missing"))
    func aDatedSnapshotOfSeveralGzipMembers() throws {
        let fixture = try ImportFixture()
        let counts = try fixture.csv(files: [Self.dated]).manifest.counts
        // The file's lines, less the header.
        #expect(counts.rowsRead == 34_227)
        #expect(counts.rowsRejected == 0)
        #expect(counts.links + counts.rowsMerged == counts.rowsRead)
    }

    @Test(.enabled(if: exists(votes), "\(votes) is missing"))
    func aVotingGraphWithPublishedCounts() throws {
        let fixture = try ImportFixture()
        let counts = try EdgeImport(edges: Self.votes).run(into: fixture.store, ImportFixture.options()).manifest.counts
        #expect(counts.pages == 7_115)
        #expect(counts.links == 103_689)
        #expect(counts.rowsRejected == 0)
    }
}
