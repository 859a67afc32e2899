import LinkModel
import SnapshotStore
import TestSupport
import Testing

@testable import LinkEngine

/// What threads do side by side gives the same in any division.
@Suite struct DiffPartsTests {
    private struct Webs {
        let store: TestStore
        let old: Snapshot
        let new: Snapshot
        let engine = Engine(Engine.Options(threads: 1))

        init(seed: UInt64) throws {
            let web = RandomWeb(seed: seed)
            let next = web.evolved()
            store = try TestStore()
            old = try store.add(web.rows, date: web.date, coverage: web.coverage)
            new = try store.add(next.rows, date: next.date, coverage: next.coverage)
        }

        func comparison() throws -> GroupComparison { try GroupComparison(old, new, options: engine.options) }
    }

    @Test(arguments: GroupLevel.allCases) func groupsDoNotDependOnTheDivision(level: GroupLevel) throws {
        for seed in UInt64(1)...12 {
            let webs = try Webs(seed: seed)
            let comparison = try webs.comparison()
            let runs = GroupRuns(comparison.hosts, level)
            let starts = Set((0..<comparison.hosts.hosts.count).map { runs.startOfRun(withHost: $0) }).sorted()
            let parts = try comparison.parts(cutAt: starts, threads: 2)
            #expect(parts.last?.old.upperBound == webs.old.links.rowCount, "seed \(seed)")
            var worker = GroupDiffWorker(comparison, runs)
            var groups = GroupDiffs()
            for part in parts.reversed() { groups.add(try worker.compare(part)) }
            let named = try NamedGroupDiffs(groups.finish(comparison), comparison, level)
            #expect(
                try named.diffs == webs.engine.diff(webs.old, webs.new, every: level),
                "seed \(seed), \(parts.count) parts")
        }
    }

    @Test func aConstantBlockHasThatValueInEveryRow() throws {
        for seed in UInt64(40)...44 {
            let links = try Webs(seed: seed).old.links
            for column in LinkColumn.allCases {
                for block in 0..<links.blockCount {
                    var values: [UInt32] = []
                    try links.decode(column, ofBlock: block, into: &values)
                    let constant = try links.constant(column, ofBlock: block)
                    #expect(constant == (Set(values).count == 1 ? values.first : nil), "seed \(seed), \(column)")
                }
            }
        }
    }

    @Test func aMapOfSomePagesAgreesWithTheMapOfAll() throws {
        for seed in UInt64(20)...30 {
            var random = SeededRandom(seed: seed)
            let webs = try Webs(seed: seed)
            let all = try UnionMap(webs.old.pages, webs.new.pages, threads: 2)
            func some(_ count: Int) -> [UInt32] { (0..<UInt32(count)).filter { _ in random.chance(1, in: 3) } }
            let (wantedOld, wantedNew) = (some(webs.old.pages.count), some(webs.new.pages.count))
            let few = try UnionMap(webs.old.pages, wantedOld, webs.new.pages, wantedNew)
            // The places of the wanted pages in the map of all, numbered from 0.
            let places = wantedOld.map { all.old.places[Int($0)] } + wantedNew.map { all.new.places[Int($0)] }
            let distinct = Set(places).sorted()
            #expect(few.count == distinct.count, "seed \(seed)")
            for page in wantedOld {
                #expect(few.old.place(of: page).map { distinct[Int($0)] } == all.old.places[Int(page)], "seed \(seed)")
            }
            for page in 0..<webs.new.pages.count {
                let isWanted = wantedNew.contains(UInt32(page))
                #expect((few.new.place(of: UInt32(page)) != nil) == isWanted, "seed \(seed)")
                let next = wantedNew.first { Int($0) >= page }
                #expect(
                    few.new.firstPlace(atOrAfter: page) == next.flatMap { few.new.place(of: $0) }, "seed \(seed)")
            }
            for place in 0..<UInt32(all.count) {
                let (old, new) = (all.old.index(atPlace: place), all.new.index(atPlace: place))
                let keys = try [
                    old.map { try webs.old.pages.key(at: Int($0)) }, new.map { try webs.new.pages.key(at: Int($0)) },
                ]
                .compactMap { $0 }
                #expect(!keys.isEmpty && Set(keys).count == 1, "seed \(seed)")
            }
            // All at once, with the places of some that only the other side has.
            let some = distinct.filter { _ in random.chance(1, in: 2) }
            for side in [all.old, all.new, few.old, few.new] {
                var found: [UInt32?] = some.map { _ in nil }
                side.forEachIndex(atPlaces: some) { found[$0] = $1 }
                #expect(found == some.map { side.index(atPlace: $0) }, "seed \(seed)")
            }
        }
    }
}
