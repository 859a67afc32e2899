/// The numbers of the sources of a merge, the one with the least head on top: a binary heap.
struct MergeHeap {
    private var sources: [Int] = []

    /// - isLess: compares the heads of two sources; a total order.
    init(_ sources: [Int], _ isLess: (Int, Int) -> Bool) {
        self.sources = sources
        for place in stride(from: sources.count / 2 - 1, through: 0, by: -1) { siftDown(place, isLess) }
    }

    var top: Int? { sources.first }

    /// Call after the top source has moved on.
    @inline(__always)
    mutating func topAdvanced(_ isLess: (Int, Int) -> Bool) {
        siftDown(0, isLess)
    }

    /// Call after the top source has ended.
    mutating func topEnded(_ isLess: (Int, Int) -> Bool) {
        let last = sources.removeLast()
        guard !sources.isEmpty else { return }
        sources[0] = last
        siftDown(0, isLess)
    }

    @inline(__always)
    private mutating func siftDown(_ start: Int, _ isLess: (Int, Int) -> Bool) {
        var place = start
        let source = sources[place]
        while true {
            var child = 2 * place + 1
            guard child < sources.count else { break }
            if child + 1 < sources.count, isLess(sources[child + 1], sources[child]) { child += 1 }
            guard isLess(sources[child], source) else { break }
            sources[place] = sources[child]
            place = child
        }
        sources[place] = source
    }
}
