import TestSupport
import Testing

@testable import SnapshotStore

/// Sorted records with distinct identity, and the naive answers to what a LinkTable is asked.
struct SampleLinks {
    let records: [LinkRecord]
    let pageCount: Int
    let stringCount: Int

    init(records: [LinkRecord], pageCount: Int, stringCount: Int) {
        self.records = records
        self.pageCount = pageCount
        self.stringCount = stringCount
    }

    /// Exactly `rowCount` rows; sources are near their target, or popular, or anywhere; some links are parallel.
    init(seed: UInt64, rowCount: Int, pageCount: Int, stringCount: Int) {
        var random = SeededRandom(seed: seed)
        var records: [LinkRecord] = []
        records.reserveCapacity(rowCount)
        for row in 0..<rowCount {
            let to = random.below(pageCount)
            let from =
                switch random.below(3) {
                case 0: min(pageCount - 1, to + random.below(20))
                case 1: random.below(min(pageCount, 10))
                default: random.below(pageCount)
                }
            records.append(
                LinkRecord(
                    to: UInt32(to), from: UInt32(from), type: UInt8(random.below(6)),
                    anchor: UInt32(random.below(stringCount + 1)), imageSource: UInt32(random.below(stringCount + 1)),
                    flags: UInt8(random.below(32)), firstSeen: UInt32(730_000 + random.below(5_000)),
                    // Makes every record distinct.
                    lastVisited: UInt32(row), title: UInt32(random.below(stringCount + 1))))
        }
        self.init(records: records.sorted(), pageCount: pageCount, stringCount: stringCount)
    }

    func write(to directory: TemporaryDirectory, threads: Int) throws -> [Manifest.ColumnSummary] {
        let writer = try LinkTableWriter(directory: directory.path, threads: threads)
        // In uneven pieces, as a merge delivers them.
        var start = 0
        for piece in [1, 100, 32_768, 50_000, Int.max] {
            let end = min(records.count, piece == .max ? .max : start + piece)
            let part = Array(records[start..<end])
            try unsafe part.withUnsafeBufferPointer { try unsafe writer.append($0) }
            start = end
        }
        return try writer.finish()
    }

    func table(in directory: TemporaryDirectory, _ summaries: [Manifest.ColumnSummary]) throws -> LinkTable {
        var manifest = Manifest()
        manifest.columns = summaries
        manifest.counts.links = UInt64(records.count)
        return try SnapshotOpener(directory: directory.path, manifest: manifest)
            .links(pageCount: pageCount, stringCount: stringCount, isSource: nil)
    }

    /// Writes the links and compares everything that the table says with the records.
    func check(threads: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let directory = try TemporaryDirectory()
        let table = try table(in: directory, write(to: directory, threads: threads))
        try check(table, sourceLocation: sourceLocation)
    }

    func check(_ table: LinkTable, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(table.rowCount == records.count, sourceLocation: sourceLocation)
        #expect(try Self.read(table) == records, sourceLocation: sourceLocation)
        var random = SeededRandom(seed: UInt64(records.count))
        let targets = records.map { Int($0.to) }
        for trial in 0..<60 {
            let low = trial == 0 ? 0 : random.below(pageCount + 1)
            let high =
                trial == 0 ? pageCount : min(pageCount, low + random.below(random.chance(1, in: 2) ? 3 : pageCount + 1))
            let lowerRow = targets.partitioningIndex { $0 >= low }
            let upperRow = targets.partitioningIndex { $0 >= high }
            #expect(
                try table.rows(ofPages: low..<high) == lowerRow..<max(lowerRow, upperRow),
                sourceLocation: sourceLocation)
        }
    }

    /// Every row of a table, through its blocks.
    static func read(_ table: LinkTable) throws -> [LinkRecord] {
        var records: [LinkRecord] = []
        var block = LinkBlock()
        for index in 0..<table.blockCount {
            try table.decodeEndpoints(ofBlock: index, into: &block)
            #expect(block.firstRow == records.count)
            var values: [LinkColumn: [UInt32]] = [:]
            for column in LinkColumn.allCases {
                try table.decode(column, ofBlock: index, into: &values[column, default: []])
                #expect(values[column]?.count == block.count)
            }
            let targets = table.targets(ofBlock: index)
            #expect(targets.lowerBound == block.to[0] && targets.upperBound == block.to[block.count - 1])
            for row in 0..<block.count {
                func value(_ column: LinkColumn) -> UInt32 { values[column]?[row] ?? 0 }
                records.append(
                    LinkRecord(
                        to: block.to[row], from: block.from[row], type: UInt8(value(.type)), anchor: value(.anchor),
                        imageSource: value(.imageSource), flags: UInt8(value(.flags)), firstSeen: value(.firstSeen),
                        lastVisited: value(.lastVisited), title: value(.title),
                        inlinkRank: UInt8(value(.inlinkRank)), domainInlinkRank: UInt8(value(.domainInlinkRank))))
            }
        }
        return records
    }
}

extension Array {
    /// The first index whose element satisfies a condition that holds from there on.
    func partitioningIndex(where condition: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
