/// The packed low bits of PatchedFrame (layout drawn there). Callers have checked all sizes.
/// Safety: the values are `count` or 1,024, the bytes as many as `packedByteCount` says, and the width is 32 at most.
/// Row r ends at bit (r + 1) · width of its lane: the next word is touched only where a row reaches into it.
/// `unpackPlain` stops at byteCount.
extension PatchedFrame {
    private static let laneCount = 32
    private static let rowCount = 32

    private static func mask(_ width: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: (UInt64(1) &<< UInt64(width)) &- 1)
    }

    /// Packs the low `width` bits of 1,024 values into 128 · width bytes.
    @inline(never)
    static func packTransposed(_ values: UnsafePointer<UInt32>, _ width: Int, into packed: UnsafeMutableRawPointer) {
        guard width > 0 else { return }
        let mask = mask(width)
        for row in 0..<rowCount {
            let bit = row &* width
            let shift = UInt32(truncatingIfNeeded: bit & 31)
            let word = unsafe packed + (bit &>> 5) &* (4 &* laneCount)
            let source = unsafe values + row &* laneCount
            if shift == 0 {
                for lane in 0..<laneCount {
                    unsafe word.storeBytes(
                        of: (source[lane] & mask).littleEndian, toByteOffset: 4 &* lane, as: UInt32.self)
                }
            } else {
                for lane in 0..<laneCount {
                    let old = unsafe word.loadUnaligned(fromByteOffset: 4 &* lane, as: UInt32.self)
                    let new = unsafe ((source[lane] & mask) &<< shift).littleEndian
                    unsafe word.storeBytes(of: old | new, toByteOffset: 4 &* lane, as: UInt32.self)
                }
            }
            if Int(shift) &+ width > 32 {
                let next = unsafe word + 4 &* laneCount
                for lane in 0..<laneCount {
                    let high = unsafe (source[lane] & mask) &>> (32 &- shift)
                    unsafe next.storeBytes(of: high.littleEndian, toByteOffset: 4 &* lane, as: UInt32.self)
                }
            }
        }
    }

    /// The inverse; adds the reference.
    @inline(never)
    static func unpackTransposed(
        _ packed: UnsafeRawPointer, _ width: Int, _ reference: UInt32, into out: UnsafeMutablePointer<UInt32>
    ) {
        guard width > 0 else {
            for i in 0..<blockValueCount { unsafe out[i] = reference }
            return
        }
        let mask = mask(width)
        for row in 0..<rowCount {
            let bit = row &* width
            let shift = UInt32(truncatingIfNeeded: bit & 31)
            let word = unsafe packed + (bit &>> 5) &* (4 &* laneCount)
            let target = unsafe out + row &* laneCount
            if Int(shift) &+ width <= 32 {
                for lane in 0..<laneCount {
                    let low = UInt32(
                        littleEndian: unsafe word.loadUnaligned(fromByteOffset: 4 &* lane, as: UInt32.self))
                    unsafe target[lane] = ((low &>> shift) & mask) &+ reference
                }
            } else {
                let next = unsafe word + 4 &* laneCount
                let highShift = 32 &- shift
                for lane in 0..<laneCount {
                    let low = UInt32(
                        littleEndian: unsafe word.loadUnaligned(fromByteOffset: 4 &* lane, as: UInt32.self))
                    let high = UInt32(
                        littleEndian: unsafe next.loadUnaligned(fromByteOffset: 4 &* lane, as: UInt32.self))
                    unsafe target[lane] = (((low &>> shift) | (high &<< highShift)) & mask) &+ reference
                }
            }
        }
    }

    /// Packs the low `width` bits of fewer values, one after the other.
    static func packPlain(
        _ values: UnsafePointer<UInt32>, _ count: Int, _ width: Int, into packed: UnsafeMutableRawPointer
    ) {
        guard width > 0 else { return }
        let mask = UInt64(mask(width))
        var pending: UInt64 = 0
        var pendingBitCount = 0
        var offset = 0
        for i in 0..<count {
            pending |= (unsafe UInt64(values[i]) & mask) &<< UInt64(pendingBitCount)
            pendingBitCount &+= width
            while pendingBitCount >= 8 {
                unsafe packed.storeBytes(of: UInt8(truncatingIfNeeded: pending), toByteOffset: offset, as: UInt8.self)
                offset &+= 1
                pending &>>= 8
                pendingBitCount &-= 8
            }
        }
        if pendingBitCount > 0 {
            unsafe packed.storeBytes(of: UInt8(truncatingIfNeeded: pending), toByteOffset: offset, as: UInt8.self)
        }
    }

    /// The inverse; adds the reference. Reads `byteCount` bytes, the packed size of `count` values.
    static func unpackPlain(
        _ packed: UnsafeRawPointer, _ byteCount: Int, _ count: Int, _ width: Int, _ reference: UInt32,
        into out: UnsafeMutablePointer<UInt32>
    ) {
        let mask = UInt64(mask(width))
        var pending: UInt64 = 0
        var pendingBitCount = 0
        var offset = 0
        for i in 0..<count {
            while pendingBitCount < width, offset < byteCount {
                pending |=
                    UInt64(unsafe packed.load(fromByteOffset: offset, as: UInt8.self))
                    &<< UInt64(pendingBitCount)
                offset &+= 1
                pendingBitCount &+= 8
            }
            unsafe out[i] = UInt32(truncatingIfNeeded: pending & mask) &+ reference
            pending &>>= UInt64(width)
            pendingBitCount &-= width
        }
    }
}
