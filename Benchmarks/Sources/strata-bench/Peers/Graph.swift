import SnapshotStore

/// The distinct links of a snapshot without loops, by target: sources of node t are sources[starts[t] ..< starts[t + 1]],
/// ascending. 4 bytes an edge, 12 a node.
struct Graph: Sendable {
    var starts: [Int]
    var sources: [UInt32]
    var outDegrees: [UInt32]

    var nodeCount: Int { outDegrees.count }
    var edgeCount: Int { sources.count }

    init(_ snapshot: Snapshot) throws {
        starts = [0]
        starts.reserveCapacity(snapshot.pages.count + 1)
        sources = []
        sources.reserveCapacity(snapshot.links.rowCount)
        outDegrees = [UInt32](repeating: 0, count: snapshot.pages.count)
        var block = LinkBlock()
        var last = UInt64.max
        for index in 0..<snapshot.links.blockCount {
            try snapshot.links.decodeEndpoints(ofBlock: index, into: &block)
            for row in 0..<block.count {
                let (from, to) = (block.from[row], block.to[row])
                let pair = UInt64(to) << 32 | UInt64(from)
                if from == to || pair == last { continue }
                last = pair
                while starts.count <= Int(to) { starts.append(sources.count) }
                sources.append(from)
                outDegrees[Int(from)] += 1
            }
        }
        while starts.count <= snapshot.pages.count { starts.append(sources.count) }
    }
}
