import LinkModel
import SnapshotStore

/// The rows of one side that are being paired: some blocks' links, internal ones too. Rows before `head` are done. Every
/// array holds `count` values, in stored order: ascending (to, from, type, anchor, image source, flags).
struct RowWindow: Sendable {
    private(set) var count = 0
    var head = 0
    /// Pages by this side's numbers.
    private(set) var to: [UInt32] = []
    private(set) var from: [UInt32] = []
    /// The union's host of each source. Empty on the old side: nearly all of its rows have a partner that knows.
    private(set) var hosts: [UInt32] = []
    /// By the new side's numbers, `EntryMap.none` where the new side has no such page or text.
    private(set) var newFrom: [UInt32] = []
    private(set) var anchors: [UInt32] = []
    private(set) var imageSources: [UInt32] = []
    private(set) var types: [UInt32] = []
    private(set) var flags: [UInt32] = []

    private let snapshot: Snapshot
    private let finder: HostFinder
    /// The union's host of each host of this side.
    private let places: [UInt32]
    /// nil on the new side.
    private let maps: (pages: EntryMap, strings: EntryMap)?
    private var rows: Range<Int> = 0..<0
    private var block = LinkBlock()
    private var column: [UInt32] = []

    init(
        _ snapshot: Snapshot, _ finder: HostFinder, places: [UInt32], maps: (pages: EntryMap, strings: EntryMap)?
    ) {
        self.snapshot = snapshot
        self.finder = finder
        self.places = places
        self.maps = maps
    }

    /// Forgets everything and begins with other rows.
    mutating func start(_ rows: Range<Int>) {
        head = count
        dropDone()
        self.rows = rows
    }

    /// No more rows come after those in the window.
    var isLast: Bool { rows.isEmpty }

    /// The end of the rows of which all others with the same ends are in the window too.
    private(set) var completeEnd = 0

    /// Drops what is done and reads on until the window holds all rows of some pair of ends, or everything.
    mutating func refill() throws {
        guard head == completeEnd else { return }
        dropDone()
        while !isLast, completeEnd == head {
            try loadBlock()
            findCompleteEnd()
        }
    }

    /// The target of the next row.
    var target: UInt32? { head < completeEnd ? to[head] : nil }

    /// The end of the rows from `head` on that have its target, as far as they are complete.
    func endOfTarget() -> Int {
        let to = to.span
        let target = to[head]
        let end = completeEnd
        var row = head &+ 1
        // Long runs in long steps: rows ascend.
        while row &+ 16 <= end, to[row &+ 15] == target { row &+= 16 }
        while row < end, to[row] == target { row &+= 1 }
        return row
    }

    private mutating func findCompleteEnd() {
        completeEnd = count
        guard !isLast, count > head else { return }
        var end = count - 1
        while end > head, from[end - 1] == from[count - 1], to[end - 1] == to[count - 1] { end -= 1 }
        completeEnd = end
    }

    private mutating func dropDone() {
        guard head > 0 else { return }
        to.removeSubrange(..<head)
        from.removeSubrange(..<head)
        if maps == nil { hosts.removeSubrange(..<head) }
        if maps != nil { newFrom.removeSubrange(..<head) }
        anchors.removeSubrange(..<head)
        imageSources.removeSubrange(..<head)
        types.removeSubrange(..<head)
        flags.removeSubrange(..<head)
        count -= head
        completeEnd -= head
        head = 0
    }

    private mutating func loadBlock() throws {
        let number = rows.lowerBound / LinkTable.blockRowCount
        let firstRow = number * LinkTable.blockRowCount
        let wanted = rows.lowerBound - firstRow..<min(LinkTable.blockRowCount, rows.upperBound - firstRow)
        rows = firstRow + wanted.upperBound..<rows.upperBound
        let links = snapshot.links
        try snapshot.decodeEndpoints(ofBlock: number, into: &block)
        to.append(contentsOf: block.to[wanted])
        from.append(contentsOf: block.from[wanted])
        if maps == nil { finder.append(block.from, wanted, at: places, to: &hosts) }
        if let maps, let page = maps.pages.append(block.from, wanted, to: &newFrom) { throw missing("page", page) }
        try links.decode(.anchor, ofBlock: number, into: &column)
        if let text = Self.append(column, wanted, maps?.strings, to: &anchors) { throw missing("text", text) }
        try links.decode(.imageSource, ofBlock: number, into: &column)
        if let text = Self.append(column, wanted, maps?.strings, to: &imageSources) { throw missing("text", text) }
        try links.decode(.type, ofBlock: number, into: &column)
        types.append(contentsOf: column[wanted])
        try links.decode(.flags, ofBlock: number, into: &column)
        flags.append(contentsOf: column[wanted])
        count += wanted.count
    }

    /// Appends text ids as the new side has them; returns one that doesn't exist, nil when all do.
    private static func append(
        _ ids: [UInt32], _ wanted: Range<Int>, _ map: EntryMap?, to out: inout [UInt32]
    ) -> UInt32? {
        if let map { return map.append(ids, wanted, to: &out) }
        out.append(contentsOf: ids[wanted])
        return nil
    }

    private func missing(_ noun: String, _ id: UInt32) -> StoreError {
        StoreError(
            .corrupt,
            "snapshot \(snapshot.id), links: \(noun) \(id) does not exist. Run strata verify, then import the snapshot "
                + "again.")
    }
}
