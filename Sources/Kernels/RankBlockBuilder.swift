/// Makes blocks from pairs in ascending (to, from) order, each once.
package struct RankBlockBuilder {
    private let blockPairCount: Int
    private var blocks: [RankBlock] = []
    private var block = RankBlock()

    package init(blockPairCount: Int) {
        precondition(blockPairCount > 0)
        self.blockPairCount = blockPairCount
    }

    package mutating func append(to target: UInt32, from source: UInt32) {
        if block.pairCount == blockPairCount {
            blocks.append(block)
            block = RankBlock()
        }
        block.append(target, source)
    }

    package consuming func finish() -> [RankBlock] {
        if block.pairCount > 0 { blocks.append(block) }
        return blocks
    }
}
