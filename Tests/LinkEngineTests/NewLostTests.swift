import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

/// Three monthly snapshots: days 0, 30 and 60.
private struct ThreeMonths {
    static let first = Day(number: 20_500)
    static func day(_ number: Int) -> Day { first.adding(days: number) }
    let store: TestStore
    let engine = Engine(Engine.Options(threads: 1))
    let target: Target

    init(_ months: [[LinkRow]], coverage: [Coverage] = []) throws {
        store = try TestStore()
        for (month, rows) in months.enumerated() {
            try store.add(
                rows, date: Self.day(30 * month), coverage: month < coverage.count ? coverage[month] : .everything)
        }
        target = try Target("t.com")
    }

    func rows(
        _ from: Int = 0, _ to: Int = 60, _ filter: NewLostFilter = NewLostFilter(), order: NewLostOrder = .newLostDate,
        limit: Int? = nil
    ) throws -> [ChangedLink] {
        try engine.newLostBacklinks(
            store.store, target, from: Self.day(from), to: Self.day(to), filter: filter, order: order, limit: limit)
    }

    /// "kind day source" for each row.
    func summaries(_ rows: [ChangedLink]) -> [String] {
        rows.map { "\($0.kind) \($0.date.number - Self.first.number) \($0.link.urlFrom.dropFirst(8))" }
    }
}

@Suite struct NewLostTests {
    private static let day0 = ThreeMonths.first.number
    private static let months: [[LinkRow]] = [
        [link("a.com/", "t.com/", "x"), link("b.com/", "t.com/", "x", .nofollow), link("u.com/", "v.com/", "x")],
        [
            link("a.com/", "t.com/", "x"), link("c.com/1", "t.com/", "x", .image, seen: day0 + 7),
            link("c.com/2", "t.com/", "x", .nofollow, seen: day0 + 9), link("d.com/", "t.com/p", type: .redirect),
        ],
        [
            link("a.com/", "t.com/", "other"), link("b.com/", "t.com/", "x", .relUnknown, seen: day0 - 100),
            link("www.c.com/", "t.com/", "x", seen: day0 + 31), link("c.com/2", "t.com/", "x", .nofollow),
        ],
    ]

