/// The links of a delta snapshot: those of its base without the removed ones, with changed values, and the inserted ones
/// between them. The inserted rows are an ordinary table in files of their own. Decodes to the same blocks as a whole table.
///
/// Memory: the blocks that were decoded last, of the base and of the own columns (5 MiB at most), and the page and text maps.
final class DeltaLinks: Sendable {
    static let insertedFile = "links.inserted"
    static let removedFile = "links.removed"
    static func changedFile(_ column: String) -> String { column + ".changed" }
    static func valuesFile(_ column: String) -> String { column + ".values" }

    /// The columns that say how rows differ; a missing one is empty.
    struct Files {
        var index: IntegerColumn
        /// Gaps between inserted rows, in their block; between removed rows, in the block's part of the base.
        var inserted: IntegerColumn?
        var removed: IntegerColumn?
        /// Gaps between changed rows, in their block, and their values.
        var changed: [LinkColumn: IntegerColumn] = [:]
        var values: [LinkColumn: IntegerColumn] = [:]
    }

    private let base: LinkTable
    private let insertedLinks: StoredLinks
    private let files: Files
    private let index: DeltaLinkIndex
    private let pages: PositionMap
    private let texts: PositionMap
    private let decoded = DecodedBlocks()
    private let isOrdered: AtomicBitmap

    var rowCount: Int { index.rowCount }
    var blockCount: Int { index.blockCount }

    init(
        base: LinkTable, inserted: StoredLinks, files: Files, rowCount: Int, pages: PositionMap, texts: PositionMap
    ) throws {
        self.base = base
        self.insertedLinks = inserted
        self.files = files
        self.pages = pages
        self.texts = texts
        index = try DeltaLinkIndex(files.index, rowCount: rowCount, baseRowCount: base.rowCount)
        isOrdered = AtomicBitmap(bitCount: index.blockCount)
        guard index.insertedCount == inserted.rowCount, index.insertedCount == files.inserted?.count ?? 0,
            index.removedCount == files.removed?.count ?? 0 || index.blockCount == 0,
            index.lastTarget.map({ Int($0) < pages.count }) ?? true,
            DeltaLinkIndex.changeable.allSatisfy({ column in
                let count = index.changedCount(column)
                return files.changed[column]?.count ?? 0 == count && files.values[column]?.count ?? 0 == count
            })
        else { throw files.index.disorder("as many positions as inserted, removed and changed rows") }
    }

    func holds(_ column: LinkColumn) -> Bool {
        base.holds(column) || insertedLinks.holds(column.rawValue) || index.changedCount(column) > 0
    }

    func targets(ofBlock block: Int) -> ClosedRange<UInt32> { index.targets(ofBlock: block) }

    func decodeEndpoints(ofBlock block: Int, into scratch: inout LinkBlock) throws {
        let count = index.rowCount(ofBlock: block)
        scratch.reserve(count)
        scratch.count = 0
        scratch.firstRow = block * LinkTable.blockRowCount
        try merge("from", block, into: &scratch.from) { kept, keptCount in
            try pages.table().map(&kept, count: keptCount)
        }
        try merge("to", block, into: &scratch.to) { kept, keptCount in
            try pages.table().map(&kept, count: keptCount)
        }
        scratch.count = count
        if isOrdered[block] { return }
        let targets = index.targets(ofBlock: block)
        guard
            scratch.isInOrder(
                targets: UInt64(targets.lowerBound)...UInt64(targets.upperBound), pageCount: UInt64(pages.count))
        else {
            scratch.count = 0
            throw files.index.disorder("ascending links between \(pages.count) pages in block \(block) of the result")
        }
        isOrdered.set(block)
    }

    func decode(_ column: LinkColumn, ofBlock block: Int, into values: inout [UInt32]) throws {
        let count = index.rowCount(ofBlock: block)
        if values.count != count { values = [UInt32](repeating: 0, count: count) }
        try merge(column.rawValue, block, into: &values) { kept, keptCount in
            guard column.holdsTexts else { return true }
            return try texts.table().map(&kept, count: keptCount, shift: 1)
        }
        try applyChanges(column, block, to: &values)
        var largest: UInt32 = 0
        for value in values { largest = max(largest, value) }
        guard UInt64(largest) <= column.limit(stringCount: texts.count) else {
            throw files.index.disorder("values up to \(column.limit(stringCount: texts.count)) (\(column.rawValue))")
        }
    }

    /// The lags of last_visited, where this snapshot stores lags: kept rows have 0 unless a change says otherwise.
    func decodeLag(ofBlock block: Int, into values: inout [UInt32]) throws {
        let count = index.rowCount(ofBlock: block)
        values = [UInt32](repeating: 0, count: count)
        let own = try inserted(PageDays.lagFile, index.inserted(block))
        let places = try positions(files.inserted, DeltaLinks.insertedFile, index.inserted(block), below: count)
        for (place, value) in zip(places, own) { values[Int(place)] = value }
        try applyChanges(.lastVisited, block, to: &values)
    }

    private func applyChanges(_ column: LinkColumn, _ block: Int, to values: inout [UInt32]) throws {
        let range = index.changed(column, block)
        if range.isEmpty { return }
        let name = column.rawValue
        let places = try positions(
            files.changed[column], DeltaLinks.changedFile(name), range, below: values.count)
        let changed = try slice(files.values[column], DeltaLinks.valuesFile(name), range)
        for (place, value) in zip(places, changed) { values[Int(place)] = value }
    }

