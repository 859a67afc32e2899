/// The nodes of a graph by what a rank has to do with them. Nodes that link to the same nodes (`OutLinks`) give the same to
/// each of those: a rank needs their sum only, so they share a label.
///
///     core       labels of nodes with out-links, to one of which something links: the unknowns. 0 ..< coreCount
///     feeders    labels of nodes with out-links to which nothing links: their rank is the floor. coreCount ..< sourceCount
///     the rest   no out-links: nobody reads their rank. No label
///
/// The nodes are cut into windows (the groups of `OutLinks`) and these into chunks. Labels ascend from window to window; in
/// each quarter of one they fall by the length of their lists: loops over lists of one length end where the processor expects
/// it, and nothing moves farther than a quarter. All of it depends on the links alone. Source of the idea to unite such nodes: for
/// nodes without out-links I. Ipsen, T. Selee, "PageRank computation, with special attention to dangling nodes", 2007.
package struct RankLabels: Sendable {
    package static let windowNodeCount = OutLinks.groupNodeCount
    package static let none = UInt32.max
    private static let windowsPerPiece = 16

    /// One for each node.
    package let labels: [UInt32]
    package let coreCount: Int
    package let sourceCount: Int
    /// The number of nodes that the nodes of each label link to.
    package let degrees: [UInt32]
    /// How many nodes have each label.
    package let sizes: [UInt16]
    /// How many nodes the feeders are.
    package let feederNodeCount: Int
    /// Window w holds the core labels windowLabels[w] ..< windowLabels[w + 1].
    package let windowLabels: [Int]
    /// Chunk c is the windows chunkWindows[c] ..< chunkWindows[c + 1].
    package let chunkWindows: [Int]
    /// An upper bound of the pairs among the sources of each chunk's core labels.
    package let chunkPairCounts: [Int]

    package var chunkCount: Int { chunkPairCounts.count }
    package var nodeCount: Int { labels.count }

    package func labels(ofChunk chunk: Int) -> Range<Int> {
        windowLabels[chunkWindows[chunk]]..<windowLabels[chunkWindows[chunk + 1]]
    }

    package func nodes(ofChunk chunk: Int) -> Range<Int> {
        let upper = min(chunkWindows[chunk + 1] * Self.windowNodeCount, nodeCount)
        return min(chunkWindows[chunk] * Self.windowNodeCount, upper)..<upper
    }

    /// - inDegrees: how many pairs of sources that aren't `OutLinks.Kind.repeated` lead to each node.
    package init(_ outLinks: OutLinks, inDegrees: [UInt32], threads: Int) {
        let nodeCount = inDegrees.count
        precondition(outLinks.degrees.count == nodeCount && nodeCount < Int(Self.none))
        let pieceNodeCount = Self.windowsPerPiece * Self.windowNodeCount
        let ends = stride(from: pieceNodeCount, to: nodeCount + pieceNodeCount, by: pieceNodeCount).map {
            min($0, nodeCount)
        }
        var labels = [UInt32](repeating: Self.none, count: nodeCount)
        // Labels within a window at first.
        let pieces = unsafe Parallel.mapPieces(of: &labels, ends: ends, threads: threads) { _, first, labels in
            unsafe Piece(&labels, first: first, outLinks, inDegrees)
        }
        var windowLabels = [0]
        var windowFeeders = [0]
        var windowPairs = [0]
        for window in pieces.lazy.flatMap(\.windows) {
            windowLabels.append(windowLabels[windowLabels.count - 1] + window.coreCount)
            windowFeeders.append(windowFeeders[windowFeeders.count - 1] + window.feederCount)
            windowPairs.append(windowPairs[windowPairs.count - 1] + window.pairCount)
        }
        let core = windowLabels[windowLabels.count - 1]
        coreCount = core
        sourceCount = core + windowFeeders[windowFeeders.count - 1]
        let (cores, feeders) = (windowLabels, windowFeeders)
        _ = unsafe Parallel.mapPieces(of: &labels, ends: ends, threads: threads) { piece, first, labels in
            for place in labels.indices {
                let label = unsafe labels[place]
                guard label != Self.none else { continue }
                let window = (first + place) / Self.windowNodeCount
                let isFeeder = label & Self.feederBit != 0
                let base = isFeeder ? core + feeders[window] : cores[window]
                unsafe labels[place] = UInt32(truncatingIfNeeded: base) + (label & ~Self.feederBit)
            }
        }
        self.labels = labels
        self.windowLabels = windowLabels
        degrees = pieces.flatMap(\.coreDegrees) + pieces.flatMap(\.feederDegrees)
        sizes = pieces.flatMap(\.coreSizes) + pieces.flatMap(\.feederSizes)
        feederNodeCount = pieces.reduce(0) { $0 + $1.feederSizes.reduce(0) { $0 + Int($1) } }
        let cut = Self.chunks(windowLabels, windowPairs)
        chunkWindows = cut.windows
        chunkPairCounts = cut.pairCounts
    }

    /// Cuts the windows into chunks of about the same work.
    private static func chunks(_ windowLabels: [Int], _ windowPairs: [Int]) -> (windows: [Int], pairCounts: [Int]) {
        let windowCount = windowLabels.count - 1
        func weight(_ window: Int) -> Int { windowLabels[window] + windowPairs[window] }
        let total = weight(windowCount)
        let chunkCount = chunkCount(weight: total)
        var windows = [0]
        for window in 0..<windowCount where weight(window + 1) * chunkCount >= total * windows.count {
            if windows.count < chunkCount, window + 1 < windowCount { windows.append(window + 1) }
        }
        windows.append(windowCount)
        return (windows, zip(windows, windows.dropFirst()).map { windowPairs[$1] - windowPairs[$0] })
    }

    /// The sums over each label's nodes, of core labels.
    package func coreSums(_ value: (_ node: Int) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: coreCount)
        for node in labels.indices where Int(labels[node]) < coreCount { sums[Int(labels[node])] += value(node) }
        return sums
    }

    /// Few for small graphs: what lies in one chunk converges as if it were solved in order. Even, so that two threads end
    /// together; so many that a chunk holds fewer than 2³¹ pairs or one window.
    private static func chunkCount(weight: Int) -> Int {
        max(min(weight >> 20, 64) & ~1, weight >> 31, weight < 1_024 ? 1 : 2)
    }

    fileprivate static let sortedNodeCount = windowNodeCount / 4
    private static let feederBit: UInt32 = 1 << 31
}

