package import LinkModel
import SnapshotImport
package import SnapshotStore

/// A store in a temporary directory that tests fill straight from rows.
package final class TestStore: Sendable {
    package let directory: TemporaryDirectory
    package let store: Store

    package init() throws {
        directory = try TemporaryDirectory(inMemory: true)
        store = try Store.openOrCreate(directory.path("store"))
    }

    /// Adds a snapshot of pages. URLs need not be normalised; every row must have valid ones.
    @discardableResult
    package func add(
        _ rows: [LinkRow], date: Day, label: String = "", coverage: Coverage = .everything,
        isolatedPages: [String] = [], memoryLimit: Int = 64 << 20, threads: Int = 1
    ) throws -> Snapshot {
        try addSnapshot(.page, date, label, coverage, memoryLimit: memoryLimit, threads: threads) { builder in
            var normalizer = URLNormalizer()
            func page(_ url: String) throws -> UInt32 {
                let key = try normalizer.key(of: url)
                return try builder.page(key.span)
            }
            for url in isolatedPages {
                try builder.beginRow()
                _ = try page(url)
            }
            for row in rows {
                try builder.beginRow()
                func text(_ text: String?) throws -> UInt32 {
                    guard let text else { return 0 }
                    let bytes = Array(text.utf8)
                    return try builder.text(bytes.span)
                }
                try builder.append(
                    SnapshotBuilder.PendingLink(
                        from: try page(row.urlFrom),
                        to: try page(row.urlTo), type: row.type, flags: row.flags,
                        anchor: try text(row.anchor), title: try text(row.title),
                        imageSource: try text(row.imageSource), firstSeen: row.firstSeen, lastVisited: row.lastVisited,
                        inlinkRank: row.inlinkRank, domainInlinkRank: row.domainInlinkRank))
            }
        }
    }

    /// Adds a snapshot of a numbered graph.
    @discardableResult
    package func add(
        edges: [(from: UInt64, to: UInt64)], isolatedNodes: [UInt64] = [], date: Day, label: String = ""
    ) throws -> Snapshot {
        try addSnapshot(.number, date, label, .everything, memoryLimit: 64 << 20, threads: 1) { builder in
            func page(_ node: UInt64) throws -> UInt32 {
                let key = SortKey.key(ofNumber: node)
                return try builder.page(key.span)
            }
            for node in isolatedNodes {
                try builder.beginRow()
                _ = try page(node)
            }
            for edge in edges {
                try builder.beginRow()
                try builder.append(
                    SnapshotBuilder.PendingLink(
                        from: try page(edge.from),
                        to: try page(edge.to)))
            }
        }
    }

    private func addSnapshot(
        _ nodeKind: NodeKind, _ date: Day, _ label: String, _ coverage: Coverage, memoryLimit: Int, threads: Int,
        _ fill: (SnapshotBuilder) throws -> Void
    ) throws -> Snapshot {
        guard let id = SnapshotID(date: date, label: label) else { throw TestStoreError(label: label) }
        let staging = try store.beginSnapshot(id)
        do {
            let builder = try SnapshotBuilder(
                staging: staging, nodeKind: nodeKind,
                options: SnapshotBuilder.Options(memoryLimit: memoryLimit, threads: threads))
            try fill(builder)
            let (columns, counts) = try builder.finish()
            var manifest = Manifest()
            manifest.id = id.description
            manifest.date = date.description
            manifest.label = label
            manifest.nodeKind = nodeKind
            manifest.coverage = coverage
            manifest.urlRulesVersion = URLNormalizer.version
            manifest.publicSuffixListVersion = PublicSuffixList.bundled.version
            manifest.publicSuffixListSHA256 = PublicSuffixList.sha256
            manifest.columns = columns
            manifest.counts = counts
            manifest.counts.rowsRead = counts.links + counts.rowsMerged
            manifest.provenance.source = "test"
            manifest.provenance.importedAt = "2026-11-01T00:00:00Z"
            manifest.provenance.softwareVersion = "test"
            try staging.commit(manifest)
        } catch {
            staging.discard()
            throw error
        }
        return try store.snapshot(id)
    }

    /// The files of a snapshot without its manifest, which holds times: name → bytes.
    package func columnFiles(of id: SnapshotID) throws -> [String: [UInt8]] {
        var files = try TemporaryDirectory.files(below: "\(store.path)/snapshots/\(id)")
        files["manifest.json"] = nil
        return files
    }
}

package struct TestStoreError: Error {
    package let label: String
}

extension TestStore {
    /// Every row of a snapshot of pages, in stored order.
    package func rows(of snapshot: Snapshot) throws -> [LinkRow] {
        var rows: [LinkRow] = []
        var block = LinkBlock()
        var values: [LinkColumn: [UInt32]] = [:]
        for index in 0..<snapshot.links.blockCount {
            try snapshot.links.decodeEndpoints(ofBlock: index, into: &block)
            for column in LinkColumn.allCases {
                try snapshot.links.decode(column, ofBlock: index, into: &values[column, default: []])
            }
            for row in 0..<block.count {
                func value(_ column: LinkColumn) -> UInt32 { values[column, default: []][row] }
                func url(_ page: UInt32) throws -> String {
                    let key = try snapshot.pages.key(at: Int(page))
                    return SortKey.text(of: key.span)
                }
                rows.append(
                    LinkRow(
                        urlFrom: try url(block.from[row]), urlTo: try url(block.to[row]),
                        type: LinkType(rawValue: UInt8(value(.type))) ?? .other,
                        flags: LinkFlags(rawValue: UInt8(value(.flags))), anchor: try snapshot.string(value(.anchor)),
                        title: try snapshot.string(value(.title)),
                        imageSource: try snapshot.string(value(.imageSource)),
                        firstSeen: LinkRecord.day(fromStored: value(.firstSeen)),
                        lastVisited: LinkRecord.day(fromStored: value(.lastVisited)),
                        inlinkRank: LinkRecord.rank(fromStored: UInt8(value(.inlinkRank))),
                        domainInlinkRank: LinkRecord.rank(fromStored: UInt8(value(.domainInlinkRank)))))
            }
        }
        return rows
    }
}
