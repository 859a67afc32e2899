/// Reads the pairs of one chunk, block by block, and gives them out a window at a time: every window of the chunk, in order. A
/// scratch of one thread, used again from chunk to chunk.
///
/// A value with its buffers in objects that don't change: exclusive access to it is shown when it is compiled. (As an object with
/// variables it took 5 % of a rank to check that at run time.)
///
/// Safety: targets are nodes of the chunk (`runs(to:)`), and a node's label is one of its window, so that rows and
/// places are below windowNodeCount. Sources are below nodeCount and link somewhere, so they have labels: who made
/// the block has checked both. `reserving` makes room for a whole list before it is added. A window's memory is held
/// while it is handed over.
@safe package struct RankRows {
    private let labels: RankLabels
    private var lowerLabel: UInt32 = 0
    private var upperLabel: UInt32 = 0
    private var nodes = 0..<0
    private var window = 0
    private var lastTarget = RankLabels.none
    private var pairCount = 0
    private var restCount = 0
    private var feederCount = 0
    /// The window's lists of rows in the order in which they came: whose row each is a part of, and where it ends.
    private var lists: [(row: UInt32, end: UInt32)] = []
    /// Some row has several.
    private var hasScatteredRows = false
    private var sources = RankBuffer(1 << 12)
    private var rests = RankBuffer(1 << 12)
    private var feeders = RankBuffer(1 << 12)
    private var feederSizes = RankBuffer(1 << 12)
    private var feederDegrees = RankBuffer(1 << 12)
    /// The sources with each row in one piece, where they have to be put together.
    private var gathered = RankBuffer(0)
    private let starts = RankBuffer(RankLabels.windowNodeCount)
    private let ends = RankBuffer(RankLabels.windowNodeCount)
    private let counts = RankBuffer(RankLabels.windowNodeCount)
    private let feederCounts = RankBuffer(RankLabels.windowNodeCount)

    package typealias Body = (RankWindow, RankFeeders) throws -> Void

    package init(_ labels: RankLabels) {
        self.labels = labels
        lists.reserveCapacity(RankLabels.windowNodeCount)
    }

    /// Before the first block of a chunk.
    package mutating func begin(chunk: Int) {
        let range = labels.labels(ofChunk: chunk)
        lowerLabel = UInt32(range.lowerBound)
        upperLabel = UInt32(range.upperBound)
        nodes = labels.nodes(ofChunk: chunk)
        lastTarget = RankLabels.none
        begin(window: labels.chunkWindows[chunk])
    }

    /// Takes what a block holds of the chunk. Blocks in ascending order; ids below nodeCount (who decoded them has checked that).
    package mutating func take(_ block: RankBlock, onWindow: Body) rethrows {
        let runs = block.runs(to: nodes)
        var run = runs.lowerBound
        try unsafe block.targets.withUnsafeBufferPointer { targets in
            try unsafe block.runEnds.withUnsafeBufferPointer { runEnds in
                try unsafe block.sources.withUnsafeBufferPointer { blockSources in
                    try unsafe labels.labels.withUnsafeBufferPointer { labelOf in
                        while run < runs.upperBound {
                            let start = unsafe run == 0 ? 0 : Int(runEnds[run &- 1])
                            let list = unsafe UnsafeBufferPointer(rebasing: blockSources[start..<Int(runEnds[run])])
                            let target = unsafe targets[run]
                            run &+= 1
                            if !list.isEmpty { try unsafe append(list, target, labelOf, onWindow) }
                        }
                    }
                }
            }
        }
    }

    /// After the last block of a chunk.
    package mutating func end(onWindow: Body) rethrows {
        while window * RankLabels.windowNodeCount < nodes.upperBound { try flush(onWindow) }
    }

    private mutating func append(
        _ list: UnsafeBufferPointer<UInt32>, _ target: UInt32, _ labelOf: UnsafeBufferPointer<UInt32>, _ onWindow: Body
    ) rethrows {
        while Int(target) / RankLabels.windowNodeCount != window { try flush(onWindow) }
        let label = unsafe labelOf[Int(target)]
        let isRow = label >= lowerLabel && label < upperLabel
        let place = Int(target) % RankLabels.windowNodeCount
        feeders = feeders.reserving(feederCount + list.count, used: feederCount)
        let ownCount = upperLabel &- lowerLabel
        guard isRow else {
            rests = rests.reserving(restCount + list.count, used: restCount)
            let found = unsafe Self.translate(
                list, labelOf, lowerLabel, ownCount, UInt32(labels.coreCount), rests.start + restCount,
                feeders.start + feederCount)
            restCount += found.core
            add(found, place)
            return
        }
        let row = Int(label) - labels.windowLabels[window]
        // Else a list that goes on from the block before.
        if target != lastTarget {
            if unsafe ends.start[row] != RankLabels.none { hasScatteredRows = true }
            unsafe starts.start[row] = UInt32(truncatingIfNeeded: pairCount)
            lists.append((UInt32(truncatingIfNeeded: row), 0))
            lastTarget = target
        }
        sources = sources.reserving(pairCount + list.count, used: pairCount)
        let found = unsafe Self.translate(
            list, labelOf, lowerLabel, ownCount, UInt32(labels.coreCount), sources.start + pairCount,
            feeders.start + feederCount)
        pairCount += found.core
        unsafe ends.start[row] = UInt32(truncatingIfNeeded: pairCount)
        lists[lists.count - 1].end = UInt32(truncatingIfNeeded: pairCount)
        add(found, place)
    }

    private mutating func add(_ found: (core: Int, feeders: Int), _ place: Int) {
        feederCount += found.feeders
        unsafe counts.start[place] &+= UInt32(truncatingIfNeeded: found.core)
        unsafe feederCounts.start[place] &+= UInt32(truncatingIfNeeded: found.feeders)
    }

    private mutating func begin(window: Int) {
        self.window = window
        (pairCount, restCount, feederCount) = (0, 0, 0)
        lists.removeAll(keepingCapacity: true)
        hasScatteredRows = false
        guard window + 1 < labels.windowLabels.count else { return }
        for row in 0..<labels.windowLabels[window + 1] - labels.windowLabels[window] {
            unsafe starts.start[row] = 0
            unsafe ends.start[row] = RankLabels.none
        }
        for place in 0..<RankLabels.windowNodeCount {
            unsafe counts.start[place] = 0
            unsafe feederCounts.start[place] = 0
        }
    }

    /// Sorts a list's nodes into places of the core and labels of feeders, without branches: each is written to both
    /// lists, and what doesn't belong is overwritten.
    @inline(never)
    private static func translate(
        _ list: UnsafeBufferPointer<UInt32>, _ labelOf: UnsafeBufferPointer<UInt32>, _ lower: UInt32,
        _ ownCount: UInt32,
        _ coreCount: UInt32, _ core: UnsafeMutablePointer<UInt32>, _ feeders: UnsafeMutablePointer<UInt32>
    ) -> (core: Int, feeders: Int) {
        var (coreIndex, feederIndex) = (0, 0)
        for index in 0..<list.count {
            let label = unsafe labelOf[Int(list[index])]
            let isOwn = label &- lower < ownCount
            let isCore = label < coreCount
            unsafe core[coreIndex] = label &+ (isOwn ? 0 : coreCount)
            unsafe feeders[feederIndex] = label
            coreIndex &+= isCore ? 1 : 0
            feederIndex &+= isCore ? 0 : 1
        }
        return (coreIndex, feederIndex)
    }

    /// Hands the window over and begins the next one.
    private mutating func flush(_ onWindow: Body) rethrows {
        let first = labels.windowLabels[window]
        let rowCount = labels.windowLabels[window + 1] - first
        if hasScatteredRows { gather(rowCount) }
        let rows = hasScatteredRows ? gathered : sources
        for row in 0..<rowCount where unsafe ends.start[row] == RankLabels.none { unsafe ends.start[row] = 0 }
        lookUpFeeders()
        unsafe try onWindow(
            RankWindow(
                index: window, firstLabel: first, rowCount: rowCount, sources: UnsafePointer(rows.start),
                starts: UnsafePointer(starts.start), ends: UnsafePointer(ends.start),
                rests: UnsafePointer(rests.start), restCount: restCount,
                counts: UnsafePointer(counts.start)),
            RankFeeders(
                sizes: UnsafePointer(feederSizes.start), degrees: UnsafePointer(feederDegrees.start),
                counts: UnsafePointer(feederCounts.start)))
        begin(window: window + 1)
    }

    private mutating func lookUpFeeders() {
        feederSizes = feederSizes.reserving(feederCount, used: 0)
        feederDegrees = feederDegrees.reserving(feederCount, used: 0)
        unsafe labels.sizes.withUnsafeBufferPointer { sizes in
            unsafe labels.degrees.withUnsafeBufferPointer { degrees in
                for index in 0..<feederCount {
                    let label = unsafe Int(feeders.start[index])
                    unsafe feederSizes.start[index] = UInt32(sizes[label])
                    unsafe feederDegrees.start[index] = degrees[label]
                }
            }
        }
    }

    /// Puts the lists of each row together, in the order in which they came.
    private mutating func gather(_ rowCount: Int) {
        if gathered.count < pairCount { gathered = RankBuffer(sources.count) }
        for row in 0..<rowCount { unsafe ends.start[row] = 0 }
        var start: UInt32 = 0
        for list in lists {
            unsafe ends.start[Int(list.row)] &+= list.end &- start
            start = list.end
        }
        var place: UInt32 = 0
        for row in 0..<rowCount {
            let count = unsafe ends.start[row]
            unsafe starts.start[row] = place
            unsafe ends.start[row] = place
            place &+= count
        }
        start = 0
        for list in lists {
            let count = Int(list.end &- start)
            let row = Int(list.row)
            unsafe (gathered.start + Int(ends.start[row])).update(from: sources.start + Int(start), count: count)
            unsafe ends.start[row] &+= UInt32(truncatingIfNeeded: count)
            start = list.end
        }
    }
}