extension RankLabels {
    /// Some windows, labelled each by itself.
    fileprivate struct Piece: Sendable {
        struct Window: Sendable {
            var coreCount = 0
            var feederCount = 0
            /// In the lists of core labels.
            var pairCount = 0
        }

        private(set) var windows: [Window] = []
        private(set) var coreDegrees: [UInt32] = []
        private(set) var feederDegrees: [UInt32] = []
        private(set) var coreSizes: [UInt16] = []
        private(set) var feederSizes: [UInt16] = []

        init(
            _ labels: inout UnsafeMutableBufferPointer<UInt32>, first: Int, _ outLinks: OutLinks, _ inDegrees: [UInt32]
        ) {
            var scratch = Scratch()
            for start in stride(from: 0, to: labels.count, by: RankLabels.windowNodeCount) {
                let end = min(start + RankLabels.windowNodeCount, labels.count)
                var window = unsafe UnsafeMutableBufferPointer(rebasing: labels[start..<end])
                unsafe label(&window, first: first + start, outLinks, inDegrees, &scratch)
            }
        }

        private struct Scratch {
            /// By place in the window, of the first node of each label: how long its lists are, and how many nodes it has.
            var lengths = [Int](repeating: 0, count: RankLabels.windowNodeCount)
            var sizes = [UInt16](repeating: 0, count: RankLabels.windowNodeCount)
            var order = [Int](repeating: 0, count: RankLabels.windowNodeCount)
            var starts = [Int](repeating: 0, count: 258)
        }

        private mutating func label(
            _ labels: inout UnsafeMutableBufferPointer<UInt32>, first: Int, _ outLinks: OutLinks, _ inDegrees: [UInt32],
            _ scratch: inout Scratch
        ) {
            var window = Window()
            for place in scratch.lengths.indices {
                scratch.lengths[place] = 0
                scratch.sizes[place] = 0
            }
            for place in labels.indices where outLinks.degrees[first + place] > 0 {
                let own = place - Int(outLinks.distances[first + place])
                scratch.lengths[own] += Int(inDegrees[first + place])
                scratch.sizes[own] += 1
            }
            for lower in stride(from: 0, to: labels.count, by: RankLabels.sortedNodeCount) {
                let places = lower..<min(lower + RankLabels.sortedNodeCount, labels.count)
                unsafe sort(&labels, places, first: first, outLinks, &window, &scratch)
            }
            for place in labels.indices where outLinks.degrees[first + place] > 0 {
                unsafe labels[place] = labels[place - Int(outLinks.distances[first + place])]
            }
            windows.append(window)
        }

        /// Labels the first nodes among these places.
        private mutating func sort(
            _ labels: inout UnsafeMutableBufferPointer<UInt32>, _ places: Range<Int>, first: Int, _ outLinks: OutLinks,
            _ window: inout Window, _ scratch: inout Scratch
        ) {
            // A counting sort by falling length; what is above 255 is one class.
            for index in scratch.starts.indices { scratch.starts[index] = 0 }
            for place in places where scratch.sizes[place] > 0 {
                scratch.starts[257 - min(scratch.lengths[place], 256)] += 1
            }
            for index in 1..<scratch.starts.count { scratch.starts[index] += scratch.starts[index - 1] }
            for place in places where scratch.sizes[place] > 0 {
                let index = 256 - min(scratch.lengths[place], 256)
                scratch.order[scratch.starts[index]] = place
                scratch.starts[index] += 1
            }
            for place in scratch.order.prefix(scratch.starts[256]) {
                let degree = outLinks.degrees[first + place]
                if scratch.lengths[place] > 0 {
                    unsafe labels[place] = UInt32(window.coreCount)
                    window.coreCount += 1
                    window.pairCount += scratch.lengths[place]
                    coreDegrees.append(degree)
                    coreSizes.append(scratch.sizes[place])
                } else {
                    unsafe labels[place] = UInt32(window.feederCount) | RankLabels.feederBit
                    window.feederCount += 1
                    feederDegrees.append(degree)
                    feederSizes.append(scratch.sizes[place])
                }
            }
        }
    }
}
