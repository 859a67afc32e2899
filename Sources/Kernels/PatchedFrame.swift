/// Patched frame of reference: integers in blocks of 1,024 values (the last block: what is left, 1 … 1,023). A value is
/// stored as `reference + difference`, the low `width` bits of the differences packed at one width, the few
/// differences that need more bits patched by exceptions. Blocks follow each other without gaps; nothing says how many
/// values there are: the reader knows. All integers are little-endian. A block of n values:
///
///     offset            size           field
///     0                 4              reference          the smallest value of the block
///     4                 1              width w            0 … 32
///     5                 1              patch byte count e 0 … 4; 0 exactly when there are no exceptions
///     6                 2              exception count c  0 … n
///     8                 P              packed low bits    n = 1,024: P = 128·w, transposed; else P = ⌈n·w / 8⌉, plain
///     8 + P             2·c            positions          UInt16 each, strictly ascending, < n
///     8 + P + 2·c       e·c            patches            e bytes each: difference >> w, in the order of positions
///
///     value[i] = reference + low[i] + (patch[k] << w if i is position k), modulo 2³²
///
/// Transposed (full blocks): 32 lanes, value i is in lane i mod 32 at row i / 32. A lane's 32 values are packed low bits
/// first into w 32-bit words: row r takes bits r·w ..< (r + 1)·w of the lane. Word j of lane l is the 32-bit integer
/// at byte 4·(32·j + l) of the packed bits. So one step with one shift works on 32 neighbouring values, and plain loops
/// become SIMD code. Plain (the last, partial block): value i takes bits i·w ..< (i + 1)·w, where bit b is bit b mod 8
/// of byte b / 8; unused bits of the last byte are 0.
///
/// The encoder takes the width with the smallest block, of several the widest (fewest exceptions); e is the smallest
/// that holds every patch. Sources: Zukowski et al., "Super-scalar RAM-CPU cache compression", ICDE 2006 (PFOR);
/// Afroozeh, Boncz, "The FastLanes compression layout", VLDB 2023 (transposed packing).
///
/// Safety: `decodeBlock` checks the header, then that the block ends inside the input, and each position against the
/// count; `out` holds valueCount values. `encodeBlock` makes its bytes as long as its plan says, and `differences`
/// holds a full block.
package enum PatchedFrame {
    /// Values in a full block.
    package static let blockValueCount = 1_024
    static let headerByteCount = 8

    /// Appends the encoding of the values (any count).
    package static func encode(_ values: UnsafeBufferPointer<UInt32>, into out: inout [UInt8]) {
        guard let base = values.baseAddress else { return }
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockValueCount) { differences in
            guard let differences = differences.baseAddress else { return }
            var first = 0
            while first < values.count {
                let count = min(blockValueCount, values.count - first)
                unsafe encodeBlock(base + first, count, differences, into: &out)
                first += count
            }
        }
    }

    /// Reads `valueCount` values into `out`, which holds that many; returns the bytes consumed, or nil when the input is
    /// not a valid encoding. Reads nothing outside `bytes`; what was written before a nil is void.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, valueCount: Int, into out: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        guard valueCount > 0 else { return valueCount == 0 ? 0 : nil }
        guard let base = bytes.baseAddress else { return nil }
        var offset = 0
        var first = 0
        while first < valueCount {
            let count = min(blockValueCount, valueCount - first)
            guard let byteCount = unsafe decodeBlock(base + offset, bytes.count - offset, count, into: out + first)
            else { return nil }
            offset += byteCount
            first += count
        }
        return offset
    }

    /// Bytes of the packed low bits of a block.
    static func packedByteCount(valueCount: Int, width: Int) -> Int { (valueCount &* width &+ 7) / 8 }

    private static func encodeBlock(
        _ values: UnsafePointer<UInt32>, _ count: Int, _ differences: UnsafeMutablePointer<UInt32>,
        into out: inout [UInt8]
    ) {
        var reference = unsafe values[0]
        for i in 1..<max(count, 1) { unsafe reference = min(reference, values[i]) }
        for i in 0..<count { unsafe differences[i] = unsafe values[i] &- reference }
        let plan = unsafe BlockPlan(differences, count)

        let start = out.count
        let packedEnd = headerByteCount + packedByteCount(valueCount: count, width: plan.width)
        let patchStart = packedEnd + 2 * plan.exceptionCount
        out.append(contentsOf: repeatElement(0, count: patchStart + plan.patchByteCount * plan.exceptionCount))
        unsafe out.withUnsafeMutableBytes { buffer in
            guard let block = unsafe buffer.baseAddress.map({ unsafe $0 + start }) else { return }
            unsafe block.storeBytes(of: reference.littleEndian, as: UInt32.self)
            unsafe block.storeBytes(of: UInt8(plan.width), toByteOffset: 4, as: UInt8.self)
            unsafe block.storeBytes(of: UInt8(plan.patchByteCount), toByteOffset: 5, as: UInt8.self)
            unsafe block.storeBytes(of: UInt16(plan.exceptionCount).littleEndian, toByteOffset: 6, as: UInt16.self)
            if plan.exceptionCount > 0 {
                var position = unsafe block + packedEnd
                var patch = unsafe block + patchStart
                for i in 0..<count {
                    var high = unsafe UInt64(differences[i]) &>> UInt64(plan.width)
                    if high == 0 { continue }
                    unsafe position.storeBytes(of: UInt16(i).littleEndian, as: UInt16.self)
                    unsafe position += 2
                    for _ in 0..<plan.patchByteCount {
                        unsafe patch.storeBytes(of: UInt8(truncatingIfNeeded: high), as: UInt8.self)
                        unsafe patch += 1
                        high &>>= 8
                    }
                }
            }
            if count == blockValueCount {
                unsafe packTransposed(differences, plan.width, into: block + headerByteCount)
            } else {
                unsafe packPlain(differences, count, plan.width, into: block + headerByteCount)
            }
        }
    }

    private static func decodeBlock(
        _ block: UnsafeRawPointer, _ byteCount: Int, _ count: Int, into out: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        guard byteCount >= headerByteCount else { return nil }
        let reference = UInt32(littleEndian: unsafe block.loadUnaligned(as: UInt32.self))
        let width = Int(unsafe block.load(fromByteOffset: 4, as: UInt8.self))
        let patchByteCount = Int(unsafe block.load(fromByteOffset: 5, as: UInt8.self))
        let exceptionCount = Int(
            UInt16(littleEndian: unsafe block.loadUnaligned(fromByteOffset: 6, as: UInt16.self)))
        guard width <= 32, patchByteCount <= 4, exceptionCount <= count, (patchByteCount == 0) == (exceptionCount == 0)
        else { return nil }
        let packedEnd = headerByteCount + packedByteCount(valueCount: count, width: width)
        let patchStart = packedEnd + 2 * exceptionCount
        let end = patchStart + patchByteCount * exceptionCount
        guard end <= byteCount else { return nil }
        if count == blockValueCount {
            unsafe unpackTransposed(block + headerByteCount, width, reference, into: out)
        } else {
            unsafe unpackPlain(block + headerByteCount, packedEnd - headerByteCount, count, width, reference, into: out)
        }
        var previous = -1
        for k in 0..<exceptionCount {
            let position = Int(
                UInt16(littleEndian: unsafe block.loadUnaligned(fromByteOffset: packedEnd + 2 * k, as: UInt16.self)))
            guard position > previous, position < count else { return nil }
            previous = position
            var patch: UInt64 = 0
            for j in 0..<patchByteCount {
                let byte = unsafe block.load(fromByteOffset: patchStart + patchByteCount * k + j, as: UInt8.self)
                patch |= UInt64(byte) &<< UInt64(8 * j)
            }
            patch <<= UInt64(width)
            guard patch <= UInt64(UInt32.max) else { return nil }
            unsafe out[position] &+= UInt32(truncatingIfNeeded: patch)
        }
        return end
    }
}

/// The width of a block and what follows from it.
private struct BlockPlan {
    private(set) var width = 32
    private(set) var patchByteCount = 0
    private(set) var exceptionCount = 0

    /// O(count).
    init(_ differences: UnsafePointer<UInt32>, _ count: Int) {
        // countByBits[b]: differences that need exactly b bits.
        var countByBits = InlineArray<33, Int>(repeating: 0)
        for i in 0..<count { countByBits[32 &- (unsafe differences[i]).leadingZeroBitCount] &+= 1 }
        var highest = 32
        while highest > 0, countByBits[highest] == 0 { highest -= 1 }
        var best = Int.max
        var exceptions = 0
        for candidate in stride(from: highest, through: 0, by: -1) {
            let patch = (highest - candidate + 7) / 8
            let size = PatchedFrame.packedByteCount(valueCount: count, width: candidate) + exceptions * (2 + patch)
            if size < best {
                best = size
                width = candidate
                patchByteCount = exceptions == 0 ? 0 : patch
                exceptionCount = exceptions
            }
            exceptions += countByBits[candidate]
        }
    }
}
