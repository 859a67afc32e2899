package import Kernels

/// The stored lists of a snapshot.
package struct StoredRankLists: Sendable {
    private let rows: IntegerColumn
    private let rests: IntegerColumn
    private let feederSizes: IntegerColumn
    private let feederDegrees: IntegerColumn
    /// One for each page.
    package let coreCounts: [UInt32]
    package let feederCounts: [UInt32]

    /// - Throws: `StoreError.corrupt` when the counts aren't those of the lists, or there are more than links.
    init(_ columns: [IntegerColumn], linkCount: Int, threads: Int) throws {
        precondition(columns.count == RankColumns.files.count)
        (rows, rests, feederSizes, feederDegrees) = (columns[2], columns[3], columns[4], columns[5])
        let counts = try parallelMap(2, threads: threads) { try columns[$0].all() }
        (coreCounts, feederCounts) = (counts[0], counts[1])
        func total(_ counts: [UInt32]) -> Int { counts.reduce(0) { $0 + Int($1) } }
        // Each is a pair of its own. It also bounds what is allocated for them.
        guard total(coreCounts) == rows.count + rests.count, rows.count + rests.count <= linkCount else {
            throw columns[0].disorder("counts that add up to the \(rows.count + rests.count) values of the lists")
        }
        guard total(feederCounts) == feederSizes.count, feederSizes.count <= linkCount else {
            throw columns[1].disorder("counts that add up to the \(feederSizes.count) values of the lists")
        }
    }

    /// How many labels all lists have.
    package var counts: RankStoredWindows.Counts {
        var counts = RankStoredWindows.Counts()
        (counts.rows, counts.rests, counts.feeders) = (rows.count, rests.count, feederSizes.count)
        return counts
    }

    /// Checksums were right, but these aren't lists of the labels that the out-links give.
    package var disagreement: StoreError {
        rows.disorder("lists of the labels that pages.out_links, pages.same_links and rank.core_counts give")
    }

    /// Reads lists window by window.
    package struct Reader {
        private var rows: IntegerCursor
        private var rests: IntegerCursor
        private var feederSizes: IntegerCursor
        private var feederDegrees: IntegerCursor

        fileprivate init(_ lists: StoredRankLists, from start: RankStoredWindows.Counts) {
            rows = IntegerCursor(lists.rows, from: start.rows)
            rests = IntegerCursor(lists.rests, from: start.rests)
            feederSizes = IntegerCursor(lists.feederSizes, from: start.feeders)
            feederDegrees = IntegerCursor(lists.feederDegrees, from: start.feeders)
        }

        /// Reads the next window's.
        package mutating func read(
            _ counts: RankStoredWindows.Counts, into lists: inout RankStoredWindows.Lists
        ) throws {
            try rows.read(counts.rows, into: &lists.rows)
            try rests.read(counts.rests, into: &lists.rests)
            try feederSizes.read(counts.feeders, into: &lists.feederSizes)
            try feederDegrees.read(counts.feeders, into: &lists.feederDegrees)
        }
    }

    /// - start: how many labels the lists before have.
    package func reader(from start: RankStoredWindows.Counts) -> Reader { Reader(self, from: start) }
}
