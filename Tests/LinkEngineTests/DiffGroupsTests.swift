import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

@Suite struct DiffGroupsTests {
    @Test func countsEveryDomainAndHost() throws {
        let fixture = try DiffFixture(
            [
                link("a.com/", "t.com/", "x"), link("a.com/", "www.t.com/", "x"), link("b.com/", "u.com/", "x"),
                link("www.b.com/", "u.com/", "x"), link("c.com/", "same.com/", "x"), link("t.com/", "www.t.com/", "in"),
            ],
            [
                link("a.com/", "t.com/", "y"), link("d.com/", "t.com/", "x"), link("d.com/2", "t.com/", "x"),
                link("b.com/", "u.com/", "x"), link("c.com/", "same.com/", "x"), link("c.com/", "z.org/", "x"),
            ])
        let domains = try DiffFixture.engine.diff(fixture.old, fixture.new, every: .domain)
        #expect(domains.map(\.target) == ["t.com", "u.com", "z.org"])
        #expect(
            domains.map(\.numbers) == [[2, 1, 1, 1, 0, 1, 0], [0, 1, 0, 0, 1, 0, 0], [1, 0, 0, 1, 0, 1, 0]])
        let hosts = try DiffFixture.engine.diff(fixture.old, fixture.new, every: .host)
        #expect(hosts.map(\.target) == ["t.com", "u.com", "www.t.com", "z.org"])
        #expect(hosts[0].numbers == [2, 0, 1, 1, 0, 1, 0])
        #expect(hosts[2].numbers == [0, 1, 0, 0, 1, 0, 1])
    }

    @Test func putsScatteredDomainsTogether() throws {
        // s3.amazonaws.com is a public suffix: its sites lie between the hosts of amazonaws.com.
        let fixture = try DiffFixture(
            [link("a.com/", "amazonaws.com/"), link("b.com/", "shop.s3.amazonaws.com/")],
            [
                link("a.com/", "amazonaws.com/"), link("a.com/", "zone.amazonaws.com/"),
                link("b.com/", "amazonaws.com/"),
                link("b.com/", "zone.amazonaws.com/"), link("c.com/", "shop.s3.amazonaws.com/"),
            ])
        let domains = try DiffFixture.engine.diff(fixture.old, fixture.new, every: .domain)
        #expect(domains.map(\.target) == ["amazonaws.com", "shop.s3.amazonaws.com"])
        // a.com links to one host of amazonaws.com before, b.com to none.
        #expect(domains.map(\.numbers) == [[3, 0, 0, 1, 0, 1, 0], [1, 1, 0, 1, 1, 1, 1]])
    }

    @Test func reportsOnlyWhatBothCover() throws {
        let covered = DiffFixture.covering(("t.com", .host))
        let fixture = try DiffFixture(
            [link("a.com/", "t.com/"), link("b.com/", "sub.t.com/"), link("c.com/", "u.com/", "x")],
            [link("b.com/", "t.com/"), link("c.com/", "u.com/", "y"), link("d.com/", "u.com/")], newCoverage: covered)
        let domains = try DiffFixture.engine.diff(fixture.old, fixture.new, every: .domain)
        // b.com linked to t.com's domain before; d.com → u.com isn't known to be new, c.com's change is seen.
        #expect(domains.map(\.target) == ["t.com", "u.com"])
        #expect(domains.map(\.numbers) == [[1, 1, 0, 0, 1, 0, 1], [0, 0, 1, 0, 0, 0, 0]])
    }

    @Test func agreesWithTotalsAndWithAnyThreads() throws {
        // Several parts: more rows than parts have.
        let seed: UInt64 = 0x00D1_FF01
        var random = SeededRandom(seed: seed)
        func rows() -> [LinkRow] {
            (0..<4_000).map { _ in
                link(
                    "s\(random.below(40)).h\(random.below(300)).org/\(random.below(3))",
                    "\(random.chance(1, in: 2) ? "www." : "")t\(random.below(60)).com/\(random.below(20))",
                    "anchor \(random.below(2))")
            }
        }
        let fixture = try DiffFixture(rows(), rows())
        let alone = try DiffFixture.engine.diff(fixture.old, fixture.new, every: .domain)
        let engine = Engine(Engine.Options(threads: 5))
        #expect(try engine.diff(fixture.old, fixture.new, every: .domain) == alone, "seed \(seed)")
        #expect(try engine.diffTotals(fixture.old, fixture.new, []) == fixture.wholeTotals(), "seed \(seed)")
        for group in alone.prefix(10) {
            let totals = try fixture.totals(group.target)
            let expected = [
                totals[0].new, totals[0].lost, totals[0].changed, totals[2].new, totals[2].lost, totals[3].new,
                totals[3].lost,
            ]
            #expect(group.numbers == expected, "\(group.target), seed \(seed)")
        }
    }
}
