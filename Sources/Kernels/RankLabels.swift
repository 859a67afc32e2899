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
///
/// Safety: all arrays have one element a node (precondition here and in `OutLinks`), and the scratch of a window or a
/// quarter has room for its nodes. A distance leads to an earlier node of the window with out-links: who makes an
/// `OutLinks` has checked that. Labels are below sourceCount, and no two windows, so no two threads, have one in
/// common.
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

    /// Whether ends of rows can be counted in 32 bits.
    package var fitsRowEnds: Bool { chunkPairCounts.allSatisfy { $0 < Int(UInt32.max) } }

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
        feederNodeCount = pieces.reduce(0) { $0 + $1.feederNodeCount }
        let bases = zip(windowLabels, windowFeeders).map { (core: UInt32($0), feeder: UInt32(core + $1)) }
        (degrees, sizes) = Self.finish(&labels, ends: ends, bases, outLinks, count: sourceCount, threads: threads)
        self.labels = labels
        self.windowLabels = windowLabels
        let cut = Self.chunks(windowLabels, windowPairs)
        chunkWindows = cut.windows
        chunkPairCounts = cut.pairCounts
    }

    /// Makes labels within windows labels among all; `bases` are those of the first core label and the first feeder of each window.
    private static func finish(
        _ labels: inout [UInt32], ends: [Int], _ bases: [(core: UInt32, feeder: UInt32)], _ outLinks: OutLinks,
        count: Int, threads: Int
    ) -> (degrees: [UInt32], sizes: [UInt16]) {
        var degrees = [UInt32](repeating: 0, count: count)
        var sizes = [UInt16](repeating: 0, count: count)
        unsafe degrees.withUnsafeMutableBufferPointer { degrees in
            unsafe sizes.withUnsafeMutableBufferPointer { sizes in
                // No two windows have a label in common.
                nonisolated(unsafe) let (degrees, sizes) = unsafe (degrees, sizes)
                _ = unsafe Parallel.mapPieces(of: &labels, ends: ends, threads: threads) { _, first, labels in
                    for place in labels.indices {
                        let local = unsafe labels[place]
                        guard local != none else { continue }
                        let base = bases[(first + place) / windowNodeCount]
                        let label = local & feederBit != 0 ? base.feeder &+ (local & ~feederBit) : base.core &+ local
                        unsafe labels[place] = label
                        unsafe sizes[Int(label)] += 1
                        unsafe degrees[Int(label)] = outLinks.degrees[first + place]
                    }
                }
            }
        }
        return (degrees, sizes)
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
        private(set) var feederNodeCount = 0

        init(
            _ labels: inout UnsafeMutableBufferPointer<UInt32>, first: Int, _ outLinks: OutLinks, _ inDegrees: [UInt32]
        ) {
            let scratch = Scratch()
            unsafe outLinks.degrees.withUnsafeBufferPointer { degrees in
                unsafe outLinks.distances.withUnsafeBufferPointer { distances in
                    unsafe inDegrees.withUnsafeBufferPointer { inDegrees in
                        for start in stride(from: 0, to: labels.count, by: RankLabels.windowNodeCount) {
                            let end = min(start + RankLabels.windowNodeCount, labels.count)
                            let nodes = first + start..<first + end
                            let window = unsafe Nodes(
                                labels: UnsafeMutableBufferPointer(rebasing: labels[start..<end]),
                                degrees: UnsafeBufferPointer(rebasing: degrees[nodes]),
                                distances: UnsafeBufferPointer(rebasing: distances[nodes]),
                                inDegrees: UnsafeBufferPointer(rebasing: inDegrees[nodes]))
                            label(window, scratch)
                        }
                    }
                }
            }
        }

        /// The nodes of a window.
        @safe private struct Nodes {
            let labels: UnsafeMutableBufferPointer<UInt32>
            let degrees: UnsafeBufferPointer<UInt32>
            let distances: UnsafeBufferPointer<UInt16>
            let inDegrees: UnsafeBufferPointer<UInt32>
        }

        private struct Scratch {
            /// By place in the window, of the first node of each label: how long its lists are (more than 2³² − 1 are that many),
            /// and how many nodes it has.
            let lengths = RankBuffer(RankLabels.windowNodeCount)
            let sizes = RankBuffer(RankLabels.windowNodeCount)
            let order = RankBuffer(RankLabels.sortedNodeCount)
            let starts = RankBuffer(258)
        }

        private mutating func label(_ nodes: Nodes, _ scratch: Scratch) {
            var window = Window()
            let (lengths, sizes) = unsafe (scratch.lengths.start, scratch.sizes.start)
            unsafe lengths.update(repeating: 0, count: RankLabels.windowNodeCount)
            unsafe sizes.update(repeating: 0, count: RankLabels.windowNodeCount)
            let count = unsafe nodes.labels.count
            for place in 0..<count where unsafe nodes.degrees[place] > 0 {
                let own = unsafe place - Int(nodes.distances[place])
                let (length, overflows) = unsafe lengths[own].addingReportingOverflow(nodes.inDegrees[place])
                unsafe lengths[own] = overflows ? .max : length
                unsafe sizes[own] += 1
                unsafe window.pairCount += Int(nodes.inDegrees[place])
            }
            for lower in stride(from: 0, to: count, by: RankLabels.sortedNodeCount) {
                sort(nodes, lower..<min(lower + RankLabels.sortedNodeCount, count), &window, scratch)
            }
            for place in 0..<count where unsafe nodes.degrees[place] > 0 {
                unsafe nodes.labels[place] = nodes.labels[place - Int(nodes.distances[place])]
            }
            windows.append(window)
        }

        /// Labels the first nodes among these places.
        private mutating func sort(_ nodes: Nodes, _ places: Range<Int>, _ window: inout Window, _ scratch: Scratch) {
            let (lengths, sizes) = unsafe (scratch.lengths.start, scratch.sizes.start)
            let (order, starts) = unsafe (scratch.order.start, scratch.starts.start)
            // A counting sort by falling length; what is above 255 is one class.
            unsafe starts.update(repeating: 0, count: 258)
            for place in places where unsafe sizes[place] > 0 {
                unsafe starts[257 - Int(min(lengths[place], 256))] += 1
            }
            for index in 1..<258 { unsafe starts[index] += starts[index - 1] }
            for place in places where unsafe sizes[place] > 0 {
                let index = unsafe 256 - Int(min(lengths[place], 256))
                unsafe order[Int(starts[index])] = UInt32(place)
                unsafe starts[index] += 1
            }
            for index in 0..<(unsafe Int(starts[256])) {
                let place = unsafe Int(order[index])
                if unsafe lengths[place] > 0 {
                    unsafe nodes.labels[place] = UInt32(window.coreCount)
                    window.coreCount += 1
                } else {
                    unsafe nodes.labels[place] = UInt32(window.feederCount) | RankLabels.feederBit
                    window.feederCount += 1
                    unsafe feederNodeCount += Int(sizes[place])
                }
            }
        }
    }
}
