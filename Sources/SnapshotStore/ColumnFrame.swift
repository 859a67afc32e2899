import Kernels

/// Header, trailer and index of a column file, verified. See ColumnFormat.swift for the layout.
///
/// Safety: `init` first makes sure that the file has room for header and trailer, then that the footer lies between
/// them and holds all entries; each entry's block must lie before the footer. Nobody keeps the bytes beyond a call.
struct ColumnFrame {
    let kind: ColumnKind
    let valueCount: Int
    let blockCount: Int
    let footerOffset: Int
    let footerByteCount: Int

    /// Checks everything but the payloads and the single index entries.
    init(_ file: UnsafeRawBufferPointer, path: String) throws {
        let headerEnd = ColumnFormat.headerByteCount
        let trailerStart = file.count - ColumnFormat.trailerByteCount
        guard trailerStart >= headerEnd else {
            throw StoreError.corrupt(
                path, at: file.count, expected: "at least \(headerEnd + ColumnFormat.trailerByteCount) bytes",
                found: "\(file.count) bytes")
        }
        guard unsafe file.bytes(0..<8).elementsEqual(ColumnFormat.headMagic) else {
            throw StoreError.corrupt(path, at: 0, expected: "the magic of a strata column", found: "other bytes")
        }
        try unsafe Self.check(file.bytes(0..<56), is: file.uint64(at: 56), "the header", path, at: 0)
        let major = unsafe Int(file.uint16(at: 8))
        guard major == ColumnFormat.majorVersion else {
            throw StoreError.unsupported(
                path, version: unsafe "\(major).\(file.uint16(at: 10))", supported: Self.supportedVersion)
        }
        guard let kind = unsafe ColumnKind(rawValue: file.uint32(at: 12)),
            unsafe Int(file.uint32(at: 32)) == kind.valuesPerBlock, unsafe file.bytes(36..<56).allSatisfy({ $0 == 0 })
        else {
            throw StoreError.corrupt(path, at: 12, expected: "a known kind of column", found: "another one")
        }
        try unsafe Self.check(
            file.bytes(trailerStart..<trailerStart + 32), is: file.uint64(at: trailerStart + 32), "the trailer", path,
            at: trailerStart)
        guard unsafe file.bytes(trailerStart + 24..<trailerStart + 32).elementsEqual(ColumnFormat.tailMagic) else {
            throw StoreError.corrupt(path, at: trailerStart + 24, expected: "the trailer's magic", found: "other bytes")
        }
        let offset = unsafe file.uint64(at: trailerStart)
        let byteCount = unsafe file.uint64(at: trailerStart + 8)
        let blockCount = unsafe file.uint64(at: 24)
        guard let footerOffset = Int(exactly: offset), let footerByteCount = Int(exactly: byteCount),
            footerOffset >= headerEnd, footerOffset <= trailerStart, footerByteCount == trailerStart - footerOffset
        else {
            throw StoreError.corrupt(
                path, at: trailerStart, expected: "a footer that ends at byte \(trailerStart)",
                found: "\(byteCount) bytes from byte \(offset)")
        }
        guard blockCount <= UInt64(footerByteCount / ColumnFormat.entryByteCount),
            let valueCount = unsafe Int(exactly: file.uint64(at: 16))
        else {
            throw StoreError.corrupt(
                path, at: 24, expected: "at most \(footerByteCount / ColumnFormat.entryByteCount) blocks",
                found: "\(blockCount)")
        }
        try unsafe Self.check(
            file.bytes(footerOffset..<trailerStart), is: file.uint64(at: trailerStart + 16), "the index", path,
            at: footerOffset)
        self.kind = kind
        self.valueCount = valueCount
        self.blockCount = Int(blockCount)
        self.footerOffset = footerOffset
        self.footerByteCount = footerByteCount
    }

