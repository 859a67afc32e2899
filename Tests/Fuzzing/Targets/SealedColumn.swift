import Kernels

@testable import SnapshotStore

/// The bytes of a column file with all checksums made right, and the manifest's entry that fits them: whoever can write a file can
/// do as much.
struct SealedColumn {
    private(set) var bytes: [UInt8]
    var summary: Manifest.ColumnSummary
    let kind: ColumnKind?

    /// nil when there isn't room for a header and a trailer.
    init?(_ original: [UInt8]) {
        let trailer = original.count - ColumnFormat.trailerByteCount
        guard trailer >= ColumnFormat.headerByteCount else { return nil }
        var bytes = original
        func number(at offset: Int) -> UInt64 { unsafe bytes.withUnsafeBytes { unsafe $0.uint64(at: offset) } }
        func put(_ number: UInt64, at offset: Int) {
            var field: [UInt8] = []
            field.append(littleEndian: number)
            bytes.replaceSubrange(offset..<offset + 8, with: field)
        }
        func checksum(_ range: Range<Int>) -> UInt64 {
            unsafe bytes.withUnsafeBytes { unsafe Checksum.xxh64($0.bytes(range)) }
        }
        bytes.replaceSubrange(0..<8, with: ColumnFormat.headMagic)
        bytes.replaceSubrange(trailer + 24..<trailer + 32, with: ColumnFormat.tailMagic)
        put(checksum(0..<56), at: 56)
        let footer = Int(clamping: number(at: trailer))
        let hasFooter = (ColumnFormat.headerByteCount...trailer).contains(footer)
        if hasFooter {
            let entryByteCount = ColumnFormat.entryByteCount
            let blockCount = min(Int(clamping: number(at: 24)), (trailer - footer) / entryByteCount)
            for entry in stride(from: footer, to: footer + blockCount * entryByteCount, by: entryByteCount) {
                let start = Int(clamping: number(at: entry))
                let count = Int(number(at: entry + 8) & 0xFFFF_FFFF)
                if start <= footer, count <= footer - start { put(checksum(start..<start + count), at: entry + 40) }
            }
            put(checksum(footer..<trailer), at: trailer + 16)
        }
        put(checksum(trailer..<trailer + 32), at: trailer + 32)
        var stream = ChecksumStream()
        let ends = bytes[..<ColumnFormat.headerByteCount] + bytes[(hasFooter ? footer : trailer)...]
        unsafe ends.withUnsafeBytes { unsafe stream.update($0) }
        kind = ColumnKind(rawValue: UInt32(truncatingIfNeeded: number(at: 12)))
        summary = Manifest.ColumnSummary(
            file: "column", kind: kind?.name ?? "", valueCount: number(at: 16), byteCount: UInt64(bytes.count),
            xxh64: hexText(stream.finish()), codecs: [:])
        self.bytes = bytes
    }
}
