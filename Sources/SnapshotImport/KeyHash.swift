/// A seeded hash of byte strings for tables in memory: sixteen bytes a round, folded by a 64 × 64 → 128 bit product (the
/// idea of Wang Yi's wyhash). Never stored: it may change at any time.
enum KeyHash {
    private static let factor1: UInt64 = 0xA076_1D64_78BD_642F
    private static let factor2: UInt64 = 0xE703_7ED1_A0B4_28DB

    /// Safety: 16 bytes are loaded where more than 16 are left; after that 8, 4 or 1 at a time, where as many are left,
    /// within the rest.
    static func hash(_ key: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
        let count = key.count
        var state = fold(seed ^ factor1, UInt64(truncatingIfNeeded: count) ^ factor2)
        guard count > 0, let start = unsafe UnsafeRawPointer(key.baseAddress) else { return state }
        var offset = 0
        while count &- offset > 16 {
            let first = unsafe start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let second = unsafe start.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
            state = fold(first ^ factor1, second ^ state)
            offset &+= 16
        }
        // The last 1…16 bytes: two overlapping loads, which together with the length tell all keys apart.
        let rest = count &- offset
        let first: UInt64
        let second: UInt64
        if rest >= 8 {
            first = unsafe start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            second = unsafe start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        } else if rest >= 4 {
            first = UInt64(unsafe start.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            second = UInt64(unsafe start.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
        } else {
            first = UInt64(unsafe start.load(fromByteOffset: offset, as: UInt8.self))
            second =
                UInt64(unsafe start.load(fromByteOffset: offset &+ rest >> 1, as: UInt8.self)) << 8
                | UInt64(unsafe start.load(fromByteOffset: count &- 1, as: UInt8.self))
        }
        return fold(fold(first ^ factor2, second ^ state), factor1)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
