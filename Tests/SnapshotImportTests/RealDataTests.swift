import SnapshotStore
import TestSupport
import Testing

@testable import SnapshotImport

/// Real files in $STRATA_TEST_DATA, else beside the repository; skipped where they are missing.
@Suite struct RealDataTests {
    private static let dated = "\(SharedFolder.data)/dated/snapshot-2016-01-01.csv.gz"
    private static let votes = "\(SharedFolder.data)/wiki-Vote.txt.gz"

    @Test(.enabled(if: SharedFolder.exists(dated), "\(dated) is missing"))
    func aDatedSnapshotOfSeveralGzipMembers() throws {
        let fixture = try ImportFixture()
        let counts = try fixture.csv(files: [Self.dated]).manifest.counts
        // The file's lines, less the header.
        #expect(counts.rowsRead == 34_227)
        #expect(counts.rowsRejected == 0)
        #expect(counts.links + counts.rowsMerged == counts.rowsRead)
    }

    @Test(.enabled(if: SharedFolder.exists(votes), "\(votes) is missing"))
    func aVotingGraphWithPublishedCounts() throws {
        let fixture = try ImportFixture()
        let counts = try EdgeImport(edges: Self.votes).run(into: fixture.store, ImportFixture.options()).manifest.counts
        #expect(counts.pages == 7_115)
        #expect(counts.links == 103_689)
        #expect(counts.rowsRejected == 0)
    }
}
