package import LinkModel

/// The columns beside the adjacency; every value is a UInt32. Raw value = file name stem ("links.anchor").
package enum LinkColumn: String, CaseIterable, Sendable {
    case type = "links.type"
    case flags = "links.flags"
    /// String ids, 0 = unknown.
    case anchor = "links.anchor"
    case title = "links.title"
    case imageSource = "links.image_source"
    /// Day.number + 719,163 (so 0001-01-01 is 1); 0 = unknown.
    case firstSeen = "links.first_seen"
    case lastVisited = "links.last_visited"
}

/// One link with ids in place of texts. Rows are stored in ascending order of these fields, in this order.
package struct LinkRecord: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var to: UInt32
    package var from: UInt32
    package var type: UInt8
    package var anchor: UInt32
    package var imageSource: UInt32
    package var flags: UInt8
    package var firstSeen: UInt32
    package var lastVisited: UInt32
    package var title: UInt32
    package init(
        to: UInt32, from: UInt32, type: UInt8, anchor: UInt32, imageSource: UInt32, flags: UInt8, firstSeen: UInt32,
        lastVisited: UInt32, title: UInt32
    ) {
        self.to = to
        self.from = from
        self.type = type
        self.anchor = anchor
        self.imageSource = imageSource
        self.flags = flags
        self.firstSeen = firstSeen
        self.lastVisited = lastVisited
        self.title = title
    }
    package static func < (left: LinkRecord, right: LinkRecord) -> Bool { fatalError("stub") }
    package static func storedDay(_ day: Day?) -> UInt32 { day.map { UInt32($0.number + 719_163) } ?? 0 }
    package static func day(fromStored value: UInt32) -> Day? { value == 0 ? nil : Day(number: Int32(value) - 719_163) }
}

/// The endpoints of one block of rows, in row order: ascending (to, from).
package struct LinkBlock {
    package var firstRow = 0
    package var count = 0
    /// `count` values are valid; capacity blockRowCount.
    package var from: [UInt32] = []
    package var to: [UInt32] = []
    package init() {}
}

/// The links of a snapshot, sorted by (to, from, …), in blocks of `blockRowCount` rows (the last one shorter). Row r is
/// in block r / blockRowCount in every column.
package final class LinkTable: Sendable {
    package static let blockRowCount = 32_768
    package let rowCount: Int
    package let blockCount: Int
    init(rowCount: Int) { fatalError("stub") }
    /// The targets of a block's first and last row (from the index; nothing is decoded).
    package func targets(ofBlock block: Int) -> ClosedRange<UInt32> { fatalError("stub") }
    /// The rows whose target page lies in the range. Decodes at most two blocks.
    package func rows(ofPages pages: Range<Int>) throws -> Range<Int> { fatalError("stub") }
    package func decodeEndpoints(ofBlock block: Int, into scratch: inout LinkBlock) throws { fatalError("stub") }
    /// Makes `values` the column's values of that block (values.count = the block's row count).
    package func decode(_ column: LinkColumn, ofBlock block: Int, into values: inout [UInt32]) throws {
        fatalError("stub")
    }
}
