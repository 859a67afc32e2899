/// A derived column of which single values are read: a block's checksum is verified before its first use, as always, and
/// nothing is copied. Safe to share between threads; the values stay readable when the result is replaced.
///
/// Safety: `init` holds each block to the values whose places are computed, and `file` keeps the bytes mapped. An
/// index outside of 0 ..< count is refused.
package final class StoredDoubles: Sendable {
    private let file: ColumnFile
    package var count: Int { file.valueCount }

    init(directory: String, summary: Manifest.ColumnSummary) throws {
        file = try ColumnFile(directory: directory, summary: summary, kind: .doubles)
        // Which block holds a value is computed.
        for (block, entry) in file.entries.enumerated() {
            let expected = min(ColumnFormat.doublesPerBlock, file.valueCount - block * ColumnFormat.doublesPerBlock)
            guard entry.valueCount == expected, entry.storedByteCount == expected * 8 else {
                throw StoreError.corrupt(
                    file.path, at: entry.offset, expected: "\(expected) doubles in block \(block)",
                    found: "\(entry.valueCount) in \(entry.storedByteCount) bytes")
            }
        }
    }

    /// - Throws: `StoreError.corrupt` when the value's block is damaged.
    package func value(at index: Int) throws -> Double {
        guard index >= 0, index < count else {
            throw StoreError.corrupt(file.path, at: 16, expected: "a value for node \(index)", found: "\(count) values")
        }
        let (block, place) = index.quotientAndRemainder(dividingBy: ColumnFormat.doublesPerBlock)
        let bytes = unsafe try file.payload(ofBlock: block)
        if !file.isSound(block) {
            BlockReads.add(byteCount: bytes.count)
            file.markSound(block)
        }
        return Double(bitPattern: unsafe bytes.uint64(at: place * 8))
    }
}
