import LinkModel
import SnapshotStore

/// What a window holds beside the identity of its rows.
struct WindowColumns: OptionSet, Sendable {
    let rawValue: Int
    /// The union's host of each source.
    static let sourceHosts = WindowColumns(rawValue: 1)
    static let firstSeen = WindowColumns(rawValue: 2)
}

/// The rows of one side that are being merged: some blocks' backlinks, in the union's numbers. Rows before `head` are
/// merged already. Every array holds `count` values.
struct LinkWindow: Sendable {
    private(set) var count = 0
    var head = 0
    /// Destination page · 2³² + source page, ascending.
    private(set) var keys: [UInt64] = []
    /// LinkType; ascending among equal keys.
    private(set) var types: [UInt8] = []
    /// String ids in the union's numbers, 0 = unknown.
    private(set) var anchors: [UInt32] = []
    private(set) var imageSources: [UInt32] = []
    /// LinkFlags.
    private(set) var flags: [UInt8] = []
    /// 1 where both snapshots hold all links of the destination.
    private(set) var isKnown: [UInt8] = []
    private(set) var rowNumbers: [Int] = []
    /// Empty unless asked for.
    private(set) var sourceHosts: [UInt32] = []
    /// Stored days; empty unless asked for.
    private(set) var firstSeen: [UInt32] = []

    private let side: ComparedSide
    private let known: KnownPages
    private let columns: WindowColumns
    private let scan: LinkScan
    private var rows: Range<Int> = 0..<0
    private var scratch = LinkRows()
    private var fromPlaces: [UInt32] = []
    private var toPlaces: [UInt32] = []
    private var otherPlaces: [UInt32] = []

    init(_ side: ComparedSide, _ known: KnownPages, columns: WindowColumns, includeInternal: Bool) {
        self.side = side
        self.known = known
        self.columns = columns
        let identity: [LinkColumn] = [.type, .flags, .anchor, .imageSource]
        scan = side.snapshot.scan(
            columns.contains(.firstSeen) ? identity + [.firstSeen] : identity, side.pageHosts,
            includeInternal: includeInternal)
    }

    /// Forgets everything and begins with other rows.
    mutating func start(_ rows: Range<Int>) {
        head = count
        dropMerged()
        self.rows = rows
    }

    /// No more rows come after those in the window.
    var isLast: Bool { rows.isEmpty }

    /// The end of the rows whose group (equal key and type) is complete in the window.
    var completeEnd: Int {
        guard !isLast, count > head else { return count }
        var end = count - 1
        while end > head, keys[end - 1] == keys[count - 1], types[end - 1] == types[count - 1] { end -= 1 }
        return end
    }

    /// Drops the merged rows and reads on until the window holds a complete group or everything.
    mutating func refill() throws {
        dropMerged()
        while !isLast, completeEnd == head { try loadBlock() }
    }

    private mutating func dropMerged() {
        guard head > 0 else { return }
        keys.removeSubrange(..<head)
        types.removeSubrange(..<head)
        anchors.removeSubrange(..<head)
        imageSources.removeSubrange(..<head)
        flags.removeSubrange(..<head)
        isKnown.removeSubrange(..<head)
        rowNumbers.removeSubrange(..<head)
        if columns.contains(.sourceHosts) { sourceHosts.removeSubrange(..<head) }
        if columns.contains(.firstSeen) { firstSeen.removeSubrange(..<head) }
        count -= head
        head = 0
    }

    private mutating func loadBlock() throws {
        let blockEnd = (rows.lowerBound / LinkTable.blockRowCount + 1) * LinkTable.blockRowCount
        let wanted = rows.lowerBound..<min(blockEnd, rows.upperBound)
        rows = wanted.upperBound..<rows.upperBound
        // Taken out so that it can be read while the other columns change.
        var block = LinkRows()
        swap(&block, &scratch)
        defer { swap(&block, &scratch) }
        try scan.forEachBlock(wanted, scratch: &block) { try append($0) }
    }

    private mutating func append(_ rows: LinkRows) throws {
        let added = rows.count
        try translate(rows.from, added, side.pages, "page", into: &fromPlaces)
        try translate(rows.to, added, side.pages, "page", into: &toPlaces)
        Self.combine(toPlaces, fromPlaces, added, appendingTo: &keys)
        known.append(toPlaces, count: added, to: &isKnown)
        Self.narrow(rows.type, added, appendingTo: &types)
        Self.narrow(rows.flags, added, appendingTo: &flags)
        try translate(rows.anchor, added, side.strings, "text", into: &otherPlaces)
        anchors.append(contentsOf: otherPlaces[..<added])
        try translate(rows.imageSource, added, side.strings, "text", into: &otherPlaces)
        imageSources.append(contentsOf: otherPlaces[..<added])
        rowNumbers.reserveCapacity(count + added)
        for position in 0..<added { rowNumbers.append(rows.firstRow + Int(rows.rowInBlock[position])) }
        if columns.contains(.sourceHosts) {
            try translate(rows.sourceHost, added, side.hosts, "host", into: &otherPlaces)
            sourceHosts.append(contentsOf: otherPlaces[..<added])
        }
        if columns.contains(.firstSeen) { firstSeen.append(contentsOf: rows.firstSeen[..<added]) }
        count += added
    }

    private func translate(
        _ ids: [UInt32], _ count: Int, _ places: UnionPlaces, _ noun: String, into out: inout [UInt32]
    ) throws {
        if let id = places.lookUp(ids, count: count, into: &out) {
            throw StoreError(
                .corrupt,
                "snapshot \(side.snapshot.id), links: \(noun) \(id) does not exist. Run strata verify, then import the "
                    + "snapshot again.")
        }
    }

    private static func combine(_ high: [UInt32], _ low: [UInt32], _ count: Int, appendingTo out: inout [UInt64]) {
        out.reserveCapacity(out.count + count)
        let high = high.span
        let low = low.span
        for position in 0..<count { out.append(UInt64(high[position]) << 32 | UInt64(low[position])) }
    }

    private static func narrow(_ values: [UInt32], _ count: Int, appendingTo out: inout [UInt8]) {
        out.reserveCapacity(out.count + count)
        let values = values.span
        for position in 0..<count { out.append(UInt8(truncatingIfNeeded: values[position])) }
    }
}
