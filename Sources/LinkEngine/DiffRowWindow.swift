import LinkModel
import SnapshotStore

/// The rows of one side that are being paired: some blocks' links, internal ones too. Rows before `head` are done. Every
/// array holds `count` values, in stored order: ascending (to, from, type, anchor, image source, flags).
///
/// Safety: the loops without checks run over the wanted rows of `to`; `from` is cut alike, and a precondition
/// compares the number of sources. Snapshot.decodeEndpoints throws for an end that is no page, and a precondition
/// says that the map has an index for each page of its side.
struct RowWindow: Sendable {
    private(set) var count = 0
    var head = 0
    /// Destination · 2³² + source by the new side's numbers; `noKey` where it lacks one of them.
    private(set) var keys: [UInt64] = []
    /// Pages by the old side's numbers; empty on the new side, whose numbers are in its keys.
    private(set) var to: [UInt32] = []
    private(set) var from: [UInt32] = []
    /// By the new side's numbers; `EntryMap.none` where it lacks one.
    private(set) var anchors: [UInt32] = []
    private(set) var flags: [UInt32] = []
    /// Type and image source of all rows, where these are the same, as they are in most tables: then their arrays are empty.
    private(set) var common: Common?
    private(set) var types: [UInt32] = []
    private(set) var imageSources: [UInt32] = []

    struct Common: Equatable, Sendable {
        var type: UInt32
        var imageSource: UInt32
    }

    /// Above all keys of the new side: no page has the last number.
    static let noKey = UInt64.max

    private let snapshot: Snapshot
    /// nil on the new side.
    private let maps: (pages: EntryMap, strings: EntryMap)?
    private var rows: Range<Int> = 0..<0
    /// What blocks are decoded into.
    struct Scratch: Sendable {
        var block = LinkBlock()
        var column: [UInt32] = []
        var sources: [UInt32] = []
    }

    init(_ snapshot: Snapshot, maps: (pages: EntryMap, strings: EntryMap)?) {
        self.snapshot = snapshot
        self.maps = maps
    }

    func type(_ row: Int) -> UInt32 { common?.type ?? types[row] }

    /// By this side's numbers.
    func imageSource(_ row: Int) -> UInt32 { common?.imageSource ?? imageSources[row] }

    /// Forgets everything and begins with other rows.
    mutating func start(_ rows: Range<Int>) {
        head = count
        dropDone()
        completeEnd = 0
        self.rows = rows
    }

    /// No more rows come after those in the window.
    var isLast: Bool { rows.isEmpty }

    /// The end of the rows of which all others with the same ends are in the window too.
    private(set) var completeEnd = 0

    /// Drops what is done and reads on until the window holds all rows of some pair of ends, or everything.
    mutating func refill(_ scratch: inout Scratch) throws {
        guard head == completeEnd else { return }
        dropDone()
        while !isLast, completeEnd == head {
            try loadBlock(&scratch.block, &scratch.column, &scratch.sources)
            findCompleteEnd()
        }
    }

    /// The target of the next row, by this side's numbers.
    var target: UInt32? { head < completeEnd ? target(head) : nil }

    /// The rows from `head` on whose targets are below a page of this side, as far as they are complete.
    func rows(below page: UInt32) -> Range<Int> {
        // Most ranges are short.
        var (low, step) = (head, 16)
        while low + step < completeEnd, target(low + step) < page {
            low += step
            step *= 2
        }
        var high = min(low + step, completeEnd)
        while low < high {
            let middle = (low + high) / 2
            if target(middle) < page { low = middle + 1 } else { high = middle }
        }
        return head..<low
    }

    @inline(__always)
    private func target(_ row: Int) -> UInt32 {
        maps == nil ? UInt32(truncatingIfNeeded: keys[row] >> 32) : to[row]
    }

    @inline(__always)
    private func haveSameEnds(_ left: Int, _ right: Int) -> Bool {
        maps == nil ? keys[left] == keys[right] : from[left] == from[right] && to[left] == to[right]
    }

    private mutating func findCompleteEnd() {
        completeEnd = count
        guard !isLast, count > head else { return }
        var end = count - 1
        while end > head, haveSameEnds(end - 1, count - 1) { end -= 1 }
        completeEnd = end
    }

    private mutating func dropDone() {
        guard head > 0 else { return }
        keys.removeSubrange(..<head)
        if maps != nil { to.removeSubrange(..<head) }
        if maps != nil { from.removeSubrange(..<head) }
        anchors.removeSubrange(..<head)
        flags.removeSubrange(..<head)
        if common == nil { types.removeSubrange(..<head) }
        if common == nil { imageSources.removeSubrange(..<head) }
        count -= head
        completeEnd -= head
        head = 0
    }