    @Test func listsChangesBetweenNeighboursNewestFirst() throws {
        let store = try ThreeMonths(Self.months)
        #expect(
            try store.summaries(store.rows()) == [
                "new 60 b.com/", "lost 60 c.com/1", "lost 60 d.com/", "new 31 www.c.com/", "lost 30 b.com/",
                "new 30 d.com/", "new 9 c.com/2", "new 7 c.com/1",
            ])
        #expect(
            try store.rows().filter { $0.kind == .lost }.map(\.reasonLost) == [
                .pageDropped, .linkRemoved, .pageDropped,
            ])
    }

    @Test func keepsToTheDaysAskedFor() throws {
        let store = try ThreeMonths(Self.months)
        #expect(try store.summaries(store.rows(7, 7)) == ["new 7 c.com/1"])
        #expect(try store.summaries(store.rows(8, 30)) == ["lost 30 b.com/", "new 30 d.com/", "new 9 c.com/2"])
        #expect(try store.rows(10, 29).isEmpty)
        #expect(try store.rows(-50, 0).isEmpty)
        #expect(try store.rows(61, 99).isEmpty)
        #expect(try store.summaries(store.rows(31, 59)) == ["new 31 www.c.com/"])
        #expect(throws: EngineError.self) { try store.rows(9, 8) }
    }

    @Test func filtersByEveryAttribute() throws {
        let store = try ThreeMonths(Self.months)
        func sources(_ change: (inout NewLostFilter) -> Void) throws -> [String] {
            var filter = NewLostFilter()
            change(&filter)
            return try store.summaries(store.rows(0, 60, filter))
        }
        #expect(try sources { $0.kinds = [.lost] } == ["lost 60 c.com/1", "lost 60 d.com/", "lost 30 b.com/"])
        #expect(try sources { $0.kinds = [.unknown, .changed] } == [])
        #expect(try sources { $0.linkType = .redirect } == ["lost 60 d.com/", "new 30 d.com/"])
        #expect(try sources { $0.anchor = .image } == ["lost 60 c.com/1", "new 7 c.com/1"])
        #expect(try sources { $0.anchor = .undefined } == ["lost 60 d.com/", "new 30 d.com/"])
        #expect(
            try sources { $0.anchor = .text }
                == ["new 60 b.com/", "new 31 www.c.com/", "lost 30 b.com/", "new 9 c.com/2"])
        #expect(try sources { $0.dofollow = .nofollow } == ["lost 30 b.com/", "new 9 c.com/2"])
        #expect(
            try sources { $0.dofollow = .undefined } == ["new 60 b.com/", "lost 60 d.com/", "new 30 d.com/"])
        #expect(try sources { $0.dofollow = .dofollow } == ["lost 60 c.com/1", "new 31 www.c.com/", "new 7 c.com/1"])
        #expect(
            try sources { $0.urlFrom = "https://c.com/ignored" }
                == ["lost 60 c.com/1", "new 31 www.c.com/", "new 9 c.com/2", "new 7 c.com/1"])
        #expect(try sources { $0.urlFrom = "www.c.com" } == ["new 31 www.c.com/"])
        #expect(try sources { $0.urlFrom = "" }.count == 8)
        #expect(throws: EngineError.self) { try sources { $0.urlFrom = "http://" } }
    }

    @Test func cutsAtTheLimitInEveryOrder() throws {
        let store = try ThreeMonths(Self.months)
        for order in NewLostOrder.allCases {
            let all = try store.rows(order: order)
            #expect(all.count == 8)
            for limit in 0...8 {
                #expect(try store.rows(order: order, limit: limit) == Array(all.prefix(limit)), "\(order), \(limit)")
            }
        }
    }

    @Test func countsEveryDay() throws {
        let store = try ThreeMonths(Self.months)
        var filter = NewLostFilter()
        let counts = { (filter: NewLostFilter) in
            try store.engine.newLostBacklinkCounts(
                store.store.store, store.target, from: ThreeMonths.day(-1), to: ThreeMonths.day(60), filter: filter)
        }
        let all = try counts(filter)
        #expect(all.map(\.date) == (-1...60).map { ThreeMonths.day($0) })
        let busy = all.filter { $0.new + $0.lost > 0 }
        #expect(busy.map { $0.date.number - Self.day0 } == [7, 9, 30, 31, 60])
        #expect(busy.map(\.new) == [1, 1, 1, 1, 1])
        #expect(busy.map(\.lost) == [0, 0, 1, 0, 2])
        filter.kinds = [.new]
        #expect(try counts(filter).allSatisfy { $0.lost == 0 })
    }

    @Test func neverReportsTheUnknown() throws {
        let store = try ThreeMonths(
            [[link("a.com/", "t.com/"), link("b.com/", "t.com/p")], []],
            coverage: [.everything, DiffFixture.covering(("https://t.com/p", .url))])
        #expect(try store.summaries(store.rows()) == ["lost 30 b.com/"])
        let domains = try store.engine.newLostReferringDomains(
            store.store.store, store.target, from: ThreeMonths.first, to: ThreeMonths.day(60))
        #expect(domains.map(\.refdomain) == ["b.com"])
    }

    @Test func twoSnapshotsOfOneDayAreNeighboursToo() throws {
        let store = try TestStore()
        let day = ThreeMonths.first
        try store.add([link("a.com/", "t.com/")], date: day)
        try store.add([link("b.com/", "t.com/", seen: day.number)], date: day, label: "again")
        try store.add([link("0.com/", "t.com/", seen: day.number)], date: day, label: "more")
        let engine = Engine(Engine.Options(threads: 1))
        for limit in 1...4 {
            let rows = try engine.newLostBacklinks(store.store, Target("t.com"), from: day, to: day, limit: limit)
            let all = ["https://0.com/", "https://a.com/", "https://b.com/", "https://b.com/"]
            #expect(rows.map(\.link.urlFrom) == Array(all.prefix(limit)))
        }
    }

    @Test func hostsComeAndGo() throws {
        let store = try ThreeMonths(Self.months)
        let domains = { (order: NewLostOrder, limit: Int?) in
            try store.engine.newLostReferringDomains(
                store.store.store, store.target, from: ThreeMonths.first, to: ThreeMonths.day(60), order: order,
                limit: limit)
        }
        let rows = try domains(.newLostDate, nil)
        #expect(
            rows.map {
                "\($0.kind) \($0.date.number - Self.day0) \($0.refdomain) \($0.backlinks) \($0.dofollowBacklinks)"
            }
                == [
                    "new 60 b.com 1 1", "lost 60 d.com 1 1", "new 31 www.c.com 1 1", "lost 30 b.com 1 0",
                    "new 30 d.com 1 1", "new 7 c.com 2 1",
                ])
        #expect(rows.map { $0.firstSeen.map { $0.number - Self.day0 } } == [-100, nil, 31, nil, nil, 7])
        for order in NewLostOrder.allCases {
            let all = try domains(order, nil)
            #expect(all.count == 6)
            #expect(try domains(order, 2) == Array(all.prefix(2)))
        }
        let counts = try store.engine.newLostReferringDomainCounts(
            store.store.store, store.target, from: ThreeMonths.first, to: ThreeMonths.day(60), kinds: [.lost])
        #expect(counts.count == 61)
        #expect(counts.filter { $0.lost > 0 }.map { $0.date.number - Self.day0 } == [30, 60])
        #expect(counts.allSatisfy { $0.new == 0 })
    }

    @Test func numberedGraphsHaveNoTargets() throws {
        let store = try TestStore()
        try store.add(edges: [(1, 2)], date: ThreeMonths.first)
        try store.add(edges: [(1, 2)], date: ThreeMonths.day(30))
        let engine = Engine(Engine.Options(threads: 1))
        #expect(throws: EngineError.self) {
            try engine.newLostBacklinks(
                store.store, Target("t.com"), from: ThreeMonths.first, to: ThreeMonths.day(30))
        }
    }
}
