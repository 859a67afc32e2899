import Testing

@testable import LinkEngine

@Suite struct DistinctIndexesTests {
    @Test func agreesWithASet() {
        var seed: UInt64 = 7
        var indexes = DistinctIndexes(capacity: 1_000)
        for round in 0..<20 {
            var expected: Set<UInt32> = []
            var values: [UInt32] = []
            for _ in 0..<(round * 40) {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let value = UInt32((seed >> 33) % 1_000)
                values.append(value)
                #expect(indexes.contains(value) == expected.contains(value))
                if round % 2 == 0 {
                    #expect(indexes.insert(value) == expected.insert(value).inserted)
                } else {
                    expected.insert(value)
                    indexes.insert(values, values.count - 1..<values.count)
                }
            }
            #expect(indexes.count == expected.count)
            #expect(indexes.sorted() == expected.sorted())
            indexes.removeAll()
            #expect(indexes.count == 0 && indexes.sorted().isEmpty)
        }
    }

    @Test func holdsTheLastMember() {
        var indexes = DistinctIndexes(capacity: 65)
        indexes.insert([64, 64, 0], 0..<3)
        #expect(indexes.sorted() == [0, 64])
    }
}
