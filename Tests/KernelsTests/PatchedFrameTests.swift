import Kernels
import TestSupport
import Testing

struct PatchedFrameTests {
    static func encode(_ values: [UInt32]) -> [UInt8] {
        var out: [UInt8] = []
        unsafe values.withUnsafeBufferPointer { unsafe PatchedFrame.encode($0, into: &out) }
        return out
    }

    static func decode(_ bytes: [UInt8], valueCount: Int) -> (byteCount: Int, values: [UInt32])? {
        unsafe decodeGuarded(bytes, valueCount: valueCount) { unsafe PatchedFrame.decode($0, valueCount: $1, into: $2) }
    }

    /// A value of at most `bits` bits.
    private static func value(_ bits: Int, _ random: inout SeededRandom) -> UInt32 {
        bits == 0 ? 0 : UInt32(truncatingIfNeeded: random.next() >> UInt64(64 - bits))
    }

    @Test(arguments: 0...32)
    func roundTripAtEveryWidth(bits: Int) {
        var random = SeededRandom(seed: UInt64(bits))
        for count in [1, 7, 1_023, 1_024, 2_050] {
            let highest = bits == 0 ? 0 : UInt32.max >> UInt32(32 - bits)
            for reference in [0, UInt32.max - highest] {
                let values = (0..<count).map { _ in reference &+ Self.value(bits, &random) }
                let bytes = Self.encode(values)
                let decoded = Self.decode(bytes + [1, 2, 3], valueCount: count)
                #expect(decoded?.values == values && decoded?.byteCount == bytes.count, "\(count) values")
                // Never larger than packing at the full width.
                let blockCount = (count + 1_023) / 1_024
                #expect(bytes.count <= 8 * blockCount + (count * bits + 7) / 8 + blockCount)
            }
        }
    }

    @Test func exceptionsArePatched() {
        let seed: UInt64 = 11
        var random = SeededRandom(seed: seed)
        for round in 0..<60 {
            let count = [1_024, 1_024, 100, 1_500][round % 4]
            let (narrow, wide) = (random.below(20), random.below(33))
            let values = (0..<count).map { _ in Self.value(random.chance(1, in: 40) ? wide : narrow, &random) }
            let bytes = Self.encode(values)
            let decoded = Self.decode(bytes, valueCount: count)
            #expect(decoded?.values == values && decoded?.byteCount == bytes.count, "seed \(seed), round \(round)")
        }
        var values = [UInt32](repeating: 5, count: 1_024)
        #expect(Self.encode(values) == [5, 0, 0, 0, 0, 0, 0, 0])
        values[1_000] = .max
        #expect(Self.encode(values) == [5, 0, 0, 0, 0, 4, 1, 0, 0xE8, 3, 0xFA, 0xFF, 0xFF, 0xFF])
    }

    /// Reads blocks bit by bit, straight from the layout in the doc comment.
    private static func slowDecode(_ bytes: [UInt8], valueCount: Int) -> [UInt32] {
        func integer(_ offset: Int, _ byteCount: Int) -> UInt64 {
            (0..<byteCount).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
        }
        var values: [UInt32] = []
        var start = 0
        while values.count < valueCount {
            let n = min(1_024, valueCount - values.count)
            let (reference, width) = (UInt32(integer(start, 4)), Int(bytes[start + 4]))
            let (patchByteCount, exceptionCount) = (Int(bytes[start + 5]), Int(integer(start + 6, 2)))
            let packedByteCount = n == 1_024 ? 128 * width : (n * width + 7) / 8
            var differences = (0..<n).map { i -> UInt64 in
                (0..<width).reduce(0) { sum, k in
                    let bit: UInt64
                    if n == 1_024 {
                        let (lane, laneBit) = (i % 32, i / 32 * width + k)
                        bit = integer(start + 8 + 4 * (32 * (laneBit / 32) + lane), 4) >> UInt64(laneBit % 32) & 1
                    } else {
                        bit = UInt64(bytes[start + 8 + (i * width + k) / 8]) >> UInt64((i * width + k) % 8) & 1
                    }
                    return sum | bit << UInt64(k)
                }
            }
            let positions = start + 8 + packedByteCount
            for k in 0..<exceptionCount {
                let patch = integer(positions + 2 * exceptionCount + patchByteCount * k, patchByteCount)
                differences[Int(integer(positions + 2 * k, 2))] += patch << UInt64(width)
            }
            values += differences.map { reference &+ UInt32(truncatingIfNeeded: $0) }
            start = positions + (2 + patchByteCount) * exceptionCount
        }
        return values
    }

    @Test func layoutIsAsDrawn() {
        let seed: UInt64 = 12
        var random = SeededRandom(seed: seed)
        for bits in [1, 5, 13, 31] {
            let values = (0..<1_100).map { _ in 77 &+ Self.value(random.chance(1, in: 90) ? 31 : bits, &random) }
            #expect(Self.slowDecode(Self.encode(values), valueCount: values.count) == values, "seed \(seed)")
        }
    }

    @Test func shortInputIsRefused() {
        let seed: UInt64 = 13
        var random = SeededRandom(seed: seed)
        for count in [60, 1_024] {
            let values = (0..<count).map { _ in Self.value(random.chance(1, in: 20) ? 30 : 6, &random) }
            let bytes = Self.encode(values)
            for length in stride(from: 0, to: bytes.count, by: count == 60 ? 1 : 13) {
                #expect(Self.decode(Array(bytes[..<length]), valueCount: count) == nil, "first \(length) bytes")
            }
        }
    }

    @Test func damagedHeadersAreRefused() {
        var values = [UInt32](repeating: 3, count: 50)
        (values[7], values[9]) = (1 << 20, 1 << 21)
        let bytes = Self.encode(values)
        #expect(Self.decode(bytes, valueCount: 50)?.values == values)
        let changes: [(Int, UInt8)] = [
            (4, 33),  // width
            (5, 5), (5, 0),  // patch bytes
            (6, 51), (7, 1), (6, 0),  // exceptions
            (8, 50), (8, 9), (9, 1),  // positions: outside, not ascending
        ]
        for (offset, byte) in changes {
            var damaged = bytes
            damaged[offset] = byte
            #expect(
                Self.decode(damaged + [UInt8](repeating: 0, count: 99), valueCount: 50) == nil, "\(byte) at \(offset)")
        }
    }

    @Test func damagedInputStaysInside() {
        let seed: UInt64 = 14
        var random = SeededRandom(seed: seed)
        for _ in 0..<150 {
            let count = random.below(1_500)
            var bytes = Self.encode((0..<count).map { _ in Self.value(random.chance(1, in: 9) ? 25 : 4, &random) })
            for _ in 0..<3 where !bytes.isEmpty {
                // Headers and positions are hit often, everything now and then.
                bytes[random.chance(1, in: 2) ? random.below(min(8, bytes.count)) : random.below(bytes.count)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            _ = Self.decode(bytes, valueCount: count)
        }
    }
}
