import SnapshotStore

extension LinkTable {
    /// The blocks that hold rows of the range, and which of their rows, counted from the block's first one.
    static func blocks(_ rows: Range<Int>) -> some Sequence<(block: Int, rows: Range<Int>)> {
        let first = rows.lowerBound / blockRowCount
        let end = rows.isEmpty ? first : (rows.upperBound - 1) / blockRowCount + 1
        return (first..<end).lazy.map { block in
            let firstRow = block * blockRowCount
            let wanted = rows.clamped(to: firstRow..<firstRow + blockRowCount)
            return (block, wanted.lowerBound - firstRow..<wanted.upperBound - firstRow)
        }
    }
}

extension Snapshot {
    /// Decodes the ends of a block's rows, and makes sure that all of them are pages, so that nothing after it can leave a
    /// table.
    func decodeEndpoints(ofBlock block: Int, into scratch: inout LinkBlock) throws {
        try links.decodeEndpoints(ofBlock: block, into: &scratch)
        var largest: UInt32 = 0
        for values in [scratch.from, scratch.to] {
            let values = values.span
            for index in 0..<scratch.count { largest = max(largest, values[index]) }
        }
        if scratch.count > 0, Int(largest) >= pages.count {
            throw StoreError(
                .corrupt,
                "snapshot \(id), links, block \(block): page \(largest) of \(pages.count) does not exist. Run strata verify, "
                    + "then import the snapshot again.")
        }
    }
}
