import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

extension OracleCase {
    /// The store holds the merged rows, its pages and hosts are the URLs' and hosts, in order.
    func checkRows() throws {
        for (snapshot, slow) in zip(snapshots, slow) {
            #expect(snapshot.links.rowCount == slow.links.count, place("rows"))
            #expect(snapshot.pages.count == slow.pages.count, place("pages"))
            var urls: Set<String> = []
            try snapshot.pages.forEach(in: 0..<snapshot.pages.count) { _, key in
                urls.insert(SortKey.text(of: key))
            }
            #expect(urls == slow.pages, place("URLs"))
            #expect(snapshot.hosts.count == Set(slow.pages.map(slowHost)).count, place("hosts"))
        }
    }

    func checkCounts() throws {
        for (snapshot, slow) in zip(snapshots, slow) {
            let metrics = try engine.metrics(snapshot, targets.map(\.target))
            #expect(
                metrics == targets.map { slow.metrics($0.slow, includeInternal: includeInternal) }, place("metrics"))
            for level in GroupLevel.allCases {
                let counts = try engine.referringCounts(snapshot, every: level)
                #expect(
                    counts == slow.referringCounts(every: level, includeInternal: includeInternal),
                    place("referring counts of every \(level)"))
            }
        }
    }

    /// Lists show ranks: of one snapshot, in some order, whole and cut.
    mutating func checkLists() throws {
        for index in snapshots.indices {
            let (snapshot, slow, ranks) = (snapshots[index], slow[index], ranks[index])
            let urls =
                slow.pages.sorted() + ["https://nowhere.example/", "https://alpha.com/never", "http://alpha.com/"]
            let inlinkRanks = try engine.inlinkRanks(snapshot, urls: urls)
            #expect(inlinkRanks == urls.map { slow.inlinkRanks($0, ranks) }, place("inlink ranks"))
        }
        let (snapshot, slow, ranks) = (snapshots[1], slow[1], ranks[1])
        for (target, slowTarget) in sample(of: targets, 5) {
            let order = random.pick(BacklinkOrder.allCases)
            let cuts: [(Int?, Int?)] = [(nil, nil), (3, nil), (5, 1), (nil, 2), (1, 1)]
            for (limit, perDomain) in sample(of: cuts, 2) {
                var backlinks: [Backlink] = []
                try engine.backlinks(snapshot, target, order: order, limit: limit, perDomain: perDomain) {
                    backlinks.append($0)
                }
                let expected = slow.backlinks(
                    slowTarget, ranks, order: order, limit: limit, perDomain: perDomain,
                    includeInternal: includeInternal)
                #expect(
                    backlinks == expected,
                    place("backlinks by \(order), limit \(limit ?? -1), per domain \(perDomain ?? -1)", slowTarget))
            }
            let limit = random.pick([nil, 2, 10] as [Int?])
            let domains = try engine.referringDomains(snapshot, target, order: order, limit: limit)
            let expected = slow.referringDomains(
                slowTarget, ranks, order: order, limit: limit, includeInternal: includeInternal)
            #expect(domains == expected, place("referring domains by \(order), limit \(limit ?? -1)", slowTarget))
        }
    }

    mutating func checkHistory() throws {
        guard !includeInternal else { return }
        let newLost = SlowNewLost(slow, ranks)
        let ids = try testStore.store.snapshotIDs()
        let first = slow[0].date
        let ranges: [(Day?, Day?)] = [(nil, nil), (first.adding(days: -70), first.adding(days: 150))]
        for (target, slowTarget) in sample(of: targets.filter { $0.slow.mode != .url }, 2) {
            for (from, to) in sample(of: ranges, 1) {
                let points = try engine.history(testStore.store, target, from: from, to: to)
                let expected = newLost.history(slowTarget, ids: ids, from: from, to: to, tenths: tenths)
                #expect(points == expected, place("history", slowTarget))
            }
        }
    }
}
