/// What a delta snapshot says of each block of its links: the column "links.blocks", nine values a block, first all blocks'
/// values of the first kind, then those of the second, …:
///
///     rows inserted · base rows removed · first target · last target · rows whose first_seen, last_visited (or its lag),
///     title, inlink_rank, domain_inlink_rank is another than the base row's
///
/// Block k's kept rows are base rows, in order: it begins where block k − 1 ended, and takes as many as it has rows that
/// aren't inserted, and the removed ones between and (in the last block) after them.
final class DeltaLinkIndex: Sendable {
    static let file = "links.blocks"
    static let changeable: [LinkColumn] = [.firstSeen, .lastVisited, .title, .inlinkRank, .domainInlinkRank]
    static let valuesPerBlock = 4 + changeable.count

    let rowCount: Int
    let blockCount: Int
    private let firstTargets: [UInt32]
    private let lastTargets: [UInt32]
    /// blockCount + 1 values each.
    private let insertedStarts: [Int]
    private let removedStarts: [Int]
    private let baseStarts: [Int]
    private let changedStarts: [LinkColumn: [Int]]

    /// Throws .corrupt when the blocks don't take all rows of the base, or don't lead to `rowCount` rows.
    init(_ column: IntegerColumn, rowCount: Int, baseRowCount: Int) throws {
        let blockRowCount = LinkTable.blockRowCount
        let blockCount = (rowCount + blockRowCount - 1) / blockRowCount
        let values = try column.all()
        guard values.count == blockCount * Self.valuesPerBlock else {
            throw column.disorder("\(Self.valuesPerBlock) values for each of \(blockCount) blocks")
        }
        func section(_ kind: Int) -> ArraySlice<UInt32> { values[kind * blockCount..<(kind + 1) * blockCount] }
        func starts(_ kind: Int) -> [Int] {
            section(kind).reduce(into: [0]) { starts, count in starts.append(starts[starts.count - 1] + Int(count)) }
        }
        let inserted = starts(0)
        let removed = starts(1)
        var base = [0]
        for block in 0..<blockCount {
            let rows = min(blockRowCount, rowCount - block * blockRowCount)
            let kept = rows - (inserted[block + 1] - inserted[block])
            guard kept >= 0 else { throw column.disorder("at most \(rows) inserted rows in block \(block)") }
            base.append(base[block] + kept + removed[block + 1] - removed[block])
        }
        guard blockCount == 0 || base[blockCount] == baseRowCount else {
            throw column.disorder("blocks that take all \(baseRowCount) rows of the base")
        }
        firstTargets = Array(section(2))
        lastTargets = Array(section(3))
        var target: UInt32 = 0
        for block in 0..<blockCount {
            guard target <= firstTargets[block], firstTargets[block] <= lastTargets[block] else {
                throw column.disorder("ascending targets")
            }
            target = lastTargets[block]
        }
        changedStarts = Dictionary(
            uniqueKeysWithValues: Self.changeable.enumerated().map { ($0.element, starts(4 + $0.offset)) })
        insertedStarts = inserted
        removedStarts = removed
        baseStarts = base
        self.rowCount = rowCount
        self.blockCount = blockCount
    }

    var lastTarget: UInt32? { lastTargets.last }
    var insertedCount: Int { insertedStarts[blockCount] }
    var removedCount: Int { removedStarts[blockCount] }
    func changedCount(_ column: LinkColumn) -> Int { changedStarts[column]?.last ?? 0 }

    func rowCount(ofBlock block: Int) -> Int {
        min(LinkTable.blockRowCount, rowCount - block * LinkTable.blockRowCount)
    }
    func targets(ofBlock block: Int) -> ClosedRange<UInt32> { firstTargets[block]...lastTargets[block] }
    /// The block's part of the inserted rows, of the removed positions, of the base's rows, of a column's changes.
    func inserted(_ block: Int) -> Range<Int> { insertedStarts[block]..<insertedStarts[block + 1] }
    func removed(_ block: Int) -> Range<Int> { removedStarts[block]..<removedStarts[block + 1] }
    func base(_ block: Int) -> Range<Int> { baseStarts[block]..<baseStarts[block + 1] }
    func changed(_ column: LinkColumn, _ block: Int) -> Range<Int> {
        guard let starts = changedStarts[column] else { return 0..<0 }
        return starts[block]..<starts[block + 1]
    }
}