    private mutating func loadBlock(
        _ block: inout LinkBlock, _ column: inout [UInt32], _ sources: inout [UInt32]
    ) throws {
        let number = rows.lowerBound / LinkTable.blockRowCount
        let firstRow = number * LinkTable.blockRowCount
        let wanted = rows.lowerBound - firstRow..<min(LinkTable.blockRowCount, rows.upperBound - firstRow)
        rows = firstRow + wanted.upperBound..<rows.upperBound
        try snapshot.decodeEndpoints(ofBlock: number, into: &block)
        if let maps {
            to.append(contentsOf: block.to[wanted])
            from.append(contentsOf: block.from[wanted])
            sources.removeAll(keepingCapacity: true)
            maps.pages.append(block.from.span.extracting(wanted), to: &sources)
            Self.append(
                block, wanted, maps.pages, sources: sources, pageCount: snapshot.pages.count, to: &keys)
        } else {
            Self.append(block, wanted, to: &keys)
        }
        let links = snapshot.links
        try links.decode(.anchor, ofBlock: number, into: &column)
        try checkTexts(column, wanted)
        if let maps {
            maps.strings.append(column.span.extracting(wanted), to: &anchors)
        } else {
            anchors.append(contentsOf: column[wanted])
        }
        try links.decode(.flags, ofBlock: number, into: &column)
        flags.append(contentsOf: column[wanted])
        try loadRest(number, wanted, &column)
        count += wanted.count
    }

    /// Types and image sources.
    private mutating func loadRest(_ number: Int, _ wanted: Range<Int>, _ column: inout [UInt32]) throws {
        let links = snapshot.links
        if let type = try links.constant(.type, ofBlock: number),
            let imageSource = try links.constant(.imageSource, ofBlock: number)
        {
            let these = Common(type: type, imageSource: imageSource)
            if count == 0 || common == these {
                common = these
                types.removeAll(keepingCapacity: true)
                imageSources.removeAll(keepingCapacity: true)
                return try checkTexts([imageSource], 0..<1)
            }
        }
        if let common {
            types = Array(repeating: common.type, count: count)
            imageSources = Array(repeating: common.imageSource, count: count)
            self.common = nil
        }
        try links.decode(.type, ofBlock: number, into: &column)
        types.append(contentsOf: column[wanted])
        try links.decode(.imageSource, ofBlock: number, into: &column)
        try checkTexts(column, wanted)
        imageSources.append(contentsOf: column[wanted])
    }

    /// The ends must be pages; `decodeEndpoints` has seen to it.
    private static func append(_ block: LinkBlock, _ rows: Range<Int>, to keys: inout [UInt64]) {
        let (to, from) = (block.to.span.extracting(rows), block.from.span.extracting(rows))
        keys.append(addingCapacity: rows.count) { room in
            for row in to.indices {
                room.append(unsafe UInt64(to[unchecked: row]) &<< 32 | UInt64(from[unchecked: row]))
            }
        }
    }

    /// The same by the new side's numbers, which the sources have already.
    private static func append(
        _ block: LinkBlock, _ rows: Range<Int>, _ pages: EntryMap, sources: [UInt32], pageCount: Int,
        to keys: inout [UInt64]
    ) {
        let (to, sources) = (block.to.span.extracting(rows), sources.span)
        precondition(sources.count == to.count)
        let (bases, steps, wide) = (pages.bases.span, pages.steps.span, pages.wide.span)
        // decodeEndpoints has seen to it that all are pages of the old side, and the map has an index for each of them.
        precondition(pageCount <= pages.count)
        keys.append(addingCapacity: rows.count) { room in
            for row in to.indices {
                let target = unsafe EntryMap.index(of: to[unchecked: row], bases, steps, wide)
                let source = unsafe sources[unchecked: row]
                // None is the largest number: + 1 it has a 33rd bit. Again without a branch.
                let isMissing = ((UInt64(target) &+ 1) | (UInt64(source) &+ 1)) &>> 32
                room.append((UInt64(target) &<< 32 | UInt64(source)) | (0 &- isMissing))
            }
        }
    }

    /// - Throws: when one of the ids in the range is no text's.
    private func checkTexts(_ ids: [UInt32], _ range: Range<Int>) throws {
        let ids = ids.span.extracting(range)
        var largest: UInt32 = 0
        for index in ids.indices { largest = max(largest, ids[index]) }
        guard Int(largest) > snapshot.strings.count else { return }
        throw StoreError(
            .corrupt,
            "snapshot \(snapshot.id), links: text \(largest) does not exist. Run strata verify, then import the snapshot "
                + "again.")
    }
}
