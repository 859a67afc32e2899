package import LinkModel
package import SnapshotStore

/// One page of a target's backlinks, in stored order.
package struct BacklinkPage: Sendable {
    package var backlinks: [Backlink]
    /// Where the next page begins; nil when nothing follows.
    package var next: Int?
}

extension Engine {
    /// At most `limit` of the target's backlinks from a row number on, in stored order. A snapshot's row numbers never
    /// change, so a position holds as long as the snapshot. Memory: the texts of one page.
    /// - Parameter position: 0 for the first page, then the last page's `next`.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    package func backlinkPage(
        _ snapshot: Snapshot, _ target: Target, from position: Int, limit: Int
    ) throws -> BacklinkPage {
        try snapshot.requireHostNames()
        let scan = try LinkScan(
            snapshot, columns: [], includeInternal: options.includeInternal, rowCount: LinkTable.blockRowCount)
        var rows: [Int] = []
        var scratch = scratches.take(scan, block: position / LinkTable.blockRowCount)
        defer { scratches.giveBack(scratch, of: snapshot) }
        for range in try snapshot.rows(of: target) where range.upperBound > position {
            var start = max(range.lowerBound, position)
            while start < range.upperBound, rows.count <= limit {
                let end = min(range.upperBound, (start / LinkTable.blockRowCount + 1) * LinkTable.blockRowCount)
                try scan.forEachBlock(start..<end, scratch: &scratch) { found in
                    // One more than asked for says whether anything follows.
                    for index in 0..<min(found.count, limit + 1 - rows.count) {
                        rows.append(found.firstRow + Int(found.rowInBlock[index]))
                    }
                }
                start = end
            }
        }
        let next = rows.count > limit ? rows.removeLast() : nil
        return BacklinkPage(backlinks: try backlinks(snapshot, rows: rows[...]), next: next)
    }

    /// Backlinks by their row numbers, in the order given.
    package func backlinks(_ snapshot: Snapshot, rows: ArraySlice<Int>) throws -> [Backlink] {
        let ranks = try BacklinkRanks(self, snapshot, rowCount: rows.count)
        var backlinks: [Backlink] = []
        backlinks.reserveCapacity(rows.count)
        let reader = LinkRowReader(snapshot, scratches: scratches)
        try reader.forEach(Array(rows)) { backlinks.append(try ranks.backlink($0)) }
        return backlinks
    }

    /// The counts of each target, in the order given; zeros for one that the snapshot doesn't hold. Memory: as
    /// `referringCounts(_:every:)`, for one thread.
    /// - Throws: `EngineError.notInThisSnapshot` for graphs without host names.
    package func referringCounts(_ snapshot: Snapshot, _ targets: [Target]) throws -> [ReferringCounts] {
        try snapshot.requireHostNames()
        let ranges = try targets.map { try snapshot.rows(of: $0) }
        let hosts = try PageHosts(snapshot, lookupCount: 0)
        var counter = GroupCounter(
            hosts, HostFinder(firstPages: hosts.firstPages), spans: hosts.spansOfDomains(), nil,
            includeInternal: options.includeInternal)
        return try zip(targets, ranges).map { target, ranges in
            for rows in ranges { try counter.add(snapshot, rows) }
            var counts = counter.finish().first?.counts ?? ReferringCounts(target: "")
            counts.target = target.text
            return counts
        }
    }

    /// Computes the ranks that are shown beside links, or reads them, so that the next questions find them.
    package func prepareRanks(_ snapshot: Snapshot) throws {
        try snapshot.requireHostNames()
        let levels = snapshot.shownLevels
        _ = try rank(snapshot, RankParameters(level: levels.domains))
        if levels.nodes != levels.domains { _ = try rank(snapshot, RankParameters(level: levels.nodes)) }
    }

    /// How many rows point into the target, links inside one registrable domain included: what a question about it
    /// would have to look at, known without looking.
    package func rowCount(_ snapshot: Snapshot, _ target: Target) throws -> Int {
        try snapshot.rows(of: target).reduce(0) { $0 + $1.count }
    }
}

/// Adds ranks to stored links.
struct BacklinkRanks {
    let ranks: RankLookup
    let hosts: PageHosts

    /// - Parameter rowCount: of the links whose ends will be asked about.
    init(_ engine: Engine, _ snapshot: Snapshot, rowCount: Int) throws {
        ranks = try RankLookup(engine, snapshot)
        hosts = try PageHosts(snapshot, lookupCount: 2 * rowCount)
    }

    func backlink(_ stored: StoredLink) throws -> Backlink {
        Backlink(
            link: stored.link, inlinkRank: try ranks.inlinkRank(ofPage: stored.from),
            domainInlinkRank: try ranks.domainInlinkRank(ofDomain: hosts.domain(ofPage: stored.from)))
    }
}
