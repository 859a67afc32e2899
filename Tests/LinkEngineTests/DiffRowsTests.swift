import LinkEngine
import LinkModel
import SnapshotStore
import TestSupport
import Testing

/// One line for a changed link: "changed old → new", "new anchor", "lost anchor".
private func summary(_ row: ChangedLink) -> String {
    func text(_ link: LinkRow) -> String {
        "\(link.anchor ?? "-")\(link.flags.contains(.image) ? "+image" : "")\(link.flags.contains(.nofollow) ? "+nofollow" : "")"
    }
    guard let oldLink = row.oldLink else { return "\(row.kind) \(text(row.link))" }
    return "\(row.kind) \(text(oldLink)) → \(text(row.link))"
}

@Suite struct DiffRowsTests {
    /// Links between one pair of pages, each (anchor, flags, image source).
    private func changes(
        _ old: [(String?, LinkFlags, String?)], _ new: [(String?, LinkFlags, String?)]
    ) throws -> [String] {
        let rows = { (links: [(String?, LinkFlags, String?)]) in
            links.map { link("a.com/", "t.com/", $0.0, $0.1, image: $0.2) }
        }
        return try DiffFixture(rows(old), rows(new)).rows().map(summary)
    }

    @Test func identicalRowsAreTheSameLink() throws {
        #expect(try changes([("x", [], nil), ("y", [], nil)], [("y", [], nil), ("x", [], nil)]) == [])
        // The second x stays, whatever else happens.
        #expect(
            try changes([("x", [], nil), ("x", .nofollow, nil)], [("x", .nofollow, nil)]) == ["lost x"])
    }

    @Test func anyOtherAttributeIsAChange() throws {
        #expect(try changes([("x", [], nil)], [("x", .nofollow, nil)]) == ["changed x → x+nofollow"])
        #expect(try changes([("x", [], nil)], [("x", .ugc, nil)]) == ["changed x → x"])
        #expect(try changes([("x", [], nil)], [("y", [], nil)]) == ["changed x → y"])
        #expect(try changes([(nil, [], nil)], [("", [], nil)]) == ["changed - → "])
        #expect(try changes([("x", .image, "1.png")], [("x", .image, "2.png")]) == ["changed x+image → x+image"])
        #expect(try changes([("x", [], nil)], [("x", .image, nil)]) == ["changed x → x+image"])
    }

    @Test func rowsThatAreAlikeArePairedFirst() throws {
        // "b" stays "b" although it is nofollow now, so "a" turns into "c".
        #expect(
            try changes([("a", [], nil), ("b", [], nil)], [("b", .nofollow, nil), ("c", [], nil)])
                == ["changed b → b+nofollow", "changed a → c"])
        // Equal anchors without equal image flags aren't alike.
        #expect(
            try changes([("a", [], nil), ("b", .image, nil)], [("a", .image, nil), ("b", [.image, .ugc], nil)])
                == ["changed a → a+image", "changed b+image → b+image"])
    }

    @Test func theSurplusIsNewOrLost() throws {
        #expect(
            try changes([("a", [], nil)], [("b", [], nil), ("c", [], nil), ("a", [], nil)]) == ["new b", "new c"])
        // In stored order: a with b; c is left.
        #expect(try changes([("a", [], nil), ("c", [], nil)], [("b", [], nil)]) == ["changed a → b", "lost c"])
        #expect(
            try changes([("m", [], nil)], [("z", [], nil), ("m", .image, nil)]) == ["changed m → m+image", "new z"])
    }

    @Test func otherTypesAreOtherLinks() throws {
        let fixture = try DiffFixture(
            [link("a.com/", "t.com/", "x")], [link("a.com/", "t.com/", "x", type: .redirect)])
        let rows = try fixture.rows()
        #expect(rows.map(\.kind) == [.lost, .new])
        #expect(rows.map(\.link.type) == [.href, .redirect])
    }

    @Test func saysWhyALinkIsLost() throws {
        let fixture = try DiffFixture(
            [
                link("a.com/", "t.com/"), link("b.com/", "t.com/"), link("c.com/", "t.com/", type: .redirect),
                link("d.com/", "t.com/"),
            ],
            // d.com/ is a destination only: nobody has read it.
            [link("a.com/", "else.com/"), link("x.com/", "d.com/")])
        let lost = try fixture.rows(kinds: [.lost])
        #expect(lost.map(\.link.urlFrom) == ["https://a.com/", "https://b.com/", "https://c.com/", "https://d.com/"])
        #expect(lost.map(\.reasonLost) == [.linkRemoved, .pageDropped, .linkRemoved, .pageDropped])
        // The same when only the target's pages are looked up.
        let targets = [try Target("t.com")]
        #expect(try fixture.rows(targets, kinds: [.lost]) == lost)
        #expect(try fixture.rows(kinds: [.new]).allSatisfy { $0.reasonLost == .none })
    }

    @Test func datesNewLinksByFirstSeen() throws {
        let (old, new) = (DiffFixture.oldDay, DiffFixture.newDay)
        let fixture = try DiffFixture(
            [link("z.com/", "t.com/", "gone", seen: new.number - 3), link("y.com/", "t.com/", "x", seen: 1)],
            [
                link("a.com/", "t.com/", seen: old.number), link("b.com/", "t.com/", seen: old.number + 1),
                link("c.com/", "t.com/", seen: new.number), link("d.com/", "t.com/", seen: new.number + 1),
                link("e.com/", "t.com/"), link("y.com/", "t.com/", "y", seen: new.number - 5),
            ])
        let rows = try fixture.rows()
        #expect(rows.map(\.kind) == [.new, .new, .new, .new, .new, .changed, .lost])
        #expect(rows.map(\.date) == [new, old.adding(days: 1), new, new, new, new, new])
    }

    @Test func rowsComeInStoredOrderAndOnce() throws {
        let fixture = try DiffFixture(
            [],
            [
                link("b.com/", "t.com/"), link("a.com/", "t.com/p"), link("a.com/", "sub.t.com/"),
                link("a.com/", "s.com/"), link("a.com/", "t.com/"),
            ])
        #expect(
            try fixture.rows().map { $0.link.urlFrom + " " + $0.link.urlTo } == [
                "https://a.com/ https://s.com/", "https://a.com/ https://t.com/", "https://b.com/ https://t.com/",
                "https://a.com/ https://t.com/p", "https://a.com/ https://sub.t.com/",
            ])
        let targets = try [
            Target("sub.t.com"), Target("t.com"), Target("https://t.com/p"), Target("t.com", mode: .host),
        ]
        #expect(try fixture.rows(targets).count == 4)
    }

    @Test func unknownRowsAreNeitherNewNorLost() throws {
        let fixture = try DiffFixture(
            [link("a.com/", "t.com/")], [link("b.com/", "t.com/", seen: DiffFixture.newDay.number - 1)],
            newCoverage: DiffFixture.covering(("u.com", .domain)))
        let rows = try fixture.rows()
        #expect(rows.map(\.kind) == [.unknown, .unknown])
        #expect(rows.map(\.reasonLost) == [.none, .none])
        #expect(rows.map(\.date) == [DiffFixture.newDay, DiffFixture.newDay])
        #expect(try fixture.rows(kinds: [.new, .lost, .changed]).isEmpty)
    }

    @Test func ranksAreThoseOfTheSnapshotTheRowIsFrom() throws {
        let fixture = try DiffFixture(
            [link("a.com/", "t.com/"), link("b.com/", "a.com/")], [link("c.com/", "t.com/"), link("a.com/", "x.com/")])
        let engine = DiffFixture.engine
        let rows = try fixture.rows([Target("t.com")])
        #expect(rows.map(\.kind) == [.lost, .new])
        let old = try engine.inlinkRanks(fixture.old, urls: ["https://a.com/"])[0]
        let new = try engine.inlinkRanks(fixture.new, urls: ["https://c.com/"])[0]
        #expect(rows.map(\.inlinkRank) == [old.inlinkRank, new.inlinkRank])
        #expect(rows.map(\.domainInlinkRank) == [old.domainInlinkRank, new.domainInlinkRank])
        #expect(old.inlinkRank > new.inlinkRank)
    }
}
