import SnapshotStore

extension Comparison {
    /// All rows of both snapshots, divided at pages of the union, so that threads can share the work. The division
    /// depends on the data only.
    func parts() throws -> [ComparedRows] {
        var cuts: [UInt32] = []
        for side in [old, new] {
            let links = side.snapshot.links
            for block in stride(from: Self.blocksPerPart, to: links.blockCount, by: Self.blocksPerPart) {
                let page = side.pages.place(of: links.targets(ofBlock: block).lowerBound)
                if let page { cuts.append(page) }
            }
        }
        return try parts(cutAt: cuts.sorted())
    }

    /// All rows of both snapshots, divided at these pages of the union (ascending).
    func parts(cutAt cuts: [UInt32]) throws -> [ComparedRows] {
        var parts: [ComparedRows] = []
        var (oldRow, newRow) = (0, 0)
        var last: UInt32 = 0
        for cut in cuts where cut > last {
            last = cut
            let oldEnd = try Self.rowCount(old, below: cut)
            let newEnd = try Self.rowCount(new, below: cut)
            parts.append(ComparedRows(old: oldRow..<oldEnd, new: newRow..<newEnd))
            (oldRow, newRow) = (oldEnd, newEnd)
        }
        parts.append(
            ComparedRows(old: oldRow..<old.snapshot.links.rowCount, new: newRow..<new.snapshot.links.rowCount))
        return parts
    }

    private static let blocksPerPart = 8

    private static func rowCount(_ side: ComparedSide, below page: UInt32) throws -> Int {
        try side.snapshot.links.rows(ofPages: 0..<side.pages.entryCount(below: page)).upperBound
    }
}
