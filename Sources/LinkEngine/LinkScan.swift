import LinkModel
import SnapshotStore

/// Walks link rows block by block, leaving out the ones that are no backlinks, with the hosts and registrable domains
/// of both ends beside them. Immutable; threads share one scan and have a `LinkRows` each.
///
///     let scan = try LinkScan(snapshot, columns: [.flags], includeInternal: false)
///     var rows = LinkRows()
///     for range in try snapshot.rows(of: target) {
///         try scan.forEachBlock(range, scratch: &rows) { rows in
///             for index in 0..<rows.count { … rows.from[index], rows.sourceHost[index], rows.flags[index] … }
///         }
///     }
///
/// A backlink is a row whose source's registrable domain differs from its destination's. In number graphs every row
/// counts, and the arrays of hosts and domains stay empty.
struct LinkScan: Sendable {
    let snapshot: Snapshot
    let columns: [LinkColumn]
    let includeInternal: Bool
    /// nil in number graphs, and where nobody asks for hosts.
    let hosts: PageHosts?

    /// - Parameters:
    ///   - columns: what `LinkRows` is to hold beside the ends.
    ///   - rowCount: about how many rows will be walked, nil for the whole snapshot. With few rows no table of all
    ///     pages is made.
    init(_ snapshot: Snapshot, columns: [LinkColumn], includeInternal: Bool, rowCount: Int? = nil) throws {
        self.snapshot = snapshot
        self.columns = columns
        self.includeInternal = includeInternal
        hosts = snapshot.nodeKind == .number ? nil : try PageHosts(snapshot, lookupCount: rowCount.map { 2 * $0 })
    }

    /// The same with hosts that are at hand already.
    init(_ snapshot: Snapshot, columns: [LinkColumn], includeInternal: Bool, hosts: PageHosts) {
        self.snapshot = snapshot
        self.columns = columns
        self.includeInternal = includeInternal
        self.hosts = hosts
    }

    /// Hands out every row, internal ones too, without hosts and domains.
    init(everyRowOf snapshot: Snapshot, columns: [LinkColumn]) {
        self.snapshot = snapshot
        self.columns = columns
        includeInternal = true
        hosts = nil
    }

    /// Calls the body once for each block that holds rows of the range, in ascending order; blocks without any
    /// counting row are passed over. A block that the scratch holds already is not decoded again.
    func forEachBlock(_ rows: Range<Int>, scratch: inout LinkRows, _ body: (LinkRows) throws -> Void) throws {
        guard !rows.isEmpty else { return }
        let blockRowCount = LinkTable.blockRowCount
        for block in rows.lowerBound / blockRowCount...(rows.upperBound - 1) / blockRowCount {
            try scratch.load(block, rows: rows, of: self)
            if scratch.count > 0 { try body(scratch) }
        }
    }
}

extension Snapshot {
    /// The rows whose destination lies in the target, one range for each of the target's key ranges that has any.
    func rows(of target: Target) throws -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for keys in target.ranges {
            let rows = try links.rows(ofPages: pages(in: keys))
            if !rows.isEmpty { ranges.append(rows) }
        }
        return ranges
    }
}
