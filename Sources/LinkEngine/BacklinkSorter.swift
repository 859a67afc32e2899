import LinkModel
import SnapshotStore

/// Collects backlinks as row numbers with what they are sorted by, and puts them in order.
///
/// Memory: 48 bytes a collected backlink. With a limit, rows that can't be among the first any more are dropped as more
/// come in, except while they tie with the last one.
struct BacklinkSorter {
    private struct Entry {
        /// Higher is earlier.
        var weight: UInt32
        var sourceHost: UInt32
        /// Page ids while collecting, then places in name order.
        var from: UInt64
        var to: UInt64
        /// Anchor string id (strings are in byte order, so ids are), then link type.
        var anchorAndType: UInt64
        /// Rows of equal ends, anchor and type are stored in the order of image source and flags.
        var row: Int

        static func precedes(_ left: Entry, _ right: Entry) -> Bool {
            if left.weight != right.weight { return left.weight > right.weight }
            if left.from != right.from { return left.from < right.from }
            if left.to != right.to { return left.to < right.to }
            if left.anchorAndType != right.anchorAndType { return left.anchorAndType < right.anchorAndType }
            return left.row < right.row
        }
    }
    static let byteCountPerRow = 48

    private let limit: Int?
    private let perDomain: Int?
    private let memoryLimit: Int
    private var entries: [Entry] = []
    private var pruneCount: Int

    init(limit: Int?, perDomain: Int?, memoryLimit: Int) {
        self.limit = limit
        self.perDomain = perDomain
        self.memoryLimit = memoryLimit
        pruneCount = max(65_536, 4 * min(limit ?? 0, .max / 4))
    }

    /// Columns needed: type, anchor.
    /// - Parameter weight: of element k; higher is earlier.
    mutating func add(_ rows: LinkRows, weight: (_ index: Int) throws -> UInt32) throws {
        for index in 0..<rows.count {
            entries.append(
                Entry(
                    weight: try weight(index), sourceHost: rows.sourceHost[index], from: UInt64(rows.from[index]),
                    to: UInt64(rows.to[index]),
                    anchorAndType: UInt64(rows.anchor[index]) << 8 | UInt64(rows.type[index] & 0xFF),
                    row: rows.firstRow + Int(rows.rowInBlock[index])))
        }
        if entries.count >= pruneCount, limit != nil, perDomain == nil { prune() }
        guard entries.count <= memoryLimit / Self.byteCountPerRow else {
            throw EngineError(
                .usage,
                "sorting this target's backlinks needs more memory than the limit of \(memoryLimit / 1_048_576) MiB "
                    + "(\(Self.byteCountPerRow) bytes a backlink). Raise --memory, or ask for a smaller target or a "
                    + "lower --limit.")
        }
    }

    /// Drops what is behind the first `limit` by weight alone.
    private mutating func prune() {
        guard let limit else { return }
        if limit < entries.count {
            let weights = entries.map(\.weight).sorted(by: >)
            let least = limit > 0 ? weights[limit - 1] : .max
            entries.removeAll { $0.weight < least }
        }
        pruneCount = max(pruneCount, 2 * entries.count)
    }

    /// The row numbers in order, cut by perDomain, then limit.
    mutating func finish(_ snapshot: Snapshot) throws -> [Int] {
        if perDomain == nil { prune() }
        try placeInNameOrder(snapshot)
        entries.sort(by: Entry.precedes)
        let limit = limit ?? entries.count
        guard let perDomain else { return entries.prefix(limit).map(\.row) }
        var taken: [UInt32: Int] = [:]
        var rows: [Int] = []
        for entry in entries {
            if rows.count >= limit { break }
            let count = taken[entry.sourceHost, default: 0]
            guard count < perDomain else { continue }
            taken[entry.sourceHost] = count + 1
            rows.append(entry.row)
        }
        return rows
    }

    /// The pages of both ends, ascending.
    private func distinctPages(of pageCount: Int) -> [UInt32] {
        guard entries.count > pageCount / 1_024 else {
            // A few are sorted before a set of all pages is made empty.
            let ends = entries.flatMap { [$0.from, $0.to] }.sorted()
            return ends.indices.filter { $0 == 0 || ends[$0] != ends[$0 - 1] }
                .map { UInt32(truncatingIfNeeded: ends[$0]) }
        }
        var pages = DistinctIndexes(capacity: pageCount)
        for entry in entries {
            pages.insert(UInt32(truncatingIfNeeded: entry.from))
            pages.insert(UInt32(truncatingIfNeeded: entry.to))
        }
        return pages.sorted()
    }

    private mutating func placeInNameOrder(_ snapshot: Snapshot) throws {
        let order = try TextOrder(snapshot, distinctPages(of: snapshot.pages.count))
        for index in entries.indices {
            entries[index].from = order.place(ofPage: UInt32(truncatingIfNeeded: entries[index].from))
            entries[index].to = order.place(ofPage: UInt32(truncatingIfNeeded: entries[index].to))
        }
    }
}
