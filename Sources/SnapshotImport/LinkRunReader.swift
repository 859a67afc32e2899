import SnapshotStore

/// Reads a run's links in blocks.
///
/// Safety: blocks are no longer than the buffer, and filled completely or an error is thrown. `index` is below
/// `loadedCount` after advance returned true: only then is `current` asked for. The buffer is freed with this object.
@safe
final class LinkRunReader {
    private let file: SpillReader
    private let buffer: UnsafeMutableBufferPointer<LinkRecord>
    private var index = 0
    private var loadedCount = 0
    private var restCount: Int
    private let map: RecordMap?

    /// - map: applied to the records as they are read.
    init(path: String, count: Int, map: RecordMap?, bufferByteCount: Int) throws {
        let recordCount = max(bufferByteCount / MemoryLayout<LinkRecord>.stride, 4)
        file = try SpillReader(path: path, bufferByteCount: 64)
        unsafe buffer = .allocate(capacity: recordCount)
        restCount = count
        self.map = map
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// Valid after advance returned true.
    var current: LinkRecord { unsafe buffer[index] }

    func advance() throws -> Bool {
        index &+= 1
        if index < loadedCount { return true }
        guard let block = try unsafe readBlock() else { return false }
        index = 0
        loadedCount = block.count
        return true
    }

    /// The next block, renumbered; valid until the next call. Not to be mixed with advance.
    func readBlock() throws -> UnsafeBufferPointer<LinkRecord>? {
        guard restCount > 0 else { return nil }
        let count = unsafe min(restCount, buffer.count)
        restCount &-= count
        let block = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        try unsafe file.read(into: UnsafeMutableRawBufferPointer(block))
        unsafe map?.apply(to: block)
        return UnsafeBufferPointer(block)
    }
}
