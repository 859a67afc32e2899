import Synchronization

/// Blocks of a column that were decoded lately. A delta snapshot reads each block of its base about twice, and so on down
/// the chain: without this the work would double with each link of the chain. At most `limit` blocks of 128 KiB.
final class DecodedBlocks: Sendable {
    private struct Entry {
        let name: String
        let block: Int
        let values: [UInt32]
    }
    /// The one asked for last stands last.
    private let entries = Mutex<[Entry]>([])
    private let endpointScratch = Mutex<[LinkBlock]>([])
    /// Eleven columns, two neighbouring blocks, two threads.
    private static let limit = 44

    func values(_ name: String, _ block: Int, load: () throws -> [UInt32]) throws -> [UInt32] {
        if let known = find(name, block) { return known }
        let values = try load()
        store(name, block, values)
        return values
    }

    func find(_ name: String, _ block: Int) -> [UInt32]? {
        entries.withLock { entries in
            guard let index = entries.lastIndex(where: { $0.block == block && $0.name == name }) else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.values
        }
    }

    func store(_ name: String, _ block: Int, _ values: [UInt32]) {
        entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeFirst(entries.count - Self.limit + 1) }
            entries.append(Entry(name: name, block: block, values: values))
        }
    }

    /// Scratch memory of a decoder, taken from those that were given back.
    func withScratch<Result>(_ body: (inout LinkBlock) throws -> Result) rethrows -> Result {
        var scratch = endpointScratch.withLock { $0.popLast() } ?? LinkBlock()
        defer {
            let used = scratch
            endpointScratch.withLock { $0.append(used) }
        }
        return try body(&scratch)
    }
}
