/// The nodes of a graph by what a rank has to do with them:
///
///     core       in-links and out-links: the unknowns of the system. Labels 0 ..< coreCount
///     feeders    out-links only: their rank is the floor. Labels coreCount ..< sourceCount, in the order of the nodes
///     the rest   no out-links: their rank follows from the others'. No label
///
/// The core is cut into chunks of consecutive nodes, a chunk into windows of `windowNodeCount`. Inside a window the labels
/// fall by in-degree: rows of one length follow each other, so that a loop over them ends where the processor expects
/// it, and nothing moves farther than a window. All of it depends on the degrees alone.
package struct RankLabels: Sendable {
    package static let windowNodeCount = 256
    package static let none = UInt32.max

    /// One for each node.
    package let labels: [UInt32]
    package let coreCount: Int
    package let sourceCount: Int
    /// The number of nodes that each source links to, by label.
    package let degrees: [UInt32]
    /// Chunk c holds the core labels chunkLabels[c] ..< chunkLabels[c + 1] …
    package let chunkLabels: [Int]
    /// … and all that the nodes chunkNodes[c] ..< chunkNodes[c + 1] are.
    package let chunkNodes: [Int]
    /// An upper bound of the pairs among the sources of each chunk's core nodes.
    package let chunkPairCounts: [Int]

    package var chunkCount: Int { chunkPairCounts.count }
    package var nodeCount: Int { labels.count }
    package var feederCount: Int { sourceCount - coreCount }

    package init(outDegrees: [UInt32], inDegrees: [UInt32], threads: Int) {
        precondition(outDegrees.count == inDegrees.count && outDegrees.count < Int(Self.none))
        let nodeCount = outDegrees.count
        var weight = 0
        for node in 0..<nodeCount where outDegrees[node] > 0 && inDegrees[node] > 0 {
            weight += Int(inDegrees[node]) + 1
        }
        let chunkCount = Self.chunkCount(weight: weight)
        // Where a chunk begins: how many of each kind come before it.
        var firstCore = [0]
        var firstFeeder = [0]
        var nodes = [0]
        var pairCounts: [Int] = []
        var (core, feeders, done, start) = (0, 0, 0, 0)
        for node in 0..<nodeCount where outDegrees[node] > 0 {
            guard inDegrees[node] > 0 else {
                feeders += 1
                continue
            }
            core += 1
            done += Int(inDegrees[node]) + 1
            if done * chunkCount >= weight * nodes.count, nodes.count < chunkCount {
                pairCounts.append(done - core - start)
                start = done - core
                nodes.append(node + 1)
                firstCore.append(core)
                firstFeeder.append(feeders)
            }
        }
        pairCounts.append(done - core - start)
        nodes.append(nodeCount)
        firstCore.append(core)
        firstFeeder.append(feeders)
        coreCount = core
        sourceCount = core + feeders
        chunkLabels = firstCore
        chunkNodes = nodes
        chunkPairCounts = pairCounts
        var labels = [UInt32](repeating: Self.none, count: nodeCount)
        let (coreStarts, feederStarts) = (firstCore, firstFeeder.map { core + $0 })
        let ends = Array(nodes.dropFirst())
        let degreeLists = unsafe Parallel.mapPieces(of: &labels, ends: ends, threads: threads) { chunk, first, piece in
            unsafe Self.label(
                &piece, first: first, outDegrees, inDegrees, core: coreStarts[chunk], feeder: feederStarts[chunk])
        }
        self.labels = labels
        var degrees: [UInt32] = []
        degrees.reserveCapacity(sourceCount)
        for lists in degreeLists { degrees.append(contentsOf: lists.core) }
        for lists in degreeLists { degrees.append(contentsOf: lists.feeders) }
        self.degrees = degrees
    }

    /// The values of the core's nodes, by label.
    package func ofCore<Value>(_ value: (_ node: Int) -> Value) -> [Value] {
        var nodes = [UInt32](repeating: 0, count: coreCount)
        for node in labels.indices where Int(labels[node]) < coreCount { nodes[Int(labels[node])] = UInt32(node) }
        return nodes.map { value(Int($0)) }
    }

    /// Few for small graphs: what lies in one chunk converges as if it were solved in order. Even, so that two threads end
    /// together; a chunk never holds 2³² pairs.
    private static func chunkCount(weight: Int) -> Int {
        max(min(weight >> 20, 64) & ~1, weight >> 31, weight < 1_024 ? 1 : 2)
    }

    /// Labels the nodes of one chunk; returns the out-degrees in the order of the labels.
    private static func label(
        _ labels: inout UnsafeMutableBufferPointer<UInt32>, first: Int, _ outDegrees: [UInt32], _ inDegrees: [UInt32],
        core: Int, feeder: Int
    ) -> (core: [UInt32], feeders: [UInt32]) {
        var degrees: (core: [UInt32], feeders: [UInt32]) = ([], [])
        var window: [Int] = []
        window.reserveCapacity(windowNodeCount)
        var starts = [Int](repeating: 0, count: 257)
        var order = [Int](repeating: 0, count: windowNodeCount)
        func flush() {
            // A counting sort by falling in-degree; what is above 255 is one class.
            for index in starts.indices { starts[index] = 0 }
            for node in window { starts[256 - min(Int(inDegrees[node]), 255)] += 1 }
            for index in 1..<257 { starts[index] += starts[index - 1] }
            for node in window.reversed() {
                let place = 256 - min(Int(inDegrees[node]), 255)
                starts[place] -= 1
                order[starts[place]] = node
            }
            for place in window.indices {
                let node = order[place]
                unsafe labels[node - first] = UInt32(core + degrees.core.count)
                degrees.core.append(outDegrees[node])
            }
            window.removeAll(keepingCapacity: true)
        }
        for node in first..<first + labels.count where outDegrees[node] > 0 {
            if inDegrees[node] > 0 {
                window.append(node)
                if window.count == windowNodeCount { flush() }
            } else {
                unsafe labels[node - first] = UInt32(feeder + degrees.feeders.count)
                degrees.feeders.append(outDegrees[node])
            }
        }
        flush()
        return degrees
    }
}
