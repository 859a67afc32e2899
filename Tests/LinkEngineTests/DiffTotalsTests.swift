import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@Suite struct DiffTotalsTests {
    @Test func countsLinksAndSourcesThatCameAndWent() throws {
        let fixture = try DiffFixture(
            [
                link("a.com/", "t.com/", "x"), link("www.a.com/1", "t.com/", "x"), link("b.com/", "t.com/p", "x"),
                link("c.com/", "t.com/", "gone"),
            ],
            [
                link("a.com/", "t.com/", "x"), link("blog.a.com/", "t.com/", "x"), link("b.com/", "t.com/p", "y"),
                link("d.com/", "t.com/", "came"), link("d.com/2", "t.com/", "came"),
            ])
        let totals = try fixture.wholeTotals()
        #expect(totals.map(\.level) == DiffTotal.Level.allCases)
        #expect(totals.map(\.target) == ["", "", "", ""])
        #expect(totals[0].numbers == [4, 5, 3, 2, 1, 0, 0])
        // Pages: www.a.com/1 and c.com/ went; blog.a.com/ and both of d.com came.
        #expect(totals[1].numbers == [4, 5, 3, 2, 0, 0, 0])
        // Hosts: www.a.com and c.com went; blog.a.com and d.com came.
        #expect(totals[2].numbers == [4, 4, 2, 2, 0, 0, 0])
        // Registrable domains: c.com went, d.com came.
        #expect(totals[3].numbers == [3, 3, 1, 1, 0, 0, 0])
    }

    @Test func aSnapshotDoesNotDifferFromItself() throws {
        let rows = [link("a.com/", "t.com/", "x"), link("b.com/", "t.com/p", nil, .nofollow), link("t.com/", "a.com/")]
        let fixture = try DiffFixture(rows, rows.reversed())
        for new in [fixture.old, fixture.new] {
            let totals = try DiffFixture.engine.diffTotals(fixture.old, new, [])
            #expect(totals[0].numbers == [3, 3, 0, 0, 0, 0, 0])
            #expect(try DiffFixture.engine.diff(fixture.old, new, every: .domain).isEmpty)
            #expect(try DiffFixture.engine.diff(fixture.old, new, every: .host).isEmpty)
            try DiffFixture.engine.diffRows(fixture.old, new, [], kinds: Set(ChangeKind.allCases)) { _ in
                Issue.record("a change")
            }
        }
    }

    @Test func leavesInternalLinksOutUnlessAskedFor() throws {
        let fixture = try DiffFixture(
            [link("a.com/", "www.a.com/", "x")], [link("a.com/", "www.a.com/", "x"), link("b.a.com/", "a.com/", "y")])
        #expect(try fixture.total(.backlinks).numbers == [0, 0, 0, 0, 0, 0, 0])
        let engine = Engine(Engine.Options(threads: 1, includeInternal: true))
        #expect(try fixture.wholeTotals(engine)[0].numbers == [1, 2, 1, 0, 0, 0, 0])
    }

    @Test func whatIsNotCoveredByBothIsUnknown() throws {
        let old = [
            link("a.com/", "known.com/", "x"), link("a.com/", "new.com/", "x"), link("b.com/", "half.com/", "x"),
            link("c.com/", "half.com/", "x"), link("c.com/", "known.com/", "x"),
        ]
        let new = [
            link("a.com/", "known.com/", "changed"), link("d.com/", "half.com/", "x"),
            link("e.com/", "known.com/", "x"),
            link("b.com/", "half.com/", "changed"),
        ]
        let fixture = try DiffFixture(
            old, new, oldCoverage: DiffFixture.covering(("known.com", .domain), ("new.com", .host)),
            newCoverage: DiffFixture.covering(("known.com", .host), ("half.com", .domain)))
        let totals = try fixture.wholeTotals()
        // Lost: c → known. New: e → known. Unknown: a → new.com and c → half.com gone, d → half.com come. Changes are
        // seen anywhere.
        #expect(totals[0].numbers == [5, 4, 1, 1, 2, 1, 2])
        // c is lost (it linked to known.com), e is new, d is unknown.
        #expect(totals[1].numbers == [3, 4, 1, 1, 0, 1, 0])
        #expect(totals[3].numbers == [3, 4, 1, 1, 0, 1, 0])
        #expect(try fixture.totals("half.com").map(\.unknown) == [2, 2, 2, 2])
        #expect(try fixture.totals("known.com")[0].numbers == [2, 2, 1, 1, 1, 0, 0])
    }

    @Test func aTargetCutShortIsNotCovered() throws {
        let fixture = try DiffFixture(
            [link("a.com/", "t.com/")], [],
            newCoverage: .targets([CoveredTarget(target: "t.com", mode: .domain, complete: false)]))
        #expect(try fixture.total(.backlinks).numbers == [1, 0, 0, 0, 0, 0, 1])
    }

    @Test func countsTargetsForThemselves() throws {
        let fixture = try DiffFixture(
            [link("a.com/", "t.com/"), link("a.com/", "www.t.com/p"), link("b.com/", "t.com/p")],
            [link("a.com/", "t.com/"), link("c.com/", "www.t.com/p"), link("c.com/", "t.com/p")])
        let targets = try [
            Target("t.com"), Target("t.com", mode: .host), Target("https://t.com/p"), Target("t.com/p", mode: .url),
            Target("nowhere.example"), Target("t.com"),
        ]
        let totals = try DiffFixture.engine.diffTotals(fixture.old, fixture.new, targets)
        #expect(totals.count == 24)
        let links = totals.filter { $0.level == .backlinks }
        #expect(links.map(\.target) == targets.map(\.text))
        #expect(
            links.map(\.numbers) == [
                [3, 3, 2, 2, 0, 0, 0], [2, 2, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0],
                [0, 0, 0, 0, 0, 0, 0], [3, 3, 2, 2, 0, 0, 0],
            ])
        let hosts = totals.filter { $0.level == .referringDomains }
        #expect(hosts[0].numbers == [2, 2, 1, 1, 0, 0, 0])
        #expect(hosts[1].numbers == [2, 2, 1, 1, 0, 0, 0])
        #expect(hosts[5].numbers == hosts[0].numbers)
    }

    @Test func comparesNumberedGraphs() throws {
        let store = try TestStore()
        let old = try store.add(edges: [(1, 2), (2, 3), (9, 10), (10, 2)], date: DiffFixture.oldDay)
        let new = try store.add(edges: [(1, 2), (2, 2), (100, 3), (10, 2), (11, 2)], date: DiffFixture.newDay)
        let totals = try DiffFixture.engine.diffTotals(old, new, [])
        #expect(totals.map(\.level) == [.backlinks, .referringPages])
        #expect(totals[0].numbers == [4, 5, 3, 2, 0, 0, 0])
        #expect(totals[1].numbers == [4, 5, 2, 1, 0, 0, 0])
        #expect(throws: EngineError.self) { try DiffFixture.engine.diff(old, new, every: .domain) }
        #expect(throws: EngineError.self) { try DiffFixture.engine.diffTotals(old, new, [Target("a.com")]) }
        var rows: [ChangedLink] = []
        try DiffFixture.engine.diffRows(old, new, [], kinds: [.new, .lost]) { rows.append($0) }
        #expect(rows.map(\.link.urlFrom) == ["2", "11", "2", "100", "9"])
        #expect(rows.map(\.link.urlTo) == ["2", "2", "3", "3", "10"])
        #expect(rows.map(\.kind) == [.new, .new, .lost, .new, .lost])
        #expect(rows.map(\.reasonLost) == [.none, .none, .linkRemoved, .none, .pageDropped])
        #expect(rows.allSatisfy { $0.inlinkRank == -1 && $0.domainInlinkRank == -1 })
    }

    @Test func refusesGraphsOfDifferentKinds() throws {
        let fixture = try DiffFixture([link("a.com/", "b.com/")], [])
        let numbers = try fixture.store.add(edges: [(1, 2)], date: DiffFixture.newDay, label: "numbers")
        #expect(throws: EngineError.self) { try DiffFixture.engine.diffTotals(fixture.old, numbers, []) }
    }
}
