package import LinkModel

/// One link with ids in place of texts. Rows are stored in ascending order of these fields, in this order; the ranks, which
/// lie where padding would be, come last.
package struct LinkRecord: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var to: UInt32
    package var from: UInt32
    package var type: UInt8
    package var anchor: UInt32
    package var imageSource: UInt32
    package var flags: UInt8
    /// The provider's ranks: 0 = unknown, else one more than the rank (0 … 100).
    package var inlinkRank: UInt8
    package var domainInlinkRank: UInt8
    package var firstSeen: UInt32
    package var lastVisited: UInt32
    package var title: UInt32
    package init(
        to: UInt32, from: UInt32, type: UInt8, anchor: UInt32, imageSource: UInt32, flags: UInt8, firstSeen: UInt32,
        lastVisited: UInt32, title: UInt32, inlinkRank: UInt8 = 0, domainInlinkRank: UInt8 = 0
    ) {
        self.to = to
        self.from = from
        self.type = type
        self.anchor = anchor
        self.imageSource = imageSource
        self.flags = flags
        self.inlinkRank = inlinkRank
        self.domainInlinkRank = domainInlinkRank
        self.firstSeen = firstSeen
        self.lastVisited = lastVisited
        self.title = title
    }

    package static func < (left: LinkRecord, right: LinkRecord) -> Bool {
        if left.to != right.to { return left.to < right.to }
        if left.from != right.from { return left.from < right.from }
        if left.type != right.type { return left.type < right.type }
        if left.anchor != right.anchor { return left.anchor < right.anchor }
        if left.imageSource != right.imageSource { return left.imageSource < right.imageSource }
        if left.flags != right.flags { return left.flags < right.flags }
        if left.firstSeen != right.firstSeen { return left.firstSeen < right.firstSeen }
        if left.lastVisited != right.lastVisited { return left.lastVisited < right.lastVisited }
        if left.title != right.title { return left.title < right.title }
        if left.inlinkRank != right.inlinkRank { return left.inlinkRank < right.inlinkRank }
        return left.domainInlinkRank < right.domainInlinkRank
    }

    /// The largest stored day: 9999-12-31.
    static let lastStoredDay: UInt64 = 3_652_059

    /// The largest stored rank: 100.
    static let lastStoredRank: UInt64 = 101

    /// Ranks below 0 say "unknown"; above 100 there are none.
    package static func storedRank(_ rank: Int?) -> UInt8 {
        guard let rank, rank >= 0 else { return 0 }
        return UInt8(min(rank, 100) + 1)
    }
    package static func rank(fromStored value: UInt8) -> Int? { value == 0 ? nil : Int(value) - 1 }

    package static func storedDay(_ day: Day?) -> UInt32 { day.map { UInt32($0.number + 719_163) } ?? 0 }
    package static func day(fromStored value: UInt32) -> Day? { value == 0 ? nil : Day(number: Int32(value) - 719_163) }
}
