import TestSupport
import Testing

@testable import Kernels

@Suite struct RecentValuesTests {
    /// The definition, with a plain array.
    private static func slow(_ values: [UInt32]) -> (codes: [UInt32], literals: [UInt32]) {
        var recent = [UInt32](repeating: 0, count: 15)
        var codes: [UInt32] = []
        var literals: [UInt32] = []
        for value in values {
            let place = recent.firstIndex(of: value)
            codes.append(place.map { UInt32($0 + 1) } ?? 0)
            if place == nil { literals.append(value) }
            recent.remove(at: place ?? 14)
            recent.insert(value, at: 0)
        }
        return (codes, literals)
    }

    @Test func roundTripsAgainstTheDefinition() {
        let seed: UInt64 = 1_515
        var random = SeededRandom(seed: seed)
        for round in 0..<200 {
            let distinct = random.pick([1, 2, 14, 15, 16, 17, 40, 1_000])
            let values = (0..<random.below(600)).map { _ in UInt32(random.below(distinct)) &* 0x9E37_79B9 }
            let (codes, literals) = unsafe values.withUnsafeBufferPointer { unsafe RecentValues.encode($0) }
            let expected = Self.slow(values)
            #expect(codes == expected.codes && literals == expected.literals, "seed \(seed), round \(round)")
            var decoded = codes
            let isValid = unsafe decoded.withUnsafeMutableBufferPointer {
                unsafe RecentValues.decode($0, literals: literals)
            }
            #expect(isValid && decoded == values, "seed \(seed), round \(round)")
        }
    }

    @Test func refusesWhatNoEncoderWrites() {
        func isValid(_ codes: [UInt32], _ literals: [UInt32]) -> Bool {
            var values = codes
            return unsafe values.withUnsafeMutableBufferPointer { unsafe RecentValues.decode($0, literals: literals) }
        }
        #expect(isValid([0, 1, 15], [7]))
        #expect(!isValid([16], []))
        #expect(!isValid([.max], []))
        #expect(!isValid([0], []))
        #expect(!isValid([1], [7]))
    }
}
