import LinkModel
import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct ProviderRankColumnTests {
    private static let names = ["links.inlink_rank", "links.domain_inlink_rank"]

    private func links(_ count: Int, _ rank: (Int, inout LinkRecord) -> Void) -> SampleLinks {
        let plain = SampleLinks(seed: 4, rowCount: count, pageCount: 3_000, stringCount: 20)
        var records = plain.records
        for row in records.indices { rank(row, &records[row]) }
        return SampleLinks(records: records, pageCount: 3_000, stringCount: 20)
    }

    @Test func aRecordIsNoLargerForThem() {
        #expect(MemoryLayout<LinkRecord>.stride == 36)
    }

    @Test func storedRanks() {
        #expect([nil, -1, 0, 1, 100, 101].map(LinkRecord.storedRank) == [0, 0, 1, 2, 101, 101])
        #expect([0, 1, 101].map(LinkRecord.rank) == [nil, 0, 100])
    }

    @Test func rowsWithoutRanksHaveNoFiles() throws {
        let directory = try TemporaryDirectory()
        let summaries = try links(40) { _, _ in }.write(to: directory, threads: 2)
        #expect(summaries.count == 8 && !summaries.contains { Self.names.contains($0.file) })
        #expect(try TemporaryDirectory.files(below: directory.path).count == 8)
    }

    /// The first rank of all in any block, the last row among them: what lies before is filled in.
    @Test(arguments: [0, 32_767, 32_768, 65_535, 65_536, 98_999]) func oneRankIsEnough(place: Int) throws {
        for threads in [1, 2, 3] {
            let links = links(99_000) { row, record in if row == place { record.domainInlinkRank = 101 } }
            let directory = try TemporaryDirectory()
            let summaries = try links.write(to: directory, threads: threads)
            #expect(summaries.map(\.file).filter(Self.names.contains) == ["links.domain_inlink_rank"])
            let table = try links.table(in: directory, summaries)
            #expect(table.holds(.domainInlinkRank) && !table.holds(.inlinkRank))
            try links.check(table)
        }
    }

    @Test func theBytesAreThoseOfTheRows() throws {
        let links = links(70_000) { row, record in
            record.inlinkRank = UInt8(row % 102)
            record.domainInlinkRank = row < 40_000 ? 0 : UInt8(row % 7)
        }
        var files: [[String: [UInt8]]] = []
        for threads in [1, 2, 5] {
            let directory = try TemporaryDirectory()
            try links.check(links.table(in: directory, links.write(to: directory, threads: threads)))
            files.append(try TemporaryDirectory.files(below: directory.path))
        }
        #expect(files[0].count == 10 && files[0] == files[1] && files[0] == files[2])
    }

    @Test func aRankAboveTheScaleIsDamage() throws {
        let directory = try TemporaryDirectory()
        let links = links(10) { _, record in record.inlinkRank = 102 }
        let summaries = try links.write(to: directory, threads: 1)
        let error = #expect(throws: StoreError.self) { _ = try links.table(in: directory, summaries) }
        #expect(error?.kind == .corrupt && error?.description.contains("links.inlink_rank") == true)
    }

    @Test func aSnapshotWithRanksIsVerified() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.openOrCreate(directory.path("store"))
        var sample = SampleSnapshot(seed: 5, pageCount: 50, stringCount: 5, linkCount: 80)
        for row in sample.links.indices { sample.links[row].inlinkRank = UInt8(row) }
        try sample.check(sample.commit(to: store, "2026-02-01"))
        let name = "store/snapshots/2026-02-01/links.inlink_rank"
        var bytes = try directory.read(name)
        bytes[70] ^= 1
        try directory.write(bytes, to: name)
        #expect(throws: StoreError.self) { try store.newestSnapshot().verify() }
    }
}