    /// Fills `out` with the block's values: of the base's rows the kept ones, as `map` changes them, and the inserted ones.
    private func merge(
        _ name: String, _ block: Int, into out: inout [UInt32],
        _ map: (_ values: inout [UInt32], _ count: Int) throws -> Bool
    ) throws {
        // The block's part of the base, removed rows too, then the inserted rows: each row is one of these.
        let baseRange = index.base(block)
        var values: [UInt32] = []
        values.reserveCapacity(baseRange.count + index.inserted(block).count)
        var row = baseRange.lowerBound
        while row < baseRange.upperBound {
            let baseBlock = row / LinkTable.blockRowCount
            let start = baseBlock * LinkTable.blockRowCount
            let loaded = try baseValues(name, baseBlock)
            let end = min(baseRange.upperBound, start + loaded.count)
            guard end > row else { throw files.index.disorder("blocks of \(LinkTable.blockRowCount) rows in the base") }
            values.append(contentsOf: loaded[row - start..<end - start])
            row = end
        }
        guard try map(&values, values.count) else {
            throw files.index.disorder("rows of known pages and texts in block \(block)")
        }
        values.append(contentsOf: try inserted(name, index.inserted(block)))
        let plan = try plan(block)
        let count = index.rowCount(ofBlock: block)
        precondition(out.count >= count && plan.count == count)
        let all = values.span
        let places = plan.span
        var result = out.mutableSpan
        for row in 0..<count { result[row] = all[Int(places[row])] }
    }

    /// For each row of the block its place among the block's part of the base and the inserted rows after it.
    private func plan(_ block: Int) throws -> [UInt32] {
        try decoded.values("plan", block) {
            let count = index.rowCount(ofBlock: block)
            let baseCount = index.base(block).count
            let removed = try positions(files.removed, DeltaLinks.removedFile, index.removed(block), below: baseCount)
            let inserted = try positions(files.inserted, DeltaLinks.insertedFile, index.inserted(block), below: count)
            var plan = [UInt32](repeating: 0, count: count)
            var nextInserted = 0
            var nextRemoved = 0
            var base = 0
            for row in 0..<count {
                if nextInserted < inserted.count, Int(inserted[nextInserted]) == row {
                    plan[row] = UInt32(truncatingIfNeeded: baseCount + nextInserted)
                    nextInserted += 1
                    continue
                }
                while nextRemoved < removed.count, Int(removed[nextRemoved]) == base {
                    nextRemoved += 1
                    base += 1
                }
                guard base < baseCount else { throw files.index.disorder("\(count) rows in block \(block)") }
                plan[row] = UInt32(truncatingIfNeeded: base)
                base += 1
            }
            return plan
        }
    }

    /// A block of the base's column, or of its ends ("from", "to").
    private func baseValues(_ name: String, _ block: Int) throws -> [UInt32] {
        try decoded.values("base " + name, block) {
            if name == "from" || name == "to" {
                let other = name == "from" ? "to" : "from"
                return try decoded.withScratch { scratch in
                    try base.decodeEndpoints(ofBlock: block, into: &scratch)
                    let from = Array(scratch.from[..<scratch.count])
                    let to = Array(scratch.to[..<scratch.count])
                    decoded.store("base " + other, block, name == "from" ? to : from)
                    return name == "from" ? from : to
                }
            }
            guard let column = LinkColumn(rawValue: name) else { return [] }
            var values: [UInt32] = []
            try base.decode(column, ofBlock: block, into: &values)
            return values
        }
    }

    /// The values of some of the inserted rows.
    private func inserted(_ name: String, _ range: Range<Int>) throws -> [UInt32] {
        try gather(range) { block in
            try decoded.values("own " + name, block) {
                if name == "from" || name == "to" {
                    return try decoded.withScratch { scratch in
                        try insertedLinks.decodeEndpoints(ofBlock: block, into: &scratch)
                        return Array((name == "from" ? scratch.from : scratch.to)[..<scratch.count])
                    }
                }
                var values: [UInt32] = []
                try insertedLinks.decode(name, ofBlock: block, into: &values)
                return values
            }
        }
    }

    private func positions(
        _ column: IntegerColumn?, _ name: String, _ range: Range<Int>, below count: Int
    ) throws -> [UInt32] {
        var values = try slice(column, name, range)
        guard accumulateGaps(&values, below: count) else {
            throw files.index.disorder("ascending positions below \(count) in \(name)")
        }
        return values
    }

    private func slice(_ column: IntegerColumn?, _ name: String, _ range: Range<Int>) throws -> [UInt32] {
        guard let column, !range.isEmpty else { return [] }
        return try gather(range) { block in
            try decoded.values(name, block) {
                var values: [UInt32] = []
                try column.decode(block: block, into: &values)
                return values
            }
        }
    }

    private func gather(_ range: Range<Int>, _ load: (_ block: Int) throws -> [UInt32]) throws -> [UInt32] {
        var values: [UInt32] = []
        values.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let block = position / LinkTable.blockRowCount
            let start = block * LinkTable.blockRowCount
            let loaded = try load(block)
            let end = min(range.upperBound, start + loaded.count)
            guard end > position else { throw files.index.disorder("\(range.upperBound) values") }
            values.append(contentsOf: loaded[position - start..<end - start])
            position = end
        }
        return values
    }
}
