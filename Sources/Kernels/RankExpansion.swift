import Synchronization

/// The ratios of all nodes from the shares of the labels: one Jacobi step for every node, with or without out-links. Nodes
/// with the same in-links get the same bits. Memory: 16 bytes a node.
@safe package final class RankExpansion: @unchecked Sendable {
    private static let windowsPerPiece = 16

    private let iteration: RankIteration
    private let labels: RankLabels
    private let damping: Double
    /// Σ of what arrives at a node; afterwards its ratio.
    private let ratios: UnsafeMutablePointer<Double>
    /// What the nodes of a node's label give to each node they link to.
    private var shares: UnsafeMutablePointer<Double>?

    /// Sums over all nodes.
    package struct Totals: Sendable {
        /// Σ of all ratios, and of those of the nodes without out-links.
        package var all = 0.0
        package var dangling = 0.0
        /// Σ |s′ − s| over the labels.
        package var change = 0.0
    }

    package init(_ iteration: RankIteration, threads: Int) {
        self.iteration = iteration
        labels = iteration.core.labels
        damping = iteration.core.damping
        unsafe ratios = .allocate(capacity: labels.nodeCount)
        let shares = UnsafeMutablePointer<Double>.allocate(capacity: labels.nodeCount)
        unsafe self.shares = shares
        // No two threads have a piece in common.
        nonisolated(unsafe) let pieces = unsafe shares
        // A body that doesn't throw can't make the loop throw.
        try? Parallel.forEach(pieceCount, threads: threads) { piece in
            for node in nodes(ofPiece: piece) {
                let label = labels.labels[node]
                unsafe (ratios + node).initialize(to: 0)
                unsafe (pieces + node).initialize(to: label == RankLabels.none ? 0 : share(ofLabel: Int(label)))
            }
        }
    }

    /// What the nodes of a label give to each node they link to.
    private func share(ofLabel label: Int) -> Double {
        label < labels.coreCount
            ? iteration.share(ofLabel: label) : Double(labels.sizes[label]) / Double(labels.degrees[label])
    }

    private static let pieceNodeCount = windowsPerPiece * RankLabels.windowNodeCount

    private var pieceCount: Int { (labels.nodeCount + Self.pieceNodeCount - 1) / Self.pieceNodeCount }

    private func nodes(ofPiece piece: Int) -> Range<Int> {
        let first = piece * Self.pieceNodeCount
        return first..<min(first + Self.pieceNodeCount, labels.nodeCount)
    }

    deinit {
        unsafe ratios.deallocate()
        unsafe shares?.deallocate()
    }

    /// Takes what a block has of the lists of some nodes, without `OutLinks.Kind.repeated` sources. The parts of a list come in
    /// order, no two at the same time; terms are added in order, wherever the list is cut.
    package func add(_ block: RankBlock, nodes: Range<Int>) {
        guard let shares = unsafe shares else { return }
        unsafe block.sources.withUnsafeBufferPointer { sources in
            unsafe block.targets.withUnsafeBufferPointer { targets in
                unsafe block.runEnds.withUnsafeBufferPointer { ends in
                    for run in block.runs(to: nodes) {
                        let target = unsafe Int(targets[run])
                        var sum = unsafe ratios[target]
                        var place = unsafe run == 0 ? 0 : Int(ends[run &- 1])
                        let end = unsafe Int(ends[run])
                        while place < end {
                            unsafe sum += shares[Int(sources[place])]
                            place &+= 1
                        }
                        unsafe ratios[target] = sum
                    }
                }
            }
        }
    }

    /// After all blocks, once: makes the sums ratios.
    package func finish(threads: Int) -> Totals {
        let pieces = Mutex([Totals](repeating: Totals(), count: pieceCount))
        try? Parallel.forEach(pieceCount, threads: threads) { piece in
            let totals = finish(nodes(ofPiece: piece))
            pieces.withLock { $0[piece] = totals }
        }
        var (all, dangling, change) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
        for totals in pieces.withLock({ $0 }) {
            all.add(totals.all)
            dangling.add(totals.dangling)
            change.add(totals.change)
        }
        return Totals(all: all.value, dangling: dangling.value, change: change.value)
    }

    /// Of whole windows.
    private func finish(_ nodes: Range<Int>) -> Totals {
        var (all, dangling, change) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
        let window = nodes.lowerBound / RankLabels.windowNodeCount
        let lastWindow = (nodes.upperBound - 1) / RankLabels.windowNodeCount
        let coreLabels = labels.windowLabels[window]..<labels.windowLabels[lastWindow + 1]
        var sums = [Double](repeating: 0, count: coreLabels.count)
        for node in nodes {
            let ratio = unsafe 1 + damping * ratios[node]
            unsafe ratios[node] = ratio
            all.add(ratio)
            let label = Int(labels.labels[node])
            if label < labels.coreCount {
                sums[label - coreLabels.lowerBound] += ratio
            } else if label == Int(RankLabels.none) {
                dangling.add(ratio)
            }
        }
        for (place, sum) in sums.enumerated() {
            let label = coreLabels.lowerBound + place
            change.add(abs(sum - share(ofLabel: label) * Double(labels.degrees[label])))
        }
        return Totals(all: all.value, dangling: dangling.value, change: change.value)
    }

    /// The ratios, each divided by `total`; the end of this object's use.
    package func divided(by total: Double) -> [Double] {
        unsafe shares?.deallocate()
        unsafe shares = nil
        return unsafe [Double](unsafeUninitializedCapacity: labels.nodeCount) { buffer, count in
            for node in 0..<labels.nodeCount { unsafe buffer.initializeElement(at: node, to: ratios[node] / total) }
            count = labels.nodeCount
        }
    }
}
