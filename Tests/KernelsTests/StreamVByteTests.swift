import Kernels
import TestSupport
import Testing

struct StreamVByteTests {
    static func encode(_ values: [UInt32]) -> [UInt8] {
        // 16 guard bytes show that the encoder stays inside maxByteCount.
        let limit = StreamVByte.maxByteCount(valueCount: values.count)
        var out = [UInt8](repeating: 0xA5, count: limit + 16)
        let byteCount = unsafe values.withUnsafeBufferPointer { values in
            unsafe out.withUnsafeMutableBytes { out in
                unsafe StreamVByte.encode(values, into: out.baseAddress!)
            }
        }
        #expect(out[limit...].allSatisfy { $0 == 0xA5 })
        return Array(out[..<byteCount])
    }

    static func decode(_ bytes: [UInt8], valueCount: Int) -> (byteCount: Int, values: [UInt32])? {
        unsafe decodeGuarded(bytes, valueCount: valueCount) { unsafe StreamVByte.decode($0, valueCount: $1, into: $2) }
    }

    @Test func layoutIsAsDrawn() {
        #expect(Self.encode([]) == [])
        #expect(Self.encode([0]) == [0b00, 0])
        #expect(
            Self.encode([1, 0x100, 0x10000, 0x0102_0304, 0xFF]) == [
                0b11_10_01_00, 0, 1, 0, 1, 0, 0, 1, 4, 3, 2, 1, 255,
            ])
    }

    @Test func roundTripOfEveryCountAndByteLength() {
        let seed: UInt64 = 1
        var random = SeededRandom(seed: seed)
        for count in 0...70 {
            for bits in [1, 7, 8, 9, 16, 17, 24, 25, 32] {
                let values = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.next() >> UInt64(64 - bits)) }
                let bytes = Self.encode(values)
                let decoded = Self.decode(bytes + [9, 9, 9], valueCount: count)
                #expect(decoded?.values == values && decoded?.byteCount == bytes.count, "\(count) values, \(bits) bits")
            }
        }
    }

    @Test func shortInputIsRefused() {
        let seed: UInt64 = 2
        var random = SeededRandom(seed: seed)
        let values = (0..<41).map { _ in UInt32(truncatingIfNeeded: random.next() >> UInt64(32 + random.below(32))) }
        let bytes = Self.encode(values)
        for count in 0..<bytes.count {
            #expect(Self.decode(Array(bytes[..<count]), valueCount: values.count) == nil, "first \(count) bytes")
        }
        var padded = bytes
        padded[values.count / 4] |= 0b100
        #expect(Self.decode(padded + [0, 0, 0, 0], valueCount: values.count) == nil)
    }

    @Test func damagedInputStaysInside() {
        let seed: UInt64 = 3
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let bytes = (0..<random.below(60)).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = Self.decode(bytes, valueCount: random.below(60))
        }
    }
}
