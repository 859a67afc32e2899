import Foundation
import LinkModel
import SnapshotStore
import TestSupport

@testable import SnapshotImport

/// A store and a folder of input files for one test.
struct ImportFixture {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.openOrCreate(directory.path("store"))
    }

    static func options(_ date: String = "2026-11-01") throws -> ImportOptions {
        guard let id = SnapshotID(date) else { throw ImportError(.usage, "not a date: \(date)") }
        return ImportOptions(snapshotID: id)
    }

    /// Imports texts as files "1.csv", "2.csv" …
    func csv(
        _ texts: [String], map: [String: String] = [:], target: String? = nil, date: String = "2026-11-01",
        badRows: BadRowLimit = .percent(1)
    ) throws -> ImportReport {
        var files: [String] = []
        for (index, text) in texts.enumerated() {
            files.append(try directory.write(Array(text.utf8), to: "\(index + 1).csv"))
        }
        return try csv(files: files, map: map, target: target, date: date, badRows: badRows)
    }

    func csv(
        files: [String], map: [String: String] = [:], target: String? = nil, date: String = "2026-11-01",
        badRows: BadRowLimit = .percent(1)
    ) throws -> ImportReport {
        var options = try ImportFixture.options(date)
        options.badRowLimit = badRows
        options.softwareVersion = "test"
        var csvImport = CSVImport(files: files)
        csvImport.columnMap = map
        csvImport.target = target
        return try csvImport.run(into: store, options)
    }

    func rows(_ date: String = "2026-11-01") throws -> [LinkRow] {
        guard let id = SnapshotID(date) else { return [] }
        return try ImportFixture.rows(of: try store.snapshot(id))
    }

    /// All rows in stored order.
    static func rows(of snapshot: Snapshot) throws -> [LinkRow] {
        var rows: [LinkRow] = []
        for index in 0..<snapshot.links.blockCount {
            var block = LinkBlock()
            try snapshot.links.decodeEndpoints(ofBlock: index, into: &block)
            let columns = try LinkColumn.allCases.map { try values(of: $0, block: index, in: snapshot) }
            for row in 0..<block.count {
                // In the order of LinkColumn.allCases.
                let value = columns.map { $0[row] }
                rows.append(
                    LinkRow(
                        urlFrom: try url(block.from[row], in: snapshot), urlTo: try url(block.to[row], in: snapshot),
                        type: LinkType(rawValue: UInt8(value[0])) ?? .other,
                        flags: LinkFlags(rawValue: UInt8(value[1])),
                        anchor: try snapshot.string(value[2]), title: try snapshot.string(value[3]),
                        imageSource: try snapshot.string(value[4]), firstSeen: LinkRecord.day(fromStored: value[5]),
                        lastVisited: LinkRecord.day(fromStored: value[6]),
                        inlinkRank: LinkRecord.rank(fromStored: UInt8(value[7])),
                        domainInlinkRank: LinkRecord.rank(fromStored: UInt8(value[8]))))
            }
        }
        return rows
    }

    private static func values(of column: LinkColumn, block: Int, in snapshot: Snapshot) throws -> [UInt32] {
        var values: [UInt32] = []
        try snapshot.links.decode(column, ofBlock: block, into: &values)
        return values
    }

    private static func url(_ page: UInt32, in snapshot: Snapshot) throws -> String {
        let key = try snapshot.pages.key(at: Int(page))
        return SortKey.text(of: key.span, kind: snapshot.nodeKind)
    }

    /// Names under the store's staging folder: empty when nothing was left behind.
    func leftovers() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(store.path)/staging")) ?? []
    }
}
