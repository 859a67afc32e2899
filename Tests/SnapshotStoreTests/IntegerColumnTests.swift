import TestSupport
import Testing

@testable import SnapshotStore

@Suite struct IntegerColumnTests {
    private func roundTrip(_ values: [UInt32], threads: Int = 2) throws -> Manifest.ColumnSummary {
        let directory = try TemporaryDirectory()
        let writer = try IntegerColumnWriter(directory: directory.path, name: "test", threads: threads)
        for value in values { try writer.append(value) }
        let summary = try writer.finish()
        let column = try IntegerColumn(
            directory: directory.path, summary: summary, count: values.count, limit: UInt64(values.max() ?? 0))
        #expect(try column.all() == values)
        var read: [UInt32] = []
        var block: [UInt32] = []
        for index in 0..<column.blockCount {
            try column.decode(block: index, into: &block)
            read += block
        }
        #expect(read == values)
        return summary
    }

    @Test(arguments: [0, 1, 2, 1_023, 1_024, 1_025, 32_767, 32_768, 32_769, 65_536, 65_537])
    func roundTripAroundBlocks(count: Int) throws {
        var random = SeededRandom(seed: UInt64(count))
        _ = try roundTrip((0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) })
        _ = try roundTrip((0..<count).map { UInt32($0) * 3 })
        _ = try roundTrip((0..<count).map { _ in 7 })
    }

    @Test func everyShapeFindsItsForm() throws {
        var random = SeededRandom(seed: 1)
        let count = 40_000
        #expect(try roundTrip([UInt32](repeating: .max, count: count)).codecs == ["constant": 2])
        let small = try roundTrip((0..<count).map { _ in UInt32(random.below(4)) })
        #expect(small.codecs.keys.allSatisfy { $0.hasPrefix("frames") })
        #expect(small.byteCount < UInt64(count / 3))
        let ascending = try roundTrip((0..<count).map { UInt32($0) * 1_000 })
        #expect(ascending.codecs.keys.allSatisfy { $0.hasPrefix("delta") })
        let periodic = try roundTrip((0..<count).map { UInt32($0 % 300) &* 2_654_435_761 })
        #expect(periodic.codecs.keys.allSatisfy { $0.hasSuffix("lz4") })
        _ = try roundTrip((0..<count).map { $0 % 2 == 0 ? 0 : .max })
    }

    @Test func limitAndCountAreChecked() throws {
        let directory = try TemporaryDirectory()
        let writer = try IntegerColumnWriter(directory: directory.path, name: "test", threads: 1)
        for value: UInt32 in [1, 2, 3] { try writer.append(value) }
        let summary = try writer.finish()
        #expect(throws: StoreError.self) {
            try IntegerColumn(directory: directory.path, summary: summary, count: 3, limit: 2)
        }
        #expect(throws: StoreError.self) {
            try IntegerColumn(directory: directory.path, summary: summary, count: 4, limit: 3)
        }
    }
}
