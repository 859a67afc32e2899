import TestSupport
import Testing

@testable import Kernels

@Suite struct ListExpansionTests {
    private let seed: UInt64 = 99

    /// Calls the kernel with arrays that end where it may write last, and a page of other values behind them.
    private func expand(
        _ targets: [UInt32], _ counts: [UInt32], _ firsts: [UInt32], _ rest: [UInt32], rowCount: Int
    ) -> (isValid: Bool, from: [UInt32], to: [UInt32], isInside: Bool) {
        let guardCount = 64
        let room = [UInt32](repeating: 0xDEAD_BEEF, count: rowCount + ListExpansion.slack + guardCount)
        var (from, to, sums) = (room, room, room)
        sums.replaceSubrange(0..<rest.count, with: rest)
        let isValid = unsafe targets.withUnsafeBufferPointer { targets in
            unsafe counts.withUnsafeBufferPointer { counts in
                unsafe firsts.withUnsafeBufferPointer { firsts in
                    unsafe sums.withUnsafeMutableBufferPointer { sums in
                        unsafe from.withUnsafeMutableBufferPointer { from in
                            unsafe to.withUnsafeMutableBufferPointer { to in
                                guard let targetStart = targets.baseAddress, let countStart = counts.baseAddress,
                                    let firstStart = firsts.baseAddress, let sumStart = sums.baseAddress,
                                    let fromStart = from.baseAddress, let toStart = to.baseAddress
                                else { return false }
                                return unsafe ListExpansion.expand(
                                    targets: targetStart, counts: countStart, firsts: firstStart,
                                    targetCount: targets.count, sums: sumStart, from: fromStart, to: toStart,
                                    rowCount: rowCount)
                            }
                        }
                    }
                }
            }
        }
        let isInside = [from, to].allSatisfy { $0.suffix(guardCount).allSatisfy { $0 == 0xDEAD_BEEF } }
        return (isValid, Array(from.prefix(rowCount)), Array(to.prefix(rowCount)), isInside)
    }

    @Test func listsOfEveryLength() {
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            var lists: [(target: UInt32, sources: [UInt32])] = []
            var target: UInt32 = 0
            for _ in 0...random.below(30) {
                target += UInt32(1 + random.below(1_000))
                var source = UInt32(random.below(1 << 30))
                let count = random.pick([1, 1, 2, 3, 8, 9, 10, 16, 17, 18, 40])
                lists.append(
                    (
                        target,
                        (0..<count).map { _ in
                            source += UInt32(random.below(50))
                            return source
                        }
                    ))
            }
            let targets = lists.indices.map { lists[$0].target - ($0 == 0 ? 0 : lists[$0 - 1].target) }
            let rest = lists.flatMap { list in zip(list.sources.dropFirst(), list.sources).map { $0 - $1 } }
            let rowCount = lists.reduce(0) { $0 + $1.sources.count }
            let rows = expand(
                targets, lists.map { UInt32($0.sources.count) }, lists.map { $0.sources[0] }, rest, rowCount: rowCount)
            #expect(rows.isValid && rows.isInside, "seed \(seed), round \(round)")
            #expect(rows.from == lists.flatMap(\.sources), "seed \(seed), round \(round)")
            #expect(
                rows.to == lists.flatMap { list in list.sources.map { _ in list.target } },
                "seed \(seed), round \(round)")
        }
    }

    @Test func countsThatDontAddUp() {
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let rowCount = 1 + random.below(40)
            let targetCount = 1 + random.below(rowCount)
            let counts = (0..<targetCount).map { _ in random.pick([0, 1, 2, 5, 40, UInt32.max]) }
            let ones = [UInt32](repeating: 1, count: targetCount)
            let rest = [UInt32](repeating: 1, count: rowCount - targetCount)
            let rows = expand(ones, counts, ones, rest, rowCount: rowCount)
            let fits = counts.allSatisfy { $0 > 0 } && counts.reduce(0) { $0 + Int($1) } == rowCount
            #expect(rows.isValid == fits && rows.isInside, "seed \(seed), round \(round)")
        }
    }
}
