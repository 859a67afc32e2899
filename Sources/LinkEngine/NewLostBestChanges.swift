import LinkModel

/// Keeps the first `limit` changes of an order while more and more arrive.
struct BestChanges {
    private let order: NewLostOrder
    private let limit: Int?
    private var links: [ChangedLink] = []

    init(_ order: NewLostOrder, limit: Int?) {
        self.order = order
        self.limit = limit
    }

    /// Whether as many as were asked for are dated after the day.
    func isFull(ofDaysAfter day: Day) -> Bool {
        guard let limit else { return false }
        return links.count { $0.date > day } >= limit
    }

    /// Those that may be among the first, by what is compared first (a date's number, or a rank).
    func worthReading(_ rows: [(row: ChangedRow, rank: Int)]) -> [(row: ChangedRow, rank: Int)] {
        guard let limit else { return rows }
        if limit == 0 { return [] }
        let ranks = (rows.map(\.rank) + links.map { Self.rank($0, order) }).sorted(by: >)
        guard ranks.count > limit else { return rows }
        let worst = ranks[limit - 1]
        return rows.filter { $0.rank >= worst }
    }

    mutating func add(_ more: [ChangedLink]) {
        links += more
        if let limit, links.count > 2 * min(max(limit, 1_024), .max / 2) { cut(limit) }
    }

    mutating func sorted() -> [ChangedLink] {
        cut(limit ?? .max)
        return links
    }

    private mutating func cut(_ limit: Int) {
        links.sort { Self.isBefore($0, $1, order) }
        if links.count > limit { links.removeSubrange(limit...) }
    }

    private static func rank(_ link: ChangedLink, _ order: NewLostOrder) -> Int {
        switch order {
        case .newLostDate: Int(link.date.number)
        case .inlinkRank: link.inlinkRank
        case .domainInlinkRank: link.domainInlinkRank
        }
    }

    private static func isBefore(_ left: ChangedLink, _ right: ChangedLink, _ order: NewLostOrder) -> Bool {
        let (leftRank, rightRank) = (rank(left, order), rank(right, order))
        if leftRank != rightRank { return leftRank > rightRank }
        let (first, second) = (left.link, right.link)
        if first.urlFrom != second.urlFrom { return precedes(first.urlFrom, second.urlFrom) }
        if first.urlTo != second.urlTo { return precedes(first.urlTo, second.urlTo) }
        if first.anchor != second.anchor { return isBefore(first.anchor, second.anchor) }
        if first.type != second.type { return first.type.rawValue < second.type.rawValue }
        if first.imageSource != second.imageSource { return isBefore(first.imageSource, second.imageSource) }
        if first.flags != second.flags { return first.flags.rawValue < second.flags.rawValue }
        if left.date != right.date { return left.date > right.date }
        return left.kind == .new && right.kind == .lost
    }

    /// Unknown first.
    private static func isBefore(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right != nil }
        return precedes(left, right)
    }
}
