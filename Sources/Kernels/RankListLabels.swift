/// The lists of a chunk's nodes by label: what a snapshot stores of them.
/// Safety: a window's rows, rests and counts lie in its memory (`RankWindow`), which is read during the call only.
package struct RankListLabels: Sendable {
    /// How many sources of the core, and how many feeders, the list of each node has.
    package private(set) var coreCounts: [UInt32] = []
    package private(set) var feederCounts: [UInt32] = []
    /// Row by row, those of one label node by node.
    package private(set) var rows: [UInt32] = []
    /// Of nodes without a label, node by node.
    package private(set) var rests: [UInt32] = []
    /// Of all nodes, node by node: how many nodes each feeder's label has, and how many nodes they link to.
    package private(set) var feederSizes: [UInt32] = []
    package private(set) var feederDegrees: [UInt32] = []
    private let labels: RankLabels

    package init(_ labels: RankLabels) { self.labels = labels }

    /// Takes the next window.
    package mutating func append(_ window: RankWindow, _ found: RankFeeders) {
        let coreCount = UInt32(labels.coreCount)
        func label(_ place: UInt32) -> UInt32 { place < coreCount ? place : place - coreCount }
        for row in 0..<window.rowCount {
            for place in unsafe Int(window.starts[row])..<Int(window.ends[row]) {
                unsafe rows.append(label(window.sources[place]))
            }
        }
        let first = window.index * RankLabels.windowNodeCount
        var (rest, feeder) = (0, 0)
        for place in 0..<min(RankLabels.windowNodeCount, labels.nodeCount - first) {
            let (count, feederCount) = unsafe (window.counts[place], found.counts[place])
            coreCounts.append(count)
            feederCounts.append(feederCount)
            if labels.labels[first + place] >= coreCount {
                for index in rest..<rest + Int(count) { unsafe rests.append(label(window.rests[index])) }
                rest += Int(count)
            }
            for index in feeder..<feeder + Int(feederCount) {
                unsafe feederSizes.append(found.sizes[index])
                unsafe feederDegrees.append(found.degrees[index])
            }
            feeder += Int(feederCount)
        }
    }
}
