import Synchronization

/// The ratios of all nodes from those of the core: 1 for feeders, and for nodes without out-links what their lists give.
/// Memory: 8 bytes a node and 8 for each source.
@safe package final class RankExpansion: @unchecked Sendable {
    private static let pieceNodeCount = 65_536

    private let labels: RankLabels
    private let damping: Double
    private let ratios: UnsafeMutablePointer<Double>
    /// ratio / degree, by label.
    private let shares: UnsafeMutablePointer<Double>

    /// - ratios: of the core, by label.
    package init(_ labels: RankLabels, damping: Double, ratios coreRatios: [Double]) {
        precondition(coreRatios.count == labels.coreCount)
        self.labels = labels
        self.damping = damping
        unsafe ratios = .allocate(capacity: labels.nodeCount)
        unsafe shares = .allocate(capacity: labels.sourceCount)
        for label in 0..<labels.sourceCount {
            let ratio = label < labels.coreCount ? coreRatios[label] : 1
            unsafe (shares + label).initialize(to: ratio / Double(labels.degrees[label]))
        }
        for node in 0..<labels.nodeCount {
            let label = Int(labels.labels[node])
            unsafe (ratios + node).initialize(to: label < labels.coreCount ? coreRatios[label] : 1)
        }
    }

    deinit {
        unsafe ratios.deallocate()
        unsafe shares.deallocate()
    }

    /// Takes a part of the list of a node without out-links; the parts of one list in order.
    package func add(_ run: RankRows.DanglingRun) {
        unsafe labels.labels.withUnsafeBufferPointer { labelOf in
            var sum = 0.0
            for index in unsafe 0..<run.sources.count {
                let label = unsafe Int(labelOf[Int(run.sources[index])])
                precondition(label < labels.sourceCount)
                unsafe sum += shares[label]
            }
            unsafe ratios[Int(run.target)] += damping * sum
        }
    }

    /// Σ of all ratios, and of those of the nodes without out-links.
    package func totals(threads: Int) -> (all: Double, dangling: Double) {
        let pieceCount = (labels.nodeCount + Self.pieceNodeCount - 1) / Self.pieceNodeCount
        let pieces = Mutex([(all: Double, dangling: Double)](repeating: (0, 0), count: pieceCount))
        // A body that doesn't throw can't make the loop throw.
        try? Parallel.forEach(pieceCount, threads: threads) { piece in
            var (all, dangling) = (CompensatedSum(), CompensatedSum())
            let first = piece * Self.pieceNodeCount
            for node in first..<min(first + Self.pieceNodeCount, labels.nodeCount) {
                let ratio = unsafe ratios[node]
                all.add(ratio)
                if labels.labels[node] == RankLabels.none { dangling.add(ratio) }
            }
            let sums = (all.value, dangling.value)
            pieces.withLock { $0[piece] = sums }
        }
        var (all, dangling) = (CompensatedSum(), CompensatedSum())
        for sums in pieces.withLock({ $0 }) {
            all.add(sums.all)
            dangling.add(sums.dangling)
        }
        return (all.value, dangling.value)
    }

    /// The ratios, each divided by `total`.
    package func divided(by total: Double) -> [Double] {
        unsafe [Double](unsafeUninitializedCapacity: labels.nodeCount) { buffer, count in
            for node in 0..<labels.nodeCount { unsafe buffer.initializeElement(at: node, to: ratios[node] / total) }
            count = labels.nodeCount
        }
    }
}
