import Kernels

/// An open column file. The header, index and trailer are verified here, at open; a block's bytes before their first use.
///
/// Safety: `ColumnFrame` has held the ranges of blocks and footer against the file's size. This object keeps the
/// mapped file; what a body gets to see of decompressed bytes is valid during the call. Threads only read, and set
/// atomic bits.
@safe final class ColumnFile: @unchecked Sendable {
    let path: String
    let kind: ColumnKind
    let valueCount: Int
    let entries: [BlockEntry]
    /// What follows the entries in the footer; verified.
    let auxiliary: UnsafeRawBufferPointer
    private let file: MappedFile
    private let checked: AtomicBitmap

    /// Opens a file of a snapshot and checks it against what the manifest says of it.
    init(directory: String, summary: Manifest.ColumnSummary, kind: ColumnKind) throws {
        path = "\(directory)/\(summary.file)"
        guard try FileSystem.exists(path) else {
            throw StoreError.corrupt(
                path, at: 0, expected: "a file of \(summary.byteCount) bytes, as the manifest says", found: "no file")
        }
        file = try MappedFile(path)
        self.kind = kind
        guard UInt64(file.byteCount) == summary.byteCount else {
            throw StoreError.corrupt(
                path, at: file.byteCount, expected: "a file of \(summary.byteCount) bytes, as the manifest says",
                found: "\(file.byteCount) bytes")
        }
        let frame = unsafe try ColumnFrame(file.bytes, path: path)
        guard summary.kind == kind.name, frame.kind == kind else {
            throw StoreError.corrupt(
                path, at: 12, expected: "a column of \(kind.name)",
                found: "\(frame.kind.name) in the file, \(summary.kind) in the manifest")
        }
        let digest = unsafe frame.digest(file.bytes)
        guard hexText(digest) == summary.xxh64 else {
            throw StoreError.corrupt(
                path, at: frame.footerOffset,
                expected: "the file with index checksum \(summary.xxh64), as the manifest says",
                found: "\(hexText(digest)): a file of another snapshot or column")
        }
        valueCount = frame.valueCount
        entries = unsafe try frame.entries(file.bytes, path: path)
        unsafe auxiliary = file.bytes.bytes(
            frame.footerOffset + entries.count * ColumnFormat.entryByteCount..<frame.footerOffset
                + frame.footerByteCount)
        guard summary.valueCount == UInt64(valueCount) else {
            throw StoreError.corrupt(
                path, at: 16, expected: "\(summary.valueCount) values, as the manifest says", found: "\(valueCount)")
        }
        checked = AtomicBitmap(bitCount: entries.count)
    }

    /// The block's stored bytes; valid during the life of this object. Until markSound(block) is called, their checksum
    /// is verified each time.
    func payload(ofBlock block: Int) throws -> UnsafeRawBufferPointer {
        let entry = entries[block]
        let bytes = unsafe file.bytes.bytes(entry.offset..<entry.offset + entry.storedByteCount)
        if !checked[block] {
            let found = unsafe Checksum.xxh64(bytes)
            guard found == entry.checksum else {
                throw StoreError.corrupt(
                    path, at: entry.offset,
                    expected:
                        "block \(block) (\(entry.storedByteCount) bytes) with checksum \(hexText(entry.checksum))",
                    found: hexText(found))
            }
        }
        return unsafe bytes
    }

    /// Whether the block's checksum and the limits of its decoded values were verified by this process.
    func isSound(_ block: Int) -> Bool { checked[block] }

    func markSound(_ block: Int) { checked.set(block) }

    /// Calls `body` with the block's bytes before LZ4.
    func withRawBytes<Result>(
        ofBlock block: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let payload = unsafe try payload(ofBlock: block)
        let entry = entries[block]
        BlockReads.add(byteCount: entry.storedByteCount)
        guard entry.codec.isLZ4 else { return unsafe try body(payload) }
        return try unsafe withUnsafeTemporaryAllocation(byteCount: entry.rawByteCount, alignment: 16) { raw in
            guard unsafe LZ4Block.decompress(payload, into: raw) else {
                throw malformed(block, "an LZ4 block of \(entry.rawByteCount) raw bytes")
            }
            return unsafe try body(UnsafeRawBufferPointer(raw))
        }
    }

    /// Calls `body` with the first `byteCount` (at most all) of the block's bytes before LZ4. The checksum is that of the whole
    /// block; what its other bytes decompress to stays unknown, so the block isn't sound after it.
    func withRawPrefix<Result>(
        ofBlock block: Int, byteCount: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let payload = unsafe try payload(ofBlock: block)
        let entry = entries[block]
        BlockReads.add(byteCount: entry.storedByteCount)
        let byteCount = min(byteCount, entry.rawByteCount)
        guard entry.codec.isLZ4 else { return unsafe try body(payload.bytes(0..<min(byteCount, payload.count))) }
        return try unsafe withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 16) { raw in
            guard unsafe LZ4Block.decompressPrefix(payload, into: raw) else {
                throw malformed(block, "an LZ4 block of \(entry.rawByteCount) raw bytes")
            }
            return unsafe try body(UnsafeRawBufferPointer(raw))
        }
    }

    func releaseMemory() { file.releaseMemory() }

    /// The error for a block whose checksum holds but whose bytes don't decode: written wrongly, or on purpose.
    func malformed(_ block: Int, _ expected: String) -> StoreError {
        guard block < entries.count else {
            return StoreError.corrupt(path, at: 16, expected: expected, found: "\(entries.count) blocks")
        }
        return StoreError.corrupt(
            path, at: entries[block].offset,
            expected: "block \(block) to be \(expected) (codec \(entries[block].codec.name))",
            found: "bytes that don't decode")
    }
}