    /// XXH64 of header, footer and trailer: with the block checksums inside the footer it stands for the whole file.
    func digest(_ file: UnsafeRawBufferPointer) -> UInt64 {
        var stream = ChecksumStream()
        unsafe stream.update(file.bytes(0..<ColumnFormat.headerByteCount))
        unsafe stream.update(file.bytes(footerOffset..<file.count))
        return stream.finish()
    }

    /// The index entries: payloads follow one another from the header to the footer, counts add up.
    func entries(_ file: UnsafeRawBufferPointer, path: String) throws -> [BlockEntry] {
        var entries: [BlockEntry] = []
        entries.reserveCapacity(blockCount)
        var offset = ColumnFormat.headerByteCount
        var values = 0
        for block in 0..<blockCount {
            let place = footerOffset + block * ColumnFormat.entryByteCount
            let bytes = unsafe file.bytes(place..<place + ColumnFormat.entryByteCount)
            guard
                let entry = unsafe Self.entry(
                    bytes, kind: kind, expectedOffset: offset, isLast: block == blockCount - 1),
                entry.storedByteCount <= footerOffset - offset
            else {
                let minor = unsafe Int(file.uint16(at: 10))
                if minor > ColumnFormat.minorVersion, unsafe BlockCodec(rawValue: bytes[20]) == nil {
                    throw StoreError.unsupported(
                        path, version: "\(ColumnFormat.majorVersion).\(minor) (codec \(unsafe bytes[20]))",
                        supported: Self.supportedVersion)
                }
                throw StoreError.corrupt(
                    path, at: place, expected: "the index entry of block \(block), whose bytes start at \(offset)",
                    found: "an entry that doesn't fit")
            }
            offset += entry.storedByteCount
            values += entry.valueCount
            entries.append(entry)
        }
        guard offset == footerOffset, values == valueCount else {
            throw StoreError.corrupt(
                path, at: footerOffset, expected: "blocks up to byte \(footerOffset) with \(valueCount) values",
                found: "blocks up to byte \(offset) with \(values) values")
        }
        return entries
    }

    private static let supportedVersion = "\(ColumnFormat.majorVersion).\(ColumnFormat.minorVersion)"

    private static func entry(
        _ bytes: UnsafeRawBufferPointer, kind: ColumnKind, expectedOffset: Int, isLast: Bool
    ) -> BlockEntry? {
        guard let offset = unsafe Int(exactly: bytes.uint64(at: 0)), offset == expectedOffset,
            let codec = unsafe BlockCodec(rawValue: bytes[20]), codec.isAllowed(in: kind),
            unsafe bytes[21] == 0, unsafe bytes[22] == 0, unsafe bytes[23] == 0
        else { return nil }
        let entry = unsafe BlockEntry(
            offset: offset, storedByteCount: Int(bytes.uint32(at: 8)), rawByteCount: Int(bytes.uint32(at: 12)),
            valueCount: Int(bytes.uint32(at: 16)), codec: codec, first: bytes.uint64(at: 24),
            last: bytes.uint64(at: 32), checksum: bytes.uint64(at: 40))
        let full = kind.valuesPerBlock
        guard entry.valueCount > 0, full == 0 || entry.valueCount <= full,
            full == 0 || isLast || entry.valueCount == full
        else { return nil }
        let sizesFit =
            codec.isLZ4
            ? entry.rawByteCount <= LZ4Block.maxRawByteCount(storedByteCount: entry.storedByteCount)
            : entry.rawByteCount == entry.storedByteCount
        return sizesFit ? entry : nil
    }

    private static func check(
        _ bytes: UnsafeRawBufferPointer, is expected: UInt64, _ what: String, _ path: String, at offset: Int
    ) throws {
        let found = unsafe Checksum.xxh64(bytes)
        guard found == expected else {
            throw StoreError.corrupt(
                path, at: offset, expected: "\(what) with checksum \(hexText(expected))", found: hexText(found))
        }
    }
}
