import LinkModel

@testable import SnapshotImport

extension FuzzTarget {
    /// Encodings: UTF-16 in any pieces is what the standard library makes of it; repaired texts are valid; what messages quote has
    /// no character that a terminal acts on.
    static let text = FuzzTarget("text") { bytes in
        _ = TextEncoding.recognise(bytes)
        for isBigEndian in [false, true] {
            let expected = bytes.count.isMultiple(of: 2) ? utf8(ofUTF16: bytes, isBigEndian) : nil
            for size in [4, 7 + bytes.count % 11, 1 << 12] {
                let source = UTF16Source(
                    MemorySource(bytes, pieceByteCount: 1 + size % 5), isBigEndian: isBigEndian, name: "input",
                    bufferByteCount: size)
                let found = try unlessRefused(ImportError.self) { try source.readFront(byteCount: 4 * bytes.count + 1) }
                try require(found == expected, "UTF-16 with a buffer of \(size) bytes")
            }
        }
        let repaired = TextRepair.repaired(bytes.span) ?? bytes
        try require(
            String(validating: repaired, as: UTF8.self) != nil && !repaired.contains(0), "repaired: \(repaired)")
        try require(TextRepair.repaired(repaired.span) == nil, "repaired again: \(repaired)")
        let shown = Printable.quoted(String(decoding: bytes, as: UTF8.self))
        try require(
            !shown.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0.hidesInText },
            "shown with control or hidden characters: \(Array(shown.utf8))")
        try require(shown.unicodeScalars.count <= 80 * 10 + 3, "shown at length")
    }

    private static func utf8(ofUTF16 bytes: [UInt8], _ isBigEndian: Bool) -> [UInt8] {
        let units = stride(from: 0, to: bytes.count, by: 2).map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
