import SnapshotStore

/// Writes ascending byte strings front-coded: bytes shared with the one before, bytes that follow, these bytes.
///
/// Safety: no more bytes are shared than the key has, and the rest is copied before `append` returns.
final class DictionaryRunWriter {
    private let file: SpillWriter
    private var previous = GrowingBuffer<UInt8>()

    init(path: String, bufferByteCount: Int) throws {
        file = try SpillWriter(path: path, bufferByteCount: bufferByteCount)
    }

    func append(_ key: UnsafeBufferPointer<UInt8>) throws {
        let shared = unsafe sharedPrefixByteCount(
            UnsafeBufferPointer(start: previous.base, count: previous.count), key)
        let rest = unsafe UnsafeBufferPointer(rebasing: key[shared...])
        try file.write(number: shared)
        try file.write(number: rest.count)
        try unsafe file.write(UnsafeRawBufferPointer(rest))
        previous.setCount(shared)
        unsafe previous.append(rest)
    }

    func finish() throws {
        try file.flush()
    }
}

/// Reads what DictionaryRunWriter wrote.
///
/// Safety: `advance` shares no more bytes than the key before has, makes the key as long as the two numbers say, and
/// reads into the second part.
@safe
final class DictionaryRunReader {
    private let file: SpillReader
    private var key = GrowingBuffer<UInt8>()
    private var restCount: Int

    init(path: String, count: Int, bufferByteCount: Int) throws {
        file = try SpillReader(path: path, bufferByteCount: bufferByteCount)
        restCount = count
    }

    /// Valid until the next advance.
    var current: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: key.base, count: key.count)
    }

    /// Moves to the next key; false at the end.
    func advance() throws -> Bool {
        guard restCount > 0 else { return false }
        restCount &-= 1
        let shared = try file.readNumber()
        let rest = try file.readNumber()
        guard shared >= 0, shared <= key.count, rest >= 0, rest <= Int(UInt32.max) else {
            throw ImportError(
                .io,
                "\(file.path): a temporary file isn't what was written into it. Look at the disk (dmesg says what the system knows "
                    + "of it), and run the command again.")
        }
        key.setCount(shared + rest)
        try unsafe file.read(into: UnsafeMutableRawBufferPointer(start: key.base + shared, count: rest))
        return true
    }
}
