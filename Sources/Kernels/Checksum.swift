/// XXH64, the checksum of every block and file. Source: Yann Collet, "xxHash fast digest algorithm", doc/xxhash_spec.md
/// of the xxHash project, version 0.2.0. All arithmetic is modulo 2⁶⁴; all loads are little-endian.
/// Safety: stripes end at the byte count rounded down to 32, and the tail is read in words only where 8 or 4 bytes
/// are left. `pending` has 32 bytes: a piece fills up what is free of them, and what stripes leave is shorter.
package enum Checksum {
    /// The checksum of the bytes. O(bytes); 32 bytes a step in four independent lanes.
    package static func xxh64(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var lanes = ChecksumLanes(seed: seed)
        let stripeByteCount = unsafe lanes.consumeStripes(bytes)
        return unsafe lanes.finish(
            tail: UnsafeRawBufferPointer(rebasing: bytes[stripeByteCount...]), byteCount: UInt64(bytes.count),
            seed: seed)
    }
}

/// The same, for bytes that arrive in pieces: the result doesn't depend on where they were cut.
package struct ChecksumStream: Sendable {
    private let seed: UInt64
    private var lanes: ChecksumLanes
    private var byteCount: UInt64 = 0
    /// The bytes since the last whole stripe: the first `byteCount % 32` of these 32.
    private var pending = SIMD4<UInt64>(repeating: 0)

    package init(seed: UInt64 = 0) {
        self.seed = seed
        lanes = ChecksumLanes(seed: seed)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard unsafe !bytes.isEmpty else { return }
        var rest = unsafe bytes
        let pendingByteCount = Int(byteCount % 32)
        byteCount &+= UInt64(bytes.count)
        if pendingByteCount > 0 {
            let taken = min(32 - pendingByteCount, rest.count)
            unsafe withUnsafeMutableBytes(of: &pending) { buffer in
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[pendingByteCount...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<taken]))
            }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
            guard pendingByteCount + taken == 32 else { return }
            unsafe withUnsafeBytes(of: pending) { _ = unsafe lanes.consumeStripes($0) }
        }
        let stripeByteCount = unsafe lanes.consumeStripes(rest)
        unsafe withUnsafeMutableBytes(of: &pending) { buffer in
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[stripeByteCount...]))
        }
    }

    /// The checksum of everything so far; the stream can go on.
    package func finish() -> UInt64 {
        unsafe withUnsafeBytes(of: pending) { buffer in
            unsafe lanes.finish(
                tail: UnsafeRawBufferPointer(rebasing: buffer[..<Int(byteCount % 32)]), byteCount: byteCount, seed: seed
            )
        }
    }
}

/// The four accumulators: word i of every 32-byte stripe goes to lane i.
private struct ChecksumLanes: Sendable {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private var lane0, lane1, lane2, lane3: UInt64

    init(seed: UInt64) {
        lane0 = seed &+ Self.prime1 &+ Self.prime2
        lane1 = seed &+ Self.prime2
        lane2 = seed
        lane3 = seed &- Self.prime1
    }

    /// Consumes all whole stripes; returns their byte count.
    mutating func consumeStripes(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count >= 32, let base = bytes.baseAddress else { return 0 }
        let end = bytes.count & ~31
        var (a, b, c, d) = (lane0, lane1, lane2, lane3)
        var offset = 0
        while offset < end {
            a = Self.round(a, unsafe Self.word(base, offset))
            b = Self.round(b, unsafe Self.word(base, offset &+ 8))
            c = Self.round(c, unsafe Self.word(base, offset &+ 16))
            d = Self.round(d, unsafe Self.word(base, offset &+ 24))
            offset &+= 32
        }
        (lane0, lane1, lane2, lane3) = (a, b, c, d)
        return end
    }

    /// The checksum, given the fewer than 32 bytes after the last whole stripe.
    func finish(tail: UnsafeRawBufferPointer, byteCount: UInt64, seed: UInt64) -> UInt64 {
        var hash: UInt64
        if byteCount >= 32 {
            hash =
                Self.rotated(lane0, 1) &+ Self.rotated(lane1, 7) &+ Self.rotated(lane2, 12) &+ Self.rotated(lane3, 18)
            for lane in [lane0, lane1, lane2, lane3] {
                hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
            }
        } else {
            hash = seed &+ Self.prime5
        }
        hash &+= byteCount
        var offset = 0
        if let base = tail.baseAddress {
            while offset &+ 8 <= tail.count {
                hash ^= Self.round(0, unsafe Self.word(base, offset))
                hash = Self.rotated(hash, 27) &* Self.prime1 &+ Self.prime4
                offset &+= 8
            }
            if offset &+ 4 <= tail.count {
                let half = UInt32(littleEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                hash ^= UInt64(half) &* Self.prime1
                hash = Self.rotated(hash, 23) &* Self.prime2 &+ Self.prime3
                offset &+= 4
            }
            while offset < tail.count {
                hash ^= UInt64(unsafe tail[offset]) &* Self.prime5
                hash = Self.rotated(hash, 11) &* Self.prime1
                offset &+= 1
            }
        }
        hash = (hash ^ (hash &>> 33)) &* Self.prime2
        hash = (hash ^ (hash &>> 29)) &* Self.prime3
        return hash ^ (hash &>> 32)
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotated(lane &+ word &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        (value &<< bits) | (value &>> (64 &- bits))
    }

    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
