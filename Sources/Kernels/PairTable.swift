import Synchronization

/// Collects the distinct (to, from) pairs of a graph whose nodes are groups of other nodes (hosts or domains of pages),
/// from blocks of links in any order and on any threads. Two passes over the blocks: count(_:) for all, makeRows(),
/// place(_:) for all, then blocks(). Memory: 4 bytes for each pair distinct within its block, 12 a node.
/// Safety: `ends` ascend, because both passes have the same pairs, and a piece is all that lies between two of them:
/// `sortRows` stays between the ends of its rows, and moves values to the front only.
package final class PairTable: Sendable {
    private let nodeCount: Int
    private let state: Mutex<State>

    private struct State {
        /// First pass: pairs of each row (target). Second: where its next pair goes.
        var cursors: [Int]
        var sources: [UInt32] = []
    }

    package init(nodeCount: Int) {
        self.nodeCount = nodeCount
        state = Mutex(State(cursors: [Int](repeating: 0, count: nodeCount)))
    }

    /// First pass. `pairs` as PairCollector gives them.
    package func count(_ pairs: PairCollector) {
        let pairs = pairs.pairs
        state.withLock { state in
            var cursors = state.cursors.mutableSpan
            for pair in pairs { cursors[Int(truncatingIfNeeded: pair &>> 32)] &+= 1 }
        }
    }

    /// Pairs counted so far; ×4 = the bytes that makeRows() takes.
    package var pairCount: Int { state.withLock { $0.cursors.reduce(0, +) } }

    /// Between the passes.
    package func makeRows() {
        state.withLock { state in
            var sum = 0
            for row in 0..<nodeCount {
                let count = state.cursors[row]
                state.cursors[row] = sum
                sum += count
            }
            state.sources = [UInt32](repeating: 0, count: sum)
        }
    }

    /// Second pass, with the same pairs.
    package func place(_ pairs: PairCollector) {
        let pairs = pairs.pairs
        state.withLock { Self.place(pairs, &$0.cursors, &$0.sources) }
    }

    private static func place(_ pairs: ArraySlice<UInt64>, _ cursors: inout [Int], _ sources: inout [UInt32]) {
        var cursors = cursors.mutableSpan
        var sources = sources.mutableSpan
        for pair in pairs {
            let row = Int(truncatingIfNeeded: pair &>> 32)
            sources[cursors[row]] = UInt32(truncatingIfNeeded: pair)
            cursors[row] &+= 1
        }
    }

    /// Sorts every row, drops repeated sources, and cuts the pairs into blocks of `blockPairCount`. Ends the table's
    /// life: it is empty afterwards.
    package func blocks(blockPairCount: Int, threads: Int) -> [RankBlock] {
        let taken = state.withLock { state in
            defer { state = State(cursors: []) }
            return (state.cursors, state.sources)
        }
        let ends = taken.0
        var sources = taken.1
        // Rows by the piece, so that a piece is worth a hand-over.
        var pieceRows: [Range<Int>] = []
        var pieceEnds: [Int] = []
        var firstRow = 0
        for row in 0..<nodeCount where row == nodeCount - 1 || ends[row] - (pieceEnds.last ?? 0) >= 65_536 {
            pieceRows.append(firstRow..<row + 1)
            pieceEnds.append(ends[row])
            firstRow = row + 1
        }
        let rows = pieceRows
        let distinctCounts = unsafe Parallel.mapPieces(of: &sources, ends: pieceEnds, threads: threads) {
            index, first, piece in
            unsafe Self.sortRows(rows[index], ends: ends, first: first, &piece)
        }
        var builder = RankBlockBuilder(blockPairCount: blockPairCount)
        var piece = 0
        for row in 0..<nodeCount {
            while row >= rows[piece].upperBound { piece += 1 }
            let start = row == 0 ? 0 : ends[row - 1]
            let count = distinctCounts[piece][row - rows[piece].lowerBound]
            for index in start..<start + count { builder.append(to: UInt32(row), from: sources[index]) }
        }
        return builder.finish()
    }

    /// Makes the front of each row its distinct sources, ascending; returns how many there are in each.
    private static func sortRows(
        _ rows: Range<Int>, ends: [Int], first: Int, _ piece: inout UnsafeMutableBufferPointer<UInt32>
    ) -> [Int] {
        var counts: [Int] = []
        counts.reserveCapacity(rows.count)
        var start = 0
        for row in rows {
            let end = ends[row] - first
            unsafe piece[start..<end].sort()
            var kept = start
            for index in start..<end where unsafe index == start || piece[index] != piece[kept - 1] {
                unsafe piece[kept] = piece[index]
                kept += 1
            }
            counts.append(kept - start)
            start = end
        }
        return counts
    }
}

/// The pairs of one block of links between groups of nodes: each once, ascending. Reused from block to block.
package struct PairCollector: Sendable {
    private var buffer: [UInt64] = []
    package private(set) var pairCount = 0
    /// (to << 32 | from), ascending, distinct.
    package var pairs: ArraySlice<UInt64> { buffer[..<pairCount] }

    package init() {}

    /// `group[node]` is the group of each node. Links inside a group and rows with `flags & droppedFlags ≠ 0` (no flags:
    /// empty span) are left out. False when a node has no group.
    package mutating func fill(
        to: Span<UInt32>, from: Span<UInt32>, flags: Span<UInt32>, droppedFlags: UInt32, group: [UInt32]
    ) -> Bool {
        let rowCount = to.count
        precondition(from.count == rowCount && (flags.isEmpty || flags.count == rowCount))
        if buffer.count < rowCount { buffer = [UInt64](repeating: 0, count: rowCount) }
        pairCount = 0
        let groupOf = group.span
        var isInside = true
        var isAscending = true
        var count = 0
        var previous = UInt64.max
        var out = buffer.mutableSpan
        for row in 0..<rowCount {
            let (toNode, fromNode) = (Int(to[row]), Int(from[row]))
            guard toNode < groupOf.count, fromNode < groupOf.count else {
                isInside = false
                break
            }
            let (toGroup, fromGroup) = (groupOf[toNode], groupOf[fromNode])
            let pair = RankBlock.pair(toGroup, fromGroup)
            if toGroup == fromGroup || pair == previous { continue }
            if !flags.isEmpty, flags[row] & droppedFlags != 0 { continue }
            isAscending = isAscending && (count == 0 || pair > previous)
            previous = pair
            out[count] = pair
            count &+= 1
        }
        guard isInside else { return false }
        if !isAscending {
            buffer[..<count].sort()
            var kept = 1
            for index in 1..<count where buffer[index] != buffer[kept - 1] {
                buffer[kept] = buffer[index]
                kept += 1
            }
            count = kept
        }
        pairCount = count
        return true
    }
}
