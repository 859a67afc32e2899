package import Kernels

/// Blocks of ascending (to, from) pairs, kept in memory or decoded from a link table each time.
package struct PairBlocks: Sendable {
    private enum Storage: Sendable {
        case memory([RankBlock])
        case stored(LinkPairs)
    }

    private let storage: Storage
    /// The first and the last node whose list a block has a part of.
    private let blockNodes: [ClosedRange<UInt32>]

    package var blockCount: Int { blockNodes.count }

    /// None of the blocks is empty.
    package init(_ blocks: [RankBlock]) {
        storage = .memory(blocks)
        blockNodes = blocks.map { $0.targets[0]...$0.targets[$0.runCount - 1] }
    }

    /// The pairs of a link table; `kept` are its blocks, or empty.
    package init(_ pairs: LinkPairs, of links: LinkTable, kept: [RankBlock]) {
        storage = kept.isEmpty ? .stored(pairs) : .memory(kept)
        blockNodes = (0..<links.blockCount).map { links.targets(ofBlock: $0) }
    }

    /// The pairs that blocks in memory hold; 0 for others.
    package var keptPairCount: Int {
        guard case .memory(let blocks) = storage else { return 0 }
        return blocks.reduce(0) { $0 + $1.pairCount }
    }

    /// Calls the body with a block.
    package func withBlock(_ block: Int, _ scratch: inout LinkPairs.Scratch, _ body: (RankBlock) throws -> Void) throws
    {
        switch storage {
        case .memory(let blocks): try body(blocks[block])
        case .stored(let pairs):
            try pairs.load(block, into: &scratch)
            try body(scratch.pairs)
        }
    }

    /// Calls the body with every window of a chunk.
    package func forEachWindow(
        ofChunk chunk: Int, _ labels: RankLabels, _ rows: inout RankRows, _ scratch: inout LinkPairs.Scratch,
        _ body: RankRows.Body
    ) throws {
        rows.begin(chunk: chunk)
        for block in blocks(ofNodes: labels.nodes(ofChunk: chunk)) {
            try withBlock(block, &scratch) { try rows.take($0, onWindow: body) }
        }
        try rows.end(onWindow: body)
    }

    /// The blocks that have pairs to these nodes.
    private func blocks(ofNodes nodes: Range<Int>) -> Range<Int> {
        let first = blockNodes.partitioningIndex { Int($0.upperBound) >= nodes.lowerBound }
        return first..<max(first, blockNodes.partitioningIndex { Int($0.lowerBound) >= nodes.upperBound })
    }
}

extension Array {
    /// The first index whose element is so, when all behind it are too; count when none is.
    fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
