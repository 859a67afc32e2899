/// Byte-aligned integers, control and data bytes in separate streams. Layout for n values:
///
///     control   ⌈n / 4⌉ bytes   value i: bits 2·(i mod 4) and 2·(i mod 4) + 1 of byte i / 4 = its byte count − 1
///     data      Σ byte counts   value i: 1 … 4 bytes, little-endian, right after value i − 1
///
/// The encoder uses the fewest bytes that hold a value (one for 0). The unused bit pairs of the last control byte are 0.
/// Nothing says how many values there are: the reader knows n. Source: Lemire, Kurz, Rupp, "Stream VByte: faster
/// byte-oriented integer compression", 2018 (its 1-2-3-4-byte code).
///
/// Safety: `out` holds maxByteCount bytes, or valueCount values. `encode` writes four bytes a value at most; `decode`
/// checks that all control bytes are there, reads 16 data bytes at once only while so many are left, and single
/// values' bytes after a guard.
package enum StreamVByte {
    /// An upper bound of the encoded size.
    package static func maxByteCount(valueCount: Int) -> Int { (valueCount + 3) / 4 + valueCount * 4 }

    /// Writes control bytes then data bytes; returns the byte count. `out` holds maxByteCount bytes.
    package static func encode(_ values: UnsafeBufferPointer<UInt32>, into out: UnsafeMutableRawPointer) -> Int {
        let valueCount = values.count
        guard valueCount > 0, let input = values.baseAddress else { return 0 }
        let controlByteCount = (valueCount + 3) / 4
        var data = controlByteCount
        for controlIndex in 0..<controlByteCount {
            let first = controlIndex &* 4
            let count = min(4, valueCount &- first)
            var control: UInt8 = 0
            for k in 0..<count {
                let value = unsafe input[first &+ k]
                // 0…3: the byte count − 1; `| 1` makes 0 a one-byte value.
                let code = (31 &- (value | 1).leadingZeroBitCount) &>> 3
                control |= UInt8(truncatingIfNeeded: code) &<< UInt8(truncatingIfNeeded: 2 &* k)
                // Always four bytes: value i starts at most 4·i bytes into the data, so this stays inside maxByteCount,
                // and the next value overwrites the surplus.
                unsafe out.storeBytes(of: value.littleEndian, toByteOffset: data, as: UInt32.self)
                data &+= code &+ 1
            }
            unsafe out.storeBytes(of: control, toByteOffset: controlIndex, as: UInt8.self)
        }
        return data
    }

    /// Reads `valueCount` values into `out`, which holds that many; returns the bytes consumed, or nil when the input
    /// ends early or the unused control bits aren't 0. Reads nothing outside `bytes`; what was written before a nil is
    /// void.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, valueCount: Int, into out: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        guard valueCount > 0 else { return valueCount == 0 ? 0 : nil }
        let controlByteCount = (valueCount - 1) / 4 + 1
        guard bytes.count >= controlByteCount, let base = bytes.baseAddress else { return nil }
        let fastCount = unsafe decodeFast(base, bytes.count, valueCount, into: out)
        var index = fastCount.values
        var data = fastCount.data
        // Careful: byte by byte to the end.
        while index < valueCount {
            let control = unsafe base.load(fromByteOffset: index &>> 2, as: UInt8.self)
            let count = Int((control &>> UInt8(truncatingIfNeeded: 2 &* (index & 3))) & 3) &+ 1
            guard count <= bytes.count &- data else { return nil }
            var value: UInt32 = 0
            for k in 0..<count {
                let byte = unsafe base.load(fromByteOffset: data &+ k, as: UInt8.self)
                value |= UInt32(byte) &<< UInt32(truncatingIfNeeded: 8 &* k)
            }
            unsafe out[index] = value
            data &+= count
            index &+= 1
        }
        if valueCount & 3 != 0 {
            let control = unsafe base.load(fromByteOffset: controlByteCount &- 1, as: UInt8.self)
            guard control &>> UInt8(truncatingIfNeeded: 2 &* (valueCount & 3)) == 0 else { return nil }
        }
        return data
    }

    /// Decodes groups of four values as long as 16 bytes can be read whatever the byte counts are; returns the values
    /// written and where the next one's data starts. `bytes` holds all control bytes.
    @inline(never)
    private static func decodeFast(
        _ bytes: UnsafeRawPointer, _ byteCount: Int, _ valueCount: Int, into out: UnsafeMutablePointer<UInt32>
    ) -> (values: Int, data: Int) {
        // A load beats computing the mask: the baseline instruction set has only slow variable shifts.
        let maskTable = SIMD4<UInt32>(0xFF, 0xFFFF, 0xFF_FFFF, 0xFFFF_FFFF)
        return unsafe withUnsafeBytes(of: maskTable) { maskBytes in
            let end = valueCount & ~3
            let lastStart = byteCount &- 16
            var index = 0
            var data = (valueCount &- 1) / 4 &+ 1
            guard let masks = unsafe maskBytes.baseAddress?.assumingMemoryBound(to: UInt32.self) else {
                return (0, data)
            }
            while index < end, data <= lastStart {
                // Sixteen values of one byte each, as most gaps of a web graph are.
                if index &+ 16 <= end,
                    unsafe bytes.loadUnaligned(fromByteOffset: index &>> 2, as: UInt32.self) == 0
                {
                    let narrow = unsafe bytes.loadUnaligned(fromByteOffset: data, as: SIMD16<UInt8>.self)
                    unsafe UnsafeMutableRawPointer(out + index).storeBytes(
                        of: SIMD16<UInt32>(truncatingIfNeeded: narrow), as: SIMD16<UInt32>.self)
                    data &+= 16
                    index &+= 16
                    continue
                }
                let control = Int(unsafe bytes.load(fromByteOffset: index &>> 2, as: UInt8.self))
                let (code0, code1, code2, code3) = (control & 3, control &>> 2 & 3, control &>> 4 & 3, control &>> 6)
                let start1 = data &+ code0 &+ 1
                let start2 = start1 &+ code1 &+ 1
                let start3 = start2 &+ code2 &+ 1
                unsafe out[index] = word(bytes, data) & masks[code0]
                unsafe out[index &+ 1] = word(bytes, start1) & masks[code1]
                unsafe out[index &+ 2] = word(bytes, start2) & masks[code2]
                unsafe out[index &+ 3] = word(bytes, start3) & masks[code3]
                data = start3 &+ code3 &+ 1
                index &+= 4
            }
            return (index, data)
        }
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
