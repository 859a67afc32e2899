/// Reads the pairs of one chunk, block by block, and gives them out as rows of the core, a window at a time. A scratch of one
/// thread, used again from chunk to chunk.
///
/// A row's sources are places in the vector pair of `RankIteration`: label l of this chunk is place l (values as
/// new as they are), any other coreCount + l (values of the iteration before). Feeders don't enter the row: `feederSums` has
/// Σ 1/degree of them.
@safe package final class RankRows {
    private let labels: RankLabels
    private var lowerLabel: UInt32 = 0
    private var upperLabel: UInt32 = 0
    private var nodes = 0..<0
    private var window = -1
    private var lastTarget = RankLabels.none
    private var pairCount = 0
    private var sources: UnsafeMutableBufferPointer<UInt32>
    private var feeders: UnsafeMutableBufferPointer<UInt32>
    private let starts: UnsafeMutablePointer<UInt32>
    private let ends: UnsafeMutablePointer<UInt32>
    private let feederSums: UnsafeMutablePointer<Double>

    /// The rows of one window; valid during the call that hands it over.
    @safe package struct Window {
        /// The label of the first row.
        package let firstLabel: Int
        package let rowCount: Int
        let sources: UnsafePointer<UInt32>
        /// Row r has sources[starts[r] ..< ends[r]].
        let starts: UnsafePointer<UInt32>
        let ends: UnsafePointer<UInt32>
        /// Σ 1/degree over each row's feeders; nil where they were added up before.
        let feederSums: UnsafePointer<Double>?
    }

    /// A part of the list of a node without out-links; valid during the call.
    @safe package struct DanglingRun {
        package let target: UInt32
        let sources: UnsafeBufferPointer<UInt32>
    }

    package init(_ labels: RankLabels) {
        self.labels = labels
        unsafe sources = .allocate(capacity: 1 << 16)
        unsafe feeders = .allocate(capacity: 1 << 16)
        unsafe starts = .allocate(capacity: RankLabels.windowNodeCount)
        unsafe ends = .allocate(capacity: RankLabels.windowNodeCount)
        unsafe feederSums = .allocate(capacity: RankLabels.windowNodeCount)
        unsafe starts.initialize(repeating: 0, count: RankLabels.windowNodeCount)
        unsafe ends.initialize(repeating: 0, count: RankLabels.windowNodeCount)
        unsafe feederSums.initialize(repeating: 0, count: RankLabels.windowNodeCount)
    }

    deinit {
        unsafe sources.deallocate()
        unsafe feeders.deallocate()
        unsafe starts.deallocate()
        unsafe ends.deallocate()
        unsafe feederSums.deallocate()
    }

    /// Before the first block of a chunk.
    package func begin(chunk: Int) {
        lowerLabel = UInt32(labels.chunkLabels[chunk])
        upperLabel = UInt32(labels.chunkLabels[chunk + 1])
        nodes = labels.chunkNodes[chunk]..<labels.chunkNodes[chunk + 1]
        window = -1
        lastTarget = RankLabels.none
        pairCount = 0
    }

    /// Takes what a block holds of the chunk. Blocks in ascending order; ids below nodeCount (RankBlock has checked that).
    package func take(
        _ block: RankBlock, onWindow: (Window) -> Void, onDangling: (DanglingRun) -> Void
    ) {
        let runCount = block.runCount
        guard runCount > 0 else { return }
        var run = block.firstRun(atOrAfter: nodes.lowerBound)
        unsafe block.targets.withUnsafeBufferPointer { targets in
            unsafe block.runEnds.withUnsafeBufferPointer { runEnds in
                unsafe block.sources.withUnsafeBufferPointer { blockSources in
                    unsafe labels.labels.withUnsafeBufferPointer { labelOf in
                        while run < runCount, unsafe Int(targets[run]) < nodes.upperBound {
                            let start = unsafe run == 0 ? 0 : Int(runEnds[run &- 1])
                            let list = unsafe UnsafeBufferPointer(rebasing: blockSources[start..<Int(runEnds[run])])
                            let target = unsafe targets[run]
                            let label = unsafe labelOf[Int(target)]
                            run &+= 1
                            if list.isEmpty { continue }
                            if label == RankLabels.none {
                                unsafe onDangling(DanglingRun(target: target, sources: list))
                            } else if label >= lowerLabel, label < upperLabel {
                                unsafe append(list, target, label, labelOf, onWindow)
                            }
                        }
                    }
                }
            }
        }
    }

    /// After the last block of a chunk.
    package func end(onWindow: (Window) -> Void) { flush(onWindow) }

    private func append(
        _ list: UnsafeBufferPointer<UInt32>, _ target: UInt32, _ label: UInt32, _ labelOf: UnsafeBufferPointer<UInt32>,
        _ onWindow: (Window) -> Void
    ) {
        let place = Int(label &- lowerLabel)
        let row = place % RankLabels.windowNodeCount
        if place / RankLabels.windowNodeCount != window {
            flush(onWindow)
            window = place / RankLabels.windowNodeCount
        }
        // Else a list that goes on from the block before.
        if target != lastTarget {
            unsafe starts[row] = UInt32(truncatingIfNeeded: pairCount)
            unsafe feederSums[row] = 0
            lastTarget = target
        }
        reserve(pairCount + list.count)
        let counts = unsafe Self.translate(
            list, labelOf, lowerLabel, upperLabel &- lowerLabel, UInt32(labels.coreCount),
            sources.baseAddress! + pairCount,
            feeders.baseAddress!)
        pairCount += counts.core
        unsafe ends[row] = UInt32(truncatingIfNeeded: pairCount)
        guard counts.feeders > 0 else { return }
        unsafe labels.degrees.withUnsafeBufferPointer { degrees in
            var sum = unsafe feederSums[row]
            for index in 0..<counts.feeders { unsafe sum += 1 / Double(degrees[Int(feeders[index])]) }
            unsafe feederSums[row] = sum
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

    private func reserve(_ count: Int) {
        guard unsafe count > sources.count else { return }
        let larger = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: count * 2)
        unsafe larger.baseAddress!.update(from: sources.baseAddress!, count: pairCount)
        unsafe sources.deallocate()
        unsafe sources = larger
        unsafe feeders.deallocate()
        unsafe feeders = .allocate(capacity: count * 2)
    }

    private func flush(_ onWindow: (Window) -> Void) {
        guard window >= 0 else { return }
        let first = Int(lowerLabel) + window * RankLabels.windowNodeCount
        unsafe onWindow(
            Window(
                firstLabel: first, rowCount: min(RankLabels.windowNodeCount, Int(upperLabel) - first),
                sources: UnsafePointer(sources.baseAddress!), starts: UnsafePointer(starts), ends: UnsafePointer(ends),
                feederSums: UnsafePointer(feederSums)))
        pairCount = 0
        window = -1
    }
}

extension RankBlock {
    /// The first run whose target isn't below the node; runCount when there is none.
    fileprivate func firstRun(atOrAfter node: Int) -> Int {
        var (low, high) = (0, runCount)
        while low < high {
            let middle = (low + high) / 2
            if Int(targets[middle]) < node { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
