import Synchronization

/// Decompressed dictionary blocks, the last one used for each remainder of the block number: single keys that are asked
/// for again and again (the texts of the rows of an answer) cost no decompression. At most 128 blocks, about 8 MiB.
final class KeyBlockCache: Sendable {
    private final class Slot: Sendable {
        let block = Mutex<(index: Int, keys: KeyBlock)?>(nil)
    }
    private let slots: [Slot]

    init(blockCount: Int) {
        slots = (0..<min(128, blockCount)).map { _ in Slot() }
    }

    func block(_ index: Int, load: () throws -> KeyBlock) throws -> KeyBlock {
        let slot = slots[index % slots.count]
        let cached = slot.block.withLock { $0 }
        if let cached, cached.index == index { return cached.keys }
        let keys = try load()
        slot.block.withLock { $0 = (index, keys) }
        return keys
    }
}
