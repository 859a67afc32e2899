import Kernels

// Safety: the bytes of arrays are passed on to the checksum and to LZ4 within the closure that lends them.

/// A block ready to be written: its stored bytes and what the index says about it.
struct EncodedBlock: Sendable {
    var bytes: [UInt8]
    var rawByteCount: Int
    var valueCount: Int
    var codec: BlockCodec
    var first: UInt64
    var last: UInt64
    var checksum: UInt64

    init(bytes: [UInt8], rawByteCount: Int, valueCount: Int, codec: BlockCodec, first: UInt64, last: UInt64) {
        self.bytes = bytes
        self.rawByteCount = rawByteCount
        self.valueCount = valueCount
        self.codec = codec
        self.first = first
        self.last = last
        checksum = unsafe bytes.withUnsafeBytes { unsafe Checksum.xxh64($0) }
    }

    /// The raw bytes under LZ4, or as they are when that isn't smaller.
    init(
        compressing raw: [UInt8], as codec: BlockCodec = .raw, valueCount: Int, first: UInt64, last: UInt64,
        effort: CompressionEffort = .fast
    ) {
        let compressed = unsafe raw.withUnsafeBytes { unsafe LZ4Block.compress($0, effort: effort) }
        self.init(
            bytes: compressed ?? raw, rawByteCount: raw.count, valueCount: valueCount,
            codec: compressed == nil ? codec : codec.underLZ4, first: first, last: last)
    }
}

/// Writes one column file: blocks in order, then the footer.
final class ColumnFileWriter {
    /// The file's name inside the snapshot.
    let name: String
    let kind: ColumnKind
    private let output: OutputFile
    private var index: [UInt8] = []
    private var blockCount = 0
    private var valueCount = 0
    private var codecs: [String: UInt64] = [:]

    init(directory: String, name: String, kind: ColumnKind) throws {
        self.name = name
        self.kind = kind
        output = try OutputFile(creating: "\(directory)/\(name)")
        try output.append([UInt8](repeating: 0, count: ColumnFormat.headerByteCount))
    }

    func append(_ block: EncodedBlock) throws {
        BlockEntry(
            offset: output.byteCount, storedByteCount: block.bytes.count, rawByteCount: block.rawByteCount,
            valueCount: block.valueCount, codec: block.codec, first: block.first, last: block.last,
            checksum: block.checksum
        ).append(to: &index)
        try output.append(block.bytes)
        blockCount += 1
        valueCount += block.valueCount
        codecs[block.codec.name, default: 0] += 1
    }

    /// Writes the footer (index, then auxiliary bytes), the trailer and the header; closes the file.
    func finish(auxiliary: [UInt8] = [], syncing: Bool = false) throws -> Manifest.ColumnSummary {
        let header = makeHeader()
        let footer = index + auxiliary
        var trailer: [UInt8] = []
        trailer.append(littleEndian: UInt64(output.byteCount))
        trailer.append(littleEndian: UInt64(footer.count))
        trailer.append(littleEndian: xxh64(footer))
        trailer.append(contentsOf: ColumnFormat.tailMagic)
        trailer.append(littleEndian: xxh64(trailer))
        try output.append(footer)
        try output.append(trailer)
        try output.overwriteStart(header)
        try output.close(syncing: syncing)
        return Manifest.ColumnSummary(
            file: name, kind: kind.name, valueCount: UInt64(valueCount), byteCount: UInt64(output.byteCount),
            xxh64: hexText(xxh64(header + footer + trailer)), codecs: codecs)
    }

    private func makeHeader() -> [UInt8] {
        var header = ColumnFormat.headMagic
        header.append(littleEndian: UInt16(ColumnFormat.majorVersion))
        header.append(littleEndian: UInt16(ColumnFormat.minorVersion))
        header.append(littleEndian: kind.rawValue)
        header.append(littleEndian: UInt64(valueCount))
        header.append(littleEndian: UInt64(blockCount))
        header.append(littleEndian: UInt32(kind.valuesPerBlock))
        header.append(contentsOf: [UInt8](repeating: 0, count: 20))
        header.append(littleEndian: xxh64(header))
        return header
    }

    private func xxh64(_ bytes: [UInt8]) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe Checksum.xxh64($0) }
    }
}
