/// Makes windows of what is stored of a rank's rows: how many sources each node has, and their labels. A scratch of one thread.
/// Safety: preconditions hold the lists against `needed`, and the counts that it was made of against the nodes;
/// `makePlaces` refuses what is no label of the core. A node's label is one of its window, so that rows and places
/// are below windowNodeCount. The lists' memory is held while the body runs.
@safe package struct RankStoredWindows {
    private let labels: RankLabels
    private let starts = RankBuffer(RankLabels.windowNodeCount)
    private let ends = RankBuffer(RankLabels.windowNodeCount)
    private let counts = RankBuffer(RankLabels.windowNodeCount)
    private let feederCounts = RankBuffer(RankLabels.windowNodeCount)

    /// How many labels the lists of a window's nodes have.
    package struct Counts: Sendable, Equatable {
        /// Of the core, in the lists of nodes with a label, and of those without.
        package var rows = 0
        package var rests = 0
        package var feeders = 0

        package init() {}

        /// Without what isn't wanted.
        package func only(_ part: Part) -> Counts {
            var counts = self
            if part == .rows { counts.rests = 0 }
            if part != .all { counts.feeders = 0 }
            return counts
        }

        package static func += (left: inout Counts, right: Counts) {
            left.rows += right.rows
            left.rests += right.rests
            left.feeders += right.feeders
        }
    }

    /// What of a window's lists is wanted.
    package enum Part: Sendable {
        /// A sweep reads these.
        case rows
        /// The last step reads the lists of all nodes, without feeders.
        case coreLists
        case all
    }

    package init(_ labels: RankLabels) { self.labels = labels }

    package static func counts(_ labels: RankLabels, ofWindow window: Int, core: [UInt32], feeders: [UInt32]) -> Counts
    {
        var counts = Counts()
        for node in nodes(labels, ofWindow: window) {
            if labels.labels[node] < labels.coreCount {
                counts.rows += Int(core[node])
            } else {
                counts.rests += Int(core[node])
            }
            counts.feeders += Int(feeders[node])
        }
        return counts
    }

    private static func nodes(_ labels: RankLabels, ofWindow window: Int) -> Range<Int> {
        let first = window * RankLabels.windowNodeCount
        return first..<min(first + RankLabels.windowNodeCount, labels.nodeCount)
    }

    /// What is stored of a window's lists; the arrays may be longer.
    package struct Lists: Sendable {
        /// Labels, which become places.
        package var rows: [UInt32] = []
        package var rests: [UInt32] = []
        package var feederSizes: [UInt32] = []
        package var feederDegrees: [UInt32] = []
        package init() {}
    }

    /// Calls the body with a window. The lists have as many elements as `needed`, what `counts(…)` says or a part of
    /// it, at least. Of what is left out nothing may be read.
    /// - chunk: the labels of the window's chunk.
    /// - Returns: false when one of them isn't what it should be; then the body isn't called.
    package mutating func withWindow<Failure: Error>(
        _ window: Int, chunk: Range<Int>, _ needed: Counts, core: [UInt32], feederCounts stored: [UInt32],
        _ lists: inout Lists,
        _ body: (RankWindow, RankFeeders) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        let nodes = Self.nodes(labels, ofWindow: window)
        let firstLabel = labels.windowLabels[window]
        let rowCount = labels.windowLabels[window + 1] - firstLabel
        precondition(needed.rows <= lists.rows.count && needed.rests <= lists.rests.count)
        precondition(needed.feeders <= min(lists.feederSizes.count, lists.feederDegrees.count))
        precondition(core.count == labels.nodeCount && stored.count == labels.nodeCount)
        unsafe core.withUnsafeBufferPointer { core in
            unsafe stored.withUnsafeBufferPointer { stored in
                unsafe labels.labels.withUnsafeBufferPointer { labelOf in
                    unsafe ends.start.update(repeating: 0, count: rowCount)
                    for (place, node) in nodes.enumerated() {
                        let label = unsafe Int(labelOf[node])
                        if label < labels.coreCount { unsafe ends.start[label - firstLabel] &+= core[node] }
                        unsafe counts.start[place] = core[node]
                        unsafe feederCounts.start[place] = stored[node]
                    }
                }
            }
        }
        var end: UInt32 = 0
        for row in 0..<rowCount {
            unsafe starts.start[row] = end
            unsafe end &+= ends.start[row]
            unsafe ends.start[row] = end
        }
        guard Self.makePlaces(&lists.rows, needed.rows, labels.coreCount, chunk),
            Self.makePlaces(&lists.rests, needed.rests, labels.coreCount, chunk),
            lists.feederDegrees.prefix(needed.feeders).allSatisfy({ $0 > 0 })
        else { return false }
        try unsafe lists.rows.withUnsafeBufferPointer { (rows) throws(Failure) in
            try unsafe lists.rests.withUnsafeBufferPointer { (rests) throws(Failure) in
                try unsafe lists.feederSizes.withUnsafeBufferPointer { (sizes) throws(Failure) in
                    try unsafe lists.feederDegrees.withUnsafeBufferPointer { (degrees) throws(Failure) in
                        // Nothing is read where there is nothing.
                        let none = unsafe UnsafePointer(counts.start)
                        unsafe try body(
                            RankWindow(
                                index: window, firstLabel: firstLabel, rowCount: rowCount,
                                sources: rows.baseAddress ?? none, starts: UnsafePointer(starts.start),
                                ends: UnsafePointer(ends.start), rests: rests.baseAddress ?? none,
                                restCount: needed.rests, counts: UnsafePointer(counts.start)),
                            RankFeeders(
                                sizes: sizes.baseAddress ?? none, degrees: degrees.baseAddress ?? none,
                                counts: UnsafePointer(feederCounts.start)))
                    }
                }
            }
        }
        return true
    }

    /// false when one isn't a label of the core.
    @inline(never)
    private static func makePlaces(_ values: inout [UInt32], _ count: Int, _ coreCount: Int, _ chunk: Range<Int>)
        -> Bool
    {
        let (limit, lower) = (UInt32(coreCount), UInt32(chunk.lowerBound))
        let ownCount = UInt32(chunk.count)
        var largest: UInt32 = 0
        unsafe values.withUnsafeMutableBufferPointer { values in
            for index in 0..<count {
                let label = unsafe values[index]
                largest = max(largest, label)
                unsafe values[index] = label &+ (label &- lower < ownCount ? 0 : limit)
            }
        }
        return count == 0 || largest < limit
    }
}
