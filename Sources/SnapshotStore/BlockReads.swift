import Synchronization

/// How many blocks of columns this process has decoded, and how many stored bytes they took: what a question costs, the same on
/// every machine. Counted by the block, for benchmarks to take differences of.
package enum BlockReads {
    private struct Tally: ~Copyable, Sendable {
        let blocks = Atomic(0)
        let bytes = Atomic(0)
    }
    private static let tally = Tally()

    package static var blockCount: Int { tally.blocks.load(ordering: .relaxed) }
    package static var byteCount: Int { tally.bytes.load(ordering: .relaxed) }

    static func add(byteCount: Int) {
        tally.blocks.add(1, ordering: .relaxed)
        tally.bytes.add(byteCount, ordering: .relaxed)
    }
}
