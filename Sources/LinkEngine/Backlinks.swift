package import LinkModel
package import SnapshotStore

package enum BacklinkOrder: String, CaseIterable, Sendable {
    /// Newest first_seen first, unknown last.
    case dateFound = "date_found"
    case domainInlinkRank = "domain_inlink_rank"
    case inlinkRank = "inlink_rank"
}

package struct Backlink: Hashable, Sendable {
    package var link: LinkRow
    package var inlinkRank: Int
    package var domainInlinkRank: Int
    package init(link: LinkRow, inlinkRank: Int, domainInlinkRank: Int) {
        self.link = link
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
    }
}

extension Engine {
    /// The target's backlinks in order (ties: url_from, url_to, anchor ascending bytewise, then link type, image
    /// source, flags), at most `perDomain` of each source host, then at most `limit`. Ranks are compared rounded,
    /// as they are printed. Rows are read one by one.
    ///
    /// Memory: what `BacklinkSorter` says, then a batch of texts.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names; `.usage` when the backlinks to be
    ///   sorted don't fit `memoryLimit`; whatever the body throws.
    package func backlinks(
        _ snapshot: Snapshot, _ target: Target, order: BacklinkOrder = .dateFound, limit: Int? = 100,
        perDomain: Int? = nil, _ body: (Backlink) throws -> Void
    ) throws {
        try snapshot.requireHostNames()
        let ranges = try snapshot.rows(of: target)
        let ranks = try BacklinkRanks(self, snapshot, rowCount: ranges.reduce(0) { $0 + $1.count })
        var scratch = LinkRows()
        let rows = try backlinkRows(
            snapshot, ranges, ranks, order: order, limit: limit, perDomain: perDomain, &scratch)
        // What the scan decoded last is often all that is read.
        try LinkRowReader(snapshot).forEach(rows, scratch: &scratch) { try body(try ranks.backlink($0)) }
    }

    /// The numbers of the rows that `backlinks` reads, in its order. A snapshot's row numbers never change.
    package func backlinkRows(
        _ snapshot: Snapshot, _ target: Target, order: BacklinkOrder, limit: Int?, perDomain: Int?
    ) throws -> [Int] {
        try snapshot.requireHostNames()
        let ranges = try snapshot.rows(of: target)
        let ranks = try BacklinkRanks(self, snapshot, rowCount: ranges.reduce(0) { $0 + $1.count })
        var scratch = LinkRows()
        return try backlinkRows(
            snapshot, ranges, ranks, order: order, limit: limit, perDomain: perDomain, &scratch)
    }

    private func backlinkRows(
        _ snapshot: Snapshot, _ ranges: [Range<Int>], _ ranks: BacklinkRanks, order: BacklinkOrder, limit: Int?,
        perDomain: Int?, _ scratch: inout LinkRows
    ) throws -> [Int] {
        let scan = LinkScan(
            snapshot, columns: [.type, .anchor, .firstSeen], includeInternal: options.includeInternal,
            hosts: ranks.hosts)
        let ranks = ranks.ranks
        var sorter = BacklinkSorter(limit: limit, perDomain: perDomain, memoryLimit: options.memoryLimit)
        for range in ranges {
            try scan.forEachBlock(range, scratch: &scratch) { rows in
                try sorter.add(rows) { index in
                    switch order {
                    case .dateFound: rows.firstSeen[index]
                    case .domainInlinkRank: UInt32(try ranks.domainInlinkRank(ofDomain: rows.sourceDomain[index]))
                    case .inlinkRank: UInt32(try ranks.inlinkRank(ofPage: rows.from[index]))
                    }
                }
            }
        }
        return try sorter.finish(snapshot)
    }
}
