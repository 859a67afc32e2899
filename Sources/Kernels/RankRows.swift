/// Reads the pairs of one chunk, block by block, and gives them out as rows of the core, a window at a time. A scratch of one
/// thread, used again from chunk to chunk.
///
/// A row's sources are places in the vector pair of `RankIteration`: label l of this chunk is place l (values as
/// new as they are), any other coreCount + l (values of the iteration before). The row of a label is the lists of all its nodes,
/// one after another. Feeders don't enter it: `feederSums` has Σ size/degree of them.
///
/// A value with its buffers in objects that don't change: exclusive access to it is shown when it is compiled. (As an object with
/// variables it took 5 % of a rank to check that at run time.)
@safe package struct RankRows {
    private let labels: RankLabels
    private var lowerLabel: UInt32 = 0
    private var upperLabel: UInt32 = 0
    private var nodes = 0..<0
    private var window = -1
    private var lastTarget = RankLabels.none
    private var pairCount = 0
    /// The window's lists in the order in which they came: whose row each is a part of, and where it ends.
    private var lists: [(row: UInt32, end: UInt32)] = []
    /// Some row has several.
    private var hasScatteredRows = false
    private var sources = Buffer(1 << 16)
    private var feeders = Buffer(1 << 16)
    /// The sources with each row in one piece, where they have to be put together.
    private var gathered = Buffer(0)
    private let starts = Buffer(RankLabels.windowNodeCount)
    private let ends = Buffer(RankLabels.windowNodeCount)
    private var feederSums = [Double](repeating: 0, count: RankLabels.windowNodeCount)

    @safe private final class Buffer {
        let start: UnsafeMutablePointer<UInt32>
        let count: Int

        init(_ count: Int) {
            self.count = count
            unsafe start = .allocate(capacity: count)
            unsafe start.initialize(repeating: 0, count: count)
        }

        deinit { unsafe start.deallocate() }
    }

    /// The rows of one window; valid during the call that hands it over.
    @safe package struct Window {
        /// The label of the first row.
        package let firstLabel: Int
        package let rowCount: Int
        let sources: UnsafePointer<UInt32>
        /// Row r has sources[starts[r] ..< ends[r]].
        let starts: UnsafePointer<UInt32>
        let ends: UnsafePointer<UInt32>
        /// Σ size/degree over each row's feeders.
        let feederSums: UnsafePointer<Double>
    }

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
        window = -1
        lastTarget = RankLabels.none
        pairCount = 0
    }

    /// Takes what a block holds of the chunk. Blocks in ascending order; ids below nodeCount (who decoded them has checked that).
    package mutating func take(_ block: RankBlock, onWindow: (Window) -> Void) {
        let runs = block.runs(to: nodes)
        var run = runs.lowerBound
        unsafe block.targets.withUnsafeBufferPointer { targets in
            unsafe block.runEnds.withUnsafeBufferPointer { runEnds in
                unsafe block.sources.withUnsafeBufferPointer { blockSources in
                    unsafe labels.labels.withUnsafeBufferPointer { labelOf in
                        while run < runs.upperBound {
                            let start = unsafe run == 0 ? 0 : Int(runEnds[run &- 1])
                            let list = unsafe UnsafeBufferPointer(rebasing: blockSources[start..<Int(runEnds[run])])
                            let target = unsafe targets[run]
                            let label = unsafe labelOf[Int(target)]
                            run &+= 1
                            if list.isEmpty || label < lowerLabel || label >= upperLabel { continue }
                            unsafe append(list, target, label, labelOf, onWindow)
                        }
                    }
                }
            }
        }
    }

    /// After the last block of a chunk.
    package mutating func end(onWindow: (Window) -> Void) { flush(onWindow) }

    private mutating func append(
        _ list: UnsafeBufferPointer<UInt32>, _ target: UInt32, _ label: UInt32, _ labelOf: UnsafeBufferPointer<UInt32>,
        _ onWindow: (Window) -> Void
    ) {
        if Int(target) / RankLabels.windowNodeCount != window {
            flush(onWindow)
            begin(window: Int(target) / RankLabels.windowNodeCount)
        }
        let row = Int(label) - labels.windowLabels[window]
        // Else a list that goes on from the block before.
        if target != lastTarget {
            if unsafe ends.start[row] != RankLabels.none { hasScatteredRows = true }
            unsafe starts.start[row] = UInt32(truncatingIfNeeded: pairCount)
            lists.append((UInt32(truncatingIfNeeded: row), 0))
            lastTarget = target
        }
        reserve(pairCount + list.count)
        let counts = unsafe Self.translate(
            list, labelOf, lowerLabel, upperLabel &- lowerLabel, UInt32(labels.coreCount),
            sources.start + pairCount, feeders.start)
        pairCount += counts.core
        unsafe ends.start[row] = UInt32(truncatingIfNeeded: pairCount)
        lists[lists.count - 1].end = UInt32(truncatingIfNeeded: pairCount)
        guard counts.feeders > 0 else { return }
        unsafe labels.degrees.withUnsafeBufferPointer { degrees in
            unsafe labels.sizes.withUnsafeBufferPointer { sizes in
                var sum = feederSums[row]
                for index in 0..<counts.feeders {
                    let feeder = unsafe Int(feeders.start[index])
                    unsafe sum += Double(sizes[feeder]) / Double(degrees[feeder])
                }
                feederSums[row] = sum
            }
        }
    }

    private mutating func begin(window: Int) {
        self.window = window
        pairCount = 0
        lists.removeAll(keepingCapacity: true)
        hasScatteredRows = false
        for row in 0..<labels.windowLabels[window + 1] - labels.windowLabels[window] {
            unsafe starts.start[row] = 0
            unsafe ends.start[row] = RankLabels.none
            feederSums[row] = 0
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

    private mutating func reserve(_ count: Int) {
        guard count > sources.count else { return }
        let larger = Buffer(count * 2)
        unsafe larger.start.update(from: sources.start, count: pairCount)
        sources = larger
        feeders = Buffer(count * 2)
    }

    private mutating func flush(_ onWindow: (Window) -> Void) {
        guard window >= 0 else { return }
        let first = labels.windowLabels[window]
        let rowCount = labels.windowLabels[window + 1] - first
        if hasScatteredRows { gather(rowCount) }
        let rows = hasScatteredRows ? gathered : sources
        unsafe feederSums.withUnsafeBufferPointer { feederSums in
            guard let feederSums = feederSums.baseAddress else { return }
            unsafe onWindow(
                Window(
                    firstLabel: first, rowCount: rowCount, sources: UnsafePointer(rows.start),
                    starts: UnsafePointer(starts.start), ends: UnsafePointer(ends.start), feederSums: feederSums))
        }
        window = -1
    }

    /// Puts the lists of each row together, in the order in which they came.
    private mutating func gather(_ rowCount: Int) {
        if gathered.count < pairCount { gathered = Buffer(sources.count) }
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
