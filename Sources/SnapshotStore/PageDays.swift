import Synchronization

/// The day on which each source page was last visited, as its links say. Links of one page nearly always agree on it, so a
/// compacted snapshot stores the day once a page, and with each link only how far it is from
///
///     max(the source page's day, first_seen) − last_visited, zigzag, modulo 2³²      "links.last_visited_lag"
///
/// `pages.last_visited` holds one value for each page that is a source, in page order: the day of most of its links. A link
/// that was first seen later than its page was last visited makes that visit a later one, hence the maximum.
/// Memory once it is asked for: 4 bytes a page.
final class PageDays: Sendable {
    static let file = "pages.last_visited"
    static let lagFile = "links.last_visited_lag"

    private let isSource: IntegerColumn
    private let days: IntegerColumn
    private let cache = Mutex<[UInt32]?>(nil)

    init(isSource: IntegerColumn, days: IntegerColumn) {
        self.isSource = isSource
        self.days = days
    }

    /// One value a page; 0 for pages that aren't sources.
    private func byPage() throws -> [UInt32] {
        if let values = cache.withLock({ $0 }) { return values }
        let days = try days.all()
        var values = try isSource.all()
        var next = 0
        for page in values.indices where values[page] != 0 {
            guard next < days.count else { throw self.days.disorder("a day for each source page") }
            values[page] = days[next]
            next += 1
        }
        guard next == days.count else { throw self.days.disorder("a day for each of \(next) source pages") }
        let filled = values
        cache.withLock { $0 = filled }
        return filled
    }

    /// Makes lags days of last_visited.
    func addDays(toLags values: inout [UInt32], sources: [UInt32], firstSeen: [UInt32], block: Int) throws {
        let byPage = try byPage()
        let count = values.count
        guard sources.count >= count, firstSeen.count >= count else {
            throw days.disorder("as many rows in each column of block \(block)")
        }
        var largest: UInt32 = 0
        let days = byPage.span
        let sources = sources.span
        let firstSeen = firstSeen.span
        var out = values.mutableSpan
        for row in 0..<count {
            let day = max(days[Int(sources[row])], firstSeen[row]) &- unzigzag(out[row])
            largest = max(largest, day)
            out[row] = day
        }
        guard UInt64(largest) <= LinkRecord.lastStoredDay else {
            throw self.days.disorder("days up to \(LinkRecord.lastStoredDay) in block \(block)")
        }
    }
}
