import CLZ4

/// LZ4 block format, without frame: the one home of liblz4.
///
/// A block whose checksum is right may still be made by somebody else: where it says "copy from 0 bytes before", the library leaves the
/// output as it was. So the output is zeros beforehand: what memory held before never shows as a value.
///
/// Safety: liblz4 gets the sizes of both buffers, which are checked to fit its Int32, and its functions here promise
/// to stay within them whatever the bytes are. The pointers are used during the call only.
enum LZ4Block {
    /// LZ4HC_CLEVEL_MAX: its optimal parser. Same format, and no slower to decompress than the fast compressor's blocks.
    private static let highestLevel: Int32 = 12

    /// No LZ4 block holds more than 255 times its own size (and a little for its last literals).
    static func maxRawByteCount(storedByteCount: Int) -> Int { storedByteCount * 255 + 64 }

    /// The compressed bytes, or nil when they wouldn't be fewer than the raw ones.
    static func compress(_ raw: UnsafeRawBufferPointer, effort: CompressionEffort = .fast) -> [UInt8]? {
        guard raw.count > 16, raw.count <= Int(LZ4_MAX_INPUT_SIZE) else { return nil }
        let capacity = raw.count - 1
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            let source = unsafe raw.assumingMemoryBound(to: CChar.self).baseAddress
            let written = unsafe UnsafeMutableRawBufferPointer(buffer).withMemoryRebound(to: CChar.self) { target in
                switch effort {
                case .fast:
                    unsafe LZ4_compress_default(source, target.baseAddress, Int32(raw.count), Int32(capacity))
                case .smallest:
                    unsafe LZ4_compress_HC(
                        source, target.baseAddress, Int32(raw.count), Int32(capacity), Self.highestLevel)
                }
            }
            count = Int(written)
        }
        return compressed.isEmpty ? nil : compressed
    }

    /// Fills `raw` exactly; false when the bytes are not an LZ4 block of that raw size.
    static func decompress(_ stored: UnsafeRawBufferPointer, into raw: UnsafeMutableRawBufferPointer) -> Bool {
        guard let storedCount = Int32(exactly: stored.count), let rawCount = Int32(exactly: raw.count) else {
            return false
        }
        let source = unsafe stored.assumingMemoryBound(to: CChar.self).baseAddress
        let target = unsafe raw.initializeMemory(as: CChar.self, repeating: 0).baseAddress
        return unsafe LZ4_decompress_safe(source, target, storedCount, rawCount) == rawCount
    }

    /// Fills `raw` with the first bytes of what the block decompresses to; false when the bytes up to there are not those of
    /// an LZ4 block.
    static func decompressPrefix(_ stored: UnsafeRawBufferPointer, into raw: UnsafeMutableRawBufferPointer) -> Bool {
        guard let storedCount = Int32(exactly: stored.count), let rawCount = Int32(exactly: raw.count) else {
            return false
        }
        let source = unsafe stored.assumingMemoryBound(to: CChar.self).baseAddress
        let target = unsafe raw.initializeMemory(as: CChar.self, repeating: 0).baseAddress
        return unsafe LZ4_decompress_safe_partial(source, target, storedCount, rawCount, rawCount) == rawCount
    }
}
