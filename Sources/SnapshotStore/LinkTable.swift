/// The links of a snapshot, sorted by (to, from, …), in blocks of `blockRowCount` rows (the last one shorter). Row r is
/// in block r / blockRowCount in every column. They lie in files of their own, or are another snapshot's with changes.
package final class LinkTable: Sendable {
    package static let blockRowCount = 32_768
    package let rowCount: Int
    package let blockCount: Int
    private let storage: Storage
    /// There when last_visited is stored as a lag.
    private let pageDays: PageDays?

    enum Storage {
        case whole(StoredLinks)
        case delta(DeltaLinks)
    }

    init(_ storage: Storage, pageDays: PageDays?) {
        self.storage = storage
        self.pageDays = pageDays
        switch storage {
        case .whole(let links): (rowCount, blockCount) = (links.rowCount, links.blockCount)
        case .delta(let links): (rowCount, blockCount) = (links.rowCount, links.blockCount)
        }
    }

    /// Whether some row may have another value than 0.
    package func holds(_ column: LinkColumn) -> Bool {
        if column == .lastVisited && pageDays != nil { return true }
        return switch storage {
        case .whole(let links): links.holds(column.rawValue)
        case .delta(let links): links.holds(column)
        }
    }

    /// The targets of a block's first and last row (from the index; nothing is decoded).
    package func targets(ofBlock block: Int) -> ClosedRange<UInt32> {
        switch storage {
        case .whole(let links): links.targets(ofBlock: block)
        case .delta(let links): links.targets(ofBlock: block)
        }
    }

    func rowCount(ofBlock block: Int) -> Int { min(Self.blockRowCount, rowCount - block * Self.blockRowCount) }

    /// The rows whose target page lies in the range. Decodes at most two blocks.
    package func rows(ofPages pages: Range<Int>) throws -> Range<Int> {
        var scratch = LinkBlock()
        let lower = try firstRow(ofTarget: pages.lowerBound, &scratch)
        let upper = pages.isEmpty ? lower : try firstRow(ofTarget: pages.upperBound, &scratch)
        return lower..<upper
    }

    package func decodeEndpoints(ofBlock block: Int, into scratch: inout LinkBlock) throws {
        switch storage {
        case .whole(let links): try links.decodeEndpoints(ofBlock: block, into: &scratch)
        case .delta(let links): try links.decodeEndpoints(ofBlock: block, into: &scratch)
        }
    }

    /// Makes `values` the column's values of that block (values.count = the block's row count).
    /// - Parameter endpoints: those of the block, if they are at hand: last_visited may need them, and decodes them else.
    package func decode(
        _ column: LinkColumn, ofBlock block: Int, endpoints: LinkBlock? = nil, into values: inout [UInt32]
    ) throws {
        if column == .lastVisited, let pageDays {
            return try decodeLastVisited(ofBlock: block, pageDays, endpoints, into: &values)
        }
        switch storage {
        case .whole(let links): try links.decode(column.rawValue, ofBlock: block, into: &values)
        case .delta(let links): try links.decode(column, ofBlock: block, into: &values)
        }
    }

    /// The one value of all rows of a block, where the file says it in one; nil elsewhere. Nothing is decoded.
    package func constant(_ column: LinkColumn, ofBlock block: Int) throws -> UInt32? {
        if !holds(column) { return 0 }
        return switch storage {
        case .whole(let links): try links.constant(column.rawValue, ofBlock: block)
        case .delta: nil
        }
    }

    /// last_visited = max(the source page's day, first_seen) − lag: nearly always the lag is 0.
    private func decodeLastVisited(
        ofBlock block: Int, _ pageDays: PageDays, _ endpoints: LinkBlock?, into values: inout [UInt32]
    ) throws {
        var decoded = LinkBlock()
        if endpoints?.firstRow != block * Self.blockRowCount || endpoints?.count == 0 {
            try decodeEndpoints(ofBlock: block, into: &decoded)
        } else if let endpoints {
            decoded = endpoints
        }
        var firstSeen: [UInt32] = []
        try decode(.firstSeen, ofBlock: block, into: &firstSeen)
        switch storage {
        case .whole(let links): try links.decode(PageDays.lagFile, ofBlock: block, into: &values)
        case .delta(let links): try links.decodeLag(ofBlock: block, into: &values)
        }
        try pageDays.addDays(toLags: &values, sources: decoded.from, firstSeen: firstSeen, block: block)
    }

    /// The first row whose target is not below `target`. Decodes at most one block, none when it is in the scratch.
    private func firstRow(ofTarget target: Int, _ scratch: inout LinkBlock) throws -> Int {
        guard let target = UInt64(exactly: target) else { return 0 }
        var low = 0
        var high = blockCount
        while low < high {
            let middle = (low + high) / 2
            if UInt64(targets(ofBlock: middle).upperBound) < target { low = middle + 1 } else { high = middle }
        }
        let firstRow = low * Self.blockRowCount
        guard low < blockCount else { return rowCount }
        if UInt64(targets(ofBlock: low).lowerBound) >= target { return firstRow }
        if scratch.count == 0 || scratch.firstRow != firstRow { try decodeEndpoints(ofBlock: low, into: &scratch) }
        var start = 0
        var end = scratch.count
        while start < end {
            let middle = (start + end) / 2
            if UInt64(scratch.to[middle]) < target { start = middle + 1 } else { end = middle }
        }
        return firstRow + start
    }
}
