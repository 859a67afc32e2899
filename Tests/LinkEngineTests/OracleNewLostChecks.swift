import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

extension OracleCase {
    mutating func checkNewLost() throws {
        guard !includeInternal else { return }
        let store = testStore.store
        let newLost = SlowNewLost(slow, ranks)
        let (first, last) = (slow[0].date, slow[2].date)
        for (target, slowTarget) in sample(of: targets, 3) {
            var filter = NewLostFilter()
            var (from, to) = (first.adding(days: -10), last.adding(days: 10))
            if random.chance(1, in: 2) {
                from = Day(number: first.number + Int32(random.below(Int(last.number - first.number))))
                to = from.adding(days: random.below(40))
            }
            if random.chance(1, in: 3) { filter.kinds = [random.pick([.new, .lost])] }
            if random.chance(1, in: 4) { filter.linkType = random.pick([.href, .redirect]) }
            if random.chance(1, in: 3) { filter.anchor = random.pick(AnchorKind.allCases) }
            if random.chance(1, in: 3) { filter.dofollow = random.pick(DofollowKind.allCases) }
            if random.chance(1, in: 3) {
                filter.urlFrom = random.pick(["alpha.com", "https://www.alpha.com/path", "amazonaws.com", "delta.net"])
            }
            let what = place("new and lost \(from) … \(to), \(filter)", slowTarget)
            let expected = newLost.backlinks(slowTarget, from: from, to: to, filter)
            for order in sample(of: NewLostOrder.allCases, 1) {
                let rows = try engine.newLostBacklinks(
                    store, target, from: from, to: to, filter: filter, order: order, limit: nil)
                expectEqual(rows, expected, what)
                expectFalling(rows.map { sortNumber($0, order) }, what)
                let cut = try engine.newLostBacklinks(
                    store, target, from: from, to: to, filter: filter, order: order, limit: 3)
                #expect(cut == Array(rows.prefix(3)), what)
            }
            #expect(
                try engine.newLostBacklinkCounts(store, target, from: from, to: to, filter: filter)
                    == newLost.backlinkCounts(slowTarget, from: from, to: to, filter), what)

            let domains = newLost.referringDomains(slowTarget, from: from, to: to, kinds: filter.kinds)
            for order in sample(of: [NewLostOrder.newLostDate, .domainInlinkRank], 1) {
                let rows = try engine.newLostReferringDomains(
                    store, target, from: from, to: to, kinds: filter.kinds, order: order, limit: nil)
                #expect(rows.count == domains.count && Set(rows) == Set(domains), what)
                expectFalling(
                    rows.map { order == .newLostDate ? Int($0.date.number) : $0.domainInlinkRank }, what)
                let cut = try engine.newLostReferringDomains(
                    store, target, from: from, to: to, kinds: filter.kinds, order: order, limit: 2)
                #expect(cut == Array(rows.prefix(2)), what)
            }
            #expect(
                try engine.newLostReferringDomainCounts(store, target, from: from, to: to, kinds: filter.kinds)
                    == newLost.referringDomainCounts(slowTarget, from: from, to: to, kinds: filter.kinds), what)
        }
    }

    private func sortNumber(_ row: ChangedLink, _ order: NewLostOrder) -> Int {
        switch order {
        case .newLostDate: Int(row.date.number)
        case .domainInlinkRank: row.domainInlinkRank
        case .inlinkRank: row.inlinkRank
        }
    }

    private func expectFalling(_ numbers: [Int], _ place: Comment) {
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 >= $1 }, place)
    }
}
