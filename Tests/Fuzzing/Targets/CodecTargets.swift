import Kernels

@testable import SnapshotStore

extension FuzzTarget {
    static let streamVByte = FuzzTarget("stream-vbyte", byteLimit: 2_048) { bytes in
        try unsafe runCodec(
            bytes, encode: { values in unsafe values.withUnsafeBufferPointer { unsafe SnapshotStore.streamVByte($0) } },
            decode: { bytes, count, out in unsafe StreamVByte.decode(bytes, valueCount: count, into: out) })
    }

    static let patchedFrame = FuzzTarget("patched-frame", byteLimit: 2_048) { bytes in
        try unsafe runCodec(
            bytes,
            encode: { values in
                var encoded: [UInt8] = []
                unsafe values.withUnsafeBufferPointer { unsafe PatchedFrame.encode($0, into: &encoded) }
                return encoded
            },
            decode: { bytes, count, out in unsafe PatchedFrame.decode(bytes, valueCount: count, into: out) })
    }

    /// Codes and literals, of values and of anything.
    static let recentValues = FuzzTarget("recent-values", byteLimit: 2_048) { bytes in
        var input = FuzzInput(bytes)
        let values = input.values(limit: 3_000)
        let (codes, literals) = unsafe values.withUnsafeBufferPointer { unsafe RecentValues.encode($0) }
        var decoded = codes
        let isValid = unsafe decoded.withUnsafeMutableBufferPointer {
            unsafe RecentValues.decode($0, literals: literals)
        }
        try require(isValid && decoded == values, "\(values.count) values come back as others")
        // The values taken for codes, which they hardly are.
        decoded = values.map { $0 & 31 }
        let zeroCount = decoded.count { $0 == 0 }
        let areCodes = unsafe decoded.withUnsafeMutableBufferPointer {
            unsafe RecentValues.decode($0, literals: Array(values.prefix(zeroCount)))
        }
        try require(areCodes == values.allSatisfy { $0 & 31 <= 15 }, "whether codes above 15 are taken")
    }

    /// LZ4 blocks: of texts, whose first bytes alone are those of the whole; and of anything for any raw size.
    static let lz4 = FuzzTarget("lz4", byteLimit: 2_048) { bytes in
        var input = FuzzInput(bytes)
        let effort: CompressionEffort = input.byte() & 1 == 0 ? .fast : .smallest
        let rawByteCount = input.index(below: 70_000)
        let text = input.bytes(input.rest.count / 2)
        // Repeated, so that there is something to find.
        let raw = text + text.reversed() + text + text
        let compressed = unsafe raw.withUnsafeBytes { unsafe LZ4Block.compress($0, effort: effort) }
        if let compressed {
            try require(try unpacked(compressed, raw.count) == raw, "\(raw.count) bytes come back as others")
            for count in [0, raw.count / 2, raw.count - 1] {
                let (prefix, isValid) = unsafe unpacked(compressed, count, over: 0) {
                    unsafe LZ4Block.decompressPrefix($0, into: $1)
                }
                try require(isValid && prefix.elementsEqual(raw.prefix(count)), "the first \(count) bytes")
            }
        }
        var stored = compressed ?? Array(input.rest)
        if compressed != nil { input.damage(&stored) }
        for count in [rawByteCount, raw.count] { _ = try unpacked(stored, count) }
    }

    /// nil when it isn't an LZ4 block of that raw size. What the memory held before makes no difference.
    private static func unpacked(_ stored: [UInt8], _ rawByteCount: Int) throws -> [UInt8]? {
        guard rawByteCount <= LZ4Block.maxRawByteCount(storedByteCount: stored.count) else { return nil }
        let (raw, isWhole) = unsafe unpacked(stored, rawByteCount, over: 0) { unsafe LZ4Block.decompress($0, into: $1) }
        for (count, isPrefix) in [(rawByteCount, false), (rawByteCount / 2, true), (max(0, rawByteCount - 1), true)] {
            let results = [UInt8(0), 0xEE].map { byte in
                unsafe unpacked(stored, count, over: byte) {
                    unsafe isPrefix ? LZ4Block.decompressPrefix($0, into: $1) : LZ4Block.decompress($0, into: $1)
                }
            }
            try require(results[0].isValid == results[1].isValid, "whether \(count) bytes are an LZ4 block")
            guard results[0].isValid else { continue }
            try require(results[0].bytes == results[1].bytes, "memory shows in \(count) bytes: \(results[1].bytes)")
        }
        return isWhole ? raw : nil
    }

    private static func unpacked(
        _ stored: [UInt8], _ count: Int, over byte: UInt8,
        _ body: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Bool
    ) -> (bytes: [UInt8], isValid: Bool) {
        var bytes = [UInt8](repeating: byte, count: count)
        let isValid = unsafe stored.withUnsafeBytes { stored in
            unsafe bytes.withUnsafeMutableBytes { unsafe body(stored, $0) }
        }
        return (bytes, isValid)
    }

    /// Values through a codec and back; what was encoded, damaged; and bytes that never were.
    private static func runCodec(
        _ bytes: [UInt8], encode: ([UInt32]) -> [UInt8],
        decode: (UnsafeRawBufferPointer, Int, UnsafeMutablePointer<UInt32>) -> Int?
    ) throws {
        func decoded(_ bytes: [UInt8], _ count: Int) throws -> (byteCount: Int, values: [UInt32])? {
            var values = [UInt32](repeating: 0, count: max(1, count))
            let byteCount = unsafe bytes.withUnsafeBytes { bytes in
                unsafe values.withUnsafeMutableBufferPointer { values in
                    unsafe values.baseAddress.flatMap { unsafe decode(bytes, count, $0) }
                }
            }
            guard let byteCount else { return nil }
            try require(byteCount >= 0 && byteCount <= bytes.count, "\(byteCount) of \(bytes.count) bytes read")
            return (byteCount, Array(values.prefix(count)))
        }
        var input = FuzzInput(bytes)
        let isForeign = input.byte() & 1 == 1
        if isForeign {
            let count = Int(input.number(byteCount: 2)) % 3_000
            guard let found = try decoded(Array(input.rest), count) else { return }
            let again = encode(found.values)
            let back = try decoded(again, count)
            try require(back?.values == found.values && back?.byteCount == again.count, "\(count) foreign values")
            return
        }
        // Half of it makes the values, half the damage.
        var front = FuzzInput(input.bytes(input.rest.count / 2))
        let values = front.values(limit: 3_000)
        var encoded = encode(values)
        let found = try decoded(encoded, values.count)
        try require(found?.values == values && found?.byteCount == encoded.count, "\(values.count) values")
        try require(
            try decoded(encoded + [0xFF], values.count)?.byteCount == encoded.count, "bytes behind the end are read")
        input.damage(&encoded)
        _ = try decoded(encoded, values.count)
        _ = try decoded(encoded, values.count + 1)
    }
}
