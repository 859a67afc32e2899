import SnapshotStore

/// The rows that a `LinkScan` hands out at a time: those of one block that answer the question, densely packed. Also
/// the scratch memory of a scan: make one for each thread and use it again.
///
/// Every array holds at least `count` values; element k of each belongs to the same link. Order: ascending row number.
struct LinkRows: Sendable {
    /// How many rows the block yielded.
    private(set) var count = 0
    /// The row number of the block's first row.
    private(set) var firstRow = 0
    /// Row numbers less firstRow.
    var rowInBlock: [UInt32] { selection }
    private(set) var from: [UInt32] = []
    private(set) var to: [UInt32] = []
    /// Hosts and registrable domains of both ends; empty in number graphs.
    private(set) var sourceHost: [UInt32] = []
    private(set) var targetHost: [UInt32] = []
    private(set) var sourceDomain: [UInt32] = []
    private(set) var targetDomain: [UInt32] = []
    /// LinkType and LinkFlags raw values, string ids, stored days and ranks (see LinkColumn); empty unless asked for.
    private(set) var type: [UInt32] = []
    private(set) var flags: [UInt32] = []
    private(set) var anchor: [UInt32] = []
    private(set) var title: [UInt32] = []
    private(set) var imageSource: [UInt32] = []
    private(set) var firstSeen: [UInt32] = []
    private(set) var lastVisited: [UInt32] = []
    private(set) var inlinkRank: [UInt32] = []
    private(set) var domainInlinkRank: [UInt32] = []

    /// The block that `decoded` and `decodedColumns` hold.
    private var block: Int?
    /// The snapshot of that block.
    private var owner: ObjectIdentifier?
    private var decoded = LinkBlock()
    private var decodedColumns: [LinkColumn: [UInt32]] = [:]
    /// The columns of that block which are decoded; `decodedColumns` keeps the memory of others.
    private var heldColumns: [LinkColumn] = []
    private var hostsOfFrom: [UInt32] = []
    private var hostsOfTo: [UInt32] = []
    /// For each row handed out, its element in the decoded arrays.
    private var selection: [UInt32] = []

    init() {}

    /// Makes the rows of `wanted` that lie in the block, and count for the scan, the content.
    mutating func load(_ block: Int, rows wanted: Range<Int>, of scan: LinkScan) throws {
        try decode(block, of: scan)
        firstRow = decoded.firstRow
        let rows = wanted.clamped(to: firstRow..<firstRow + decoded.count)
        let elements = rows.lowerBound - firstRow..<rows.upperBound - firstRow
        if let hosts = scan.hosts {
            hosts.lookUp(decoded.from, elements, into: &hostsOfFrom)
            hosts.lookUp(decoded.to, elements, into: &hostsOfTo)
        }
        if selection.count < decoded.count { selection = Array(repeating: 0, count: decoded.count) }
        if let hosts = scan.hosts, !scan.includeInternal {
            count = Self.selectBacklinks(
                elements, sources: hostsOfFrom, targets: hostsOfTo, domains: hosts.hostDomains, into: &selection)
        } else {
            count = elements.count
            for index in 0..<count { selection[index] = UInt32(elements.lowerBound + index) }
        }
        Self.gather(decoded.from, at: selection, count: count, into: &from)
        Self.gather(decoded.to, at: selection, count: count, into: &to)
        if let hosts = scan.hosts {
            Self.gather(hostsOfFrom, at: selection, count: count, into: &sourceHost)
            Self.gather(hostsOfTo, at: selection, count: count, into: &targetHost)
            Self.gather(hosts.hostDomains, at: sourceHost, count: count, into: &sourceDomain)
            Self.gather(hosts.hostDomains, at: targetHost, count: count, into: &targetDomain)
        }
        for column in scan.columns { pack(column) }
    }

    /// Whether the block is decoded here with the scan's columns.
    func holds(_ block: Int, of scan: LinkScan) -> Bool {
        self.block == block && owner == ObjectIdentifier(scan.snapshot)
            && scan.columns.allSatisfy(heldColumns.contains)
    }

    /// Keeps the memory and forgets what it holds.
    mutating func forget() {
        block = nil
        owner = nil
        heldColumns = []
        count = 0
    }

    private mutating func decode(_ block: Int, of scan: LinkScan) throws {
        if self.block != block || owner != ObjectIdentifier(scan.snapshot) {
            forget()
            try scan.snapshot.decodeEndpoints(ofBlock: block, into: &decoded)
            self.block = block
            owner = ObjectIdentifier(scan.snapshot)
        }
        for column in scan.columns where !heldColumns.contains(column) {
            try scan.snapshot.links.decode(column, ofBlock: block, into: &decodedColumns[column, default: []])
            heldColumns.append(column)
        }
    }

    /// Writes the elements whose ends lie in different registrable domains to `selection`; returns how many.
    private static func selectBacklinks(
        _ elements: Range<Int>, sources: [UInt32], targets: [UInt32], domains: [UInt32], into selection: inout [UInt32]
    ) -> Int {
        let sources = sources.span
        let targets = targets.span
        let domains = domains.span
        var selected = selection.mutableSpan
        var count = 0
        for index in elements {
            // Written always and kept by counting: no branch to mispredict.
            selected[count] = UInt32(truncatingIfNeeded: index)
            if domains[Int(sources[index])] != domains[Int(targets[index])] { count &+= 1 }
        }
        return count
    }

    /// Makes element k of `out` values[indexes[k]] for k < count.
    private static func gather(_ values: [UInt32], at indexes: [UInt32], count: Int, into out: inout [UInt32]) {
        // An answer of a few rows needs a few; a long scan soon has room for all rows of a block.
        if out.count < count { out = Array(repeating: 0, count: min(2 * count, LinkTable.blockRowCount)) }
        let values = values.span
        let indexes = indexes.span
        var out = out.mutableSpan
        for index in 0..<count { out[index] = values[Int(indexes[index])] }
    }

    /// Fills the column's array with the values of the selected rows.
    private mutating func pack(_ column: LinkColumn) {
        guard let decodedValues = decodedColumns[column] else { return }
        var packed: [UInt32] = []
        exchange(column, &packed)
        Self.gather(decodedValues, at: selection, count: count, into: &packed)
        exchange(column, &packed)
    }

    /// Swaps the column's array with the given one, so that it is changed without being copied.
    private mutating func exchange(_ column: LinkColumn, _ values: inout [UInt32]) {
        switch column {
        case .type: swap(&type, &values)
        case .flags: swap(&flags, &values)
        case .anchor: swap(&anchor, &values)
        case .title: swap(&title, &values)
        case .imageSource: swap(&imageSource, &values)
        case .firstSeen: swap(&firstSeen, &values)
        case .lastVisited: swap(&lastVisited, &values)
        case .inlinkRank: swap(&inlinkRank, &values)
        case .domainInlinkRank: swap(&domainInlinkRank, &values)
        }
    }
}
