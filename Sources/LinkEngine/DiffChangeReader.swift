import LinkModel
import SnapshotStore

/// The ranks of the snapshots that were asked about last: computed or read once.
struct RankCache: Sendable {
    private let engine: Engine
    private var lookups: [(snapshot: Snapshot, ranks: RankLookup?)] = []

    init(_ engine: Engine) { self.engine = engine }

    /// nil for graphs without host names, whose nodes have no such ranks.
    mutating func ranks(of snapshot: Snapshot) throws -> RankLookup? {
        if let known = lookups.first(where: { $0.snapshot === snapshot }) { return known.ranks }
        let ranks = snapshot.nodeKind == .number ? nil : try RankLookup(engine, snapshot)
        // A comparison has two snapshots.
        if lookups.count == 2 { lookups.removeFirst() }
        lookups.append((snapshot, ranks))
        return ranks
    }
}

/// Reads the texts and ranks of changed links.
struct ChangeReader {
    private let comparison: Comparison
    private let oldReader: LinkRowReader
    private let newReader: LinkRowReader

    init(_ comparison: Comparison) {
        self.comparison = comparison
        oldReader = LinkRowReader(comparison.old.snapshot)
        newReader = LinkRowReader(comparison.new.snapshot)
    }

    /// In the order given.
    func read(_ rows: [ChangedRow], _ ranks: inout RankCache) throws -> [ChangedLink] {
        var oldLinks: [StoredLink] = []
        var newLinks: [StoredLink] = []
        try oldReader.forEach(rows.compactMap { $0.isNew ? $0.oldRow : $0.row }) { oldLinks.append($0) }
        try newReader.forEach(rows.compactMap { $0.isNew ? $0.row : nil }) { newLinks.append($0) }
        var (nextOld, nextNew) = (oldLinks.makeIterator(), newLinks.makeIterator())
        var links: [ChangedLink] = []
        links.reserveCapacity(rows.count)
        for row in rows {
            let oldLink = row.isNew && row.oldRow == nil ? nil : nextOld.next()
            let newLink = row.isNew ? nextNew.next() : nil
            guard let shown = newLink ?? oldLink else { continue }
            let side = row.isNew ? comparison.new : comparison.old
            let lookup = try ranks.ranks(of: side.snapshot)
            links.append(
                ChangedLink(
                    date: row.date, kind: row.kind, link: shown.link, oldLink: row.isNew ? oldLink?.link : nil,
                    reasonLost: row.reasonLost, inlinkRank: try lookup?.inlinkRank(ofPage: shown.from) ?? -1,
                    domainInlinkRank: try lookup.flatMap { lookup in
                        try side.pageHosts.map { try lookup.domainInlinkRank(ofDomain: $0.domain(ofPage: shown.from)) }
                    } ?? -1))
        }
        return links
    }
}
