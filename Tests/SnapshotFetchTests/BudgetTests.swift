import BacklinkClient
import Foundation
import LinkModel
import SnapshotStore
import Synchronization
import TestSupport
import Testing

@testable import SnapshotFetch

@Suite struct BudgetTests {
    private static let links = Dictionary(
        uniqueKeysWithValues: ["a.example", "b.example", "c.example"].map { ($0, FetchFixture.links($0, 25)) })
    private static let targets = ["a.example", "b.example", "c.example"]

    private static func prices(perRequest: Double = 0.5, perRow: Double = 0.1) throws -> PriceTable.ProviderPrices {
        let json = """
            {"providers": {"seo-powersuite": {"currency": "EUR", "commands": {
              "get-raw-backlinks": {"per_request": \(perRequest), "per_row": \(perRow)},
              "download-all-backlinks": {"per_row": \(perRow)}, "get-metrics": {"per_request": 1}}}}}
            """
        return try PriceTable(json: Array(json.utf8), name: "prices").prices(
            of: .seoPowerSuite, for: ["get-raw-backlinks"])
    }

    /// 37 rows: 25 of the first target, 12 of the second, the last page shrunk to what is left.
    @Test func rowsAreHeldToTheLast() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links)
        let report = try fixture.fetch(fixture.plan(Self.targets), source) { $0.maxRows = 37 }
        #expect(report.error == nil)
        #expect(report.outcomes.map(\.result) == [.complete, .cut, .notFetched])
        #expect(report.outcomes.map(\.rowCount) == [25, 12, 0])
        #expect(report.outcomes.map(\.covers) == [.complete, .partial, .none])
        #expect(source.sold.rows == 37)
        #expect(
            try fixture.manifest().coverage
                == .targets([
                    CoveredTarget(target: "a.example", mode: .domain, complete: true),
                    CoveredTarget(target: "b.example", mode: .domain, complete: false),
                ]))
    }

    @Test(arguments: [0.0, 0.5, 0.59, 0.6, 1.7, 5.0, 8.4, 11.5, 1000])
    func moneyIsHeldToTheLast(_ most: Double) throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links)
        let report = try fixture.fetch(fixture.plan(Self.targets), source) {
            $0.prices = try? Self.prices()
            $0.maxCost = Money(most)
        }
        let spent = report.outcomes.reduce(Money.zero) { $0 + ($1.cost ?? .zero) }
        #expect(spent.amount <= most + 1e-9)
        #expect(abs(spent.amount - 0.5 * Double(source.sold.requests) - 0.1 * Double(source.sold.rows)) < 1e-6)
        // One more row would not have fitted, unless everything is there.
        if source.sold.rows < 75 { #expect(spent.amount + 0.6 > most + 1e-9) }
        if most < 0.6 {
            #expect(report.error?.kind == .usage)
            #expect(try fixture.snapshotCount() == 0 && fixture.leftovers() == [])
        }
        if most == 1000 { #expect(report.outcomes.allSatisfy { $0.result == .complete }) }
    }

    /// Many connections share one budget: what they set aside never exceeds it, and none is cut while there is some left.
    @Test func connectionsShareTheBudget() throws {
        for most in [26, 37, 74, 75] {
            let fixture = try FetchFixture()
            let source = ScriptedSource(links: Self.links)
            try fixture.fetch(fixture.plan(Self.targets), source) {
                $0.maxRows = most
                $0.connections = 4
            }
            #expect(source.sold.rows == most)
        }
    }

    /// What an earlier run spent counts.
    @Test func theBudgetIsOfTheWholeFetch() throws {
        let fixture = try FetchFixture()
        let dying = ScriptedSource(links: Self.links) { number, _ in if number == 3 { throw ScriptedSource.Killed() } }
        #expect(throws: ScriptedSource.Killed.self) { try fixture.fetch(fixture.plan(Self.targets), dying) }
        let source = ScriptedSource(links: Self.links)
        let report = try fixture.fetch(fixture.plan(Self.targets), source) { $0.maxRows = 23 }
        #expect(report.outcomes.map(\.result) == [.cut, .notFetched, .notFetched])
        #expect(source.sold.rows == 3)
        #expect(try fixture.manifest().counts.links == 23)
    }

    /// An export can't be cut: it is ordered only when its count fits.
    @Test func anExportIsOrderedWholeOrNot() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links)
        try source.serveExport(of: Self.links["a.example", default: []])
        let report = try fixture.fetch(fixture.plan(["a.example", "b.example"], method: .export), source) {
            $0.maxRows = 40
        }
        #expect(report.outcomes.map(\.result) == [.complete, .notFetched])
        #expect(report.outcomes[1].note.contains("about 25 rows"))
        #expect(source.sold.calls.filter { $0.hasPrefix("queue") } == ["queue a.example"])
    }

    /// A provider may say any number; without a price for a row the budget of money would set it all aside.
    @Test(arguments: [Int64.max, 1_000_000_000_001, -1, .min])
    func aCountThatNoIndexHasIsBadData(_ count: Int64) throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links)
        source.claimedCount.withLock { $0 = count }
        let plan = try fixture.plan(["a.example", "b.example"], method: .export)
        // The second run finds nothing in the journal that it can't go on from.
        for _ in 1...2 {
            let report = try fixture.fetch(plan, source) {
                $0.prices = try? Self.prices(perRow: 0)
                $0.maxCost = Money(100)
            }
            #expect(report.outcomes.map(\.result) == [.failed, .failed])
            #expect(report.error?.kind == .badData)
            #expect(
                report.error?.description.contains("names \(count) backlinks where a number from 0 to 1000000000000")
                    == true)
        }
        #expect(!source.sold.calls.contains { $0.hasPrefix("queue") })
    }

    /// The greatest count that is believed, of many targets at once.
    @Test func theGreatestCountsAreHeld() throws {
        let fixture = try FetchFixture()
        let source = ScriptedSource(links: Self.links)
        source.claimedCount.withLock { $0 = Int64(OutsideCount.range.upperBound) }
        try source.serveExport(of: Self.links["a.example", default: []])
        let report = try fixture.fetch(fixture.plan(Self.targets, method: .export), source) {
            $0.prices = try? Self.prices(perRow: 0)
            $0.maxCost = Money(100)
            $0.connections = 3
        }
        #expect(report.outcomes.count { $0.result == .failed } == 0)
    }

    /// What was set aside or spent is never more than the largest integer, and what is left never less than nothing.
    @Test func sumsOfABudgetDoNotOverflow() throws {
        let money = FetchBudget(prices: try Self.prices(perRequest: 0, perRow: 0), maxRows: nil, maxCost: Money(1))
        let grants = (1...3).compactMap { _ in money.grant("get-raw-backlinks", rows: .max) }
        #expect(grants.map(\.rowCount) == [Int](repeating: OutsideCount.range.upperBound, count: 3))
        for grant in grants { money.settle(grant, rows: .max) }
        let rows = FetchBudget(prices: nil, maxRows: .max, maxCost: nil)
        for _ in 1...3 { rows.spend(rows: .max, cost: Money(billionths: .max)) }
        #expect(rows.grant("get-raw-backlinks", rows: 1) == nil)
    }

    @Test func amountsAreExact() {
        #expect(Money(0.0203)?.description == "0.0203")
        #expect(Money(12)?.description == "12")
        #expect(Money(-1) == nil && Money(.infinity) == nil && Money(.nan) == nil)
        #expect((Money(billionths: 30_000) * 10 + Money(billionths: 20_000_000)).description == "0.0203")
        #expect((Money(billionths: .max) * 3).billionths == .max)
        #expect((Money(billionths: -2) - Money(billionths: .max)).billionths == .min)
        #expect(Money(1e-10) == nil && Money(0) == .zero)
    }

    @Test func theExampleOfAPriceTableIsOne() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("data/prices.example.json")
        let table = try PriceTable(json: Array(Data(contentsOf: path)), name: "data/prices.example.json")
        for provider in Provider.allCases {
            let prices = try table.prices(of: provider, for: FigurePlan.kinds(of: provider).map(\.endpoint))
            #expect(!prices.currency.isEmpty)
        }
        let bulk = try table.prices(of: .dataForSEO, for: ["bulk_new_lost_backlinks"]).commands
        #expect(bulk["bulk_new_lost_backlinks"]?.cost(rows: 10) == Money(0.0203))
    }

    @Test(arguments: [
        "", "{}", "[1]", "{\"providers\": {\"x\": {\"currency\": \"\", \"commands\": {}}}}",
        "{\"providers\": {\"aisa\": {\"currency\": \"\", \"commands\": {\"history\": {\"per_row\": -1}}}}}",
    ])
    func whatIsNoPriceTableSaysSo(_ text: String) {
        #expect { try PriceTable(json: Array(text.utf8), name: "p.json") } throws: {
            ($0 as? FetchError)?.kind == .badData && "\($0)".hasPrefix("p.json")
        }
    }

    @Test func aWrongPriceIsNamed() {
        let wrong = "{\"providers\": {\"aisa\": {\"currency\": \"\", \"commands\": {\"history\": {\"per_row\": -1}}}}}"
        for (text, words) in [(wrong, "aisa history per_row: expected a number from 0 to"), ("{,}", "byte 1")] {
            #expect { try PriceTable(json: Array(text.utf8), name: "p.json") } throws: { "\($0)".contains(words) }
        }
    }

    @Test func anEstimateSendsNothing() throws {
        let fixture = try FetchFixture()
        var options = fixture.options(try fixture.plan(Self.targets))
        options.prices = try Self.prices()
        let known: (FetchTarget) -> FetchEstimate.Known? = { $0.text == "c.example" ? nil : (25, "snapshot x") }
        let two = FetchEstimate.of(try fixture.plan(["a.example", "b.example"]), options, known: known)
        #expect(two.lines.map(\.requestCount) == [3, 3])
        #expect(two.total.rowCount == 50 && two.total.cost == Money(8))
        let three = FetchEstimate.of(try fixture.plan(Self.targets), options, known: known)
        #expect(three.lines[2].rowCount == nil && three.total.rowCount == nil && three.total.cost == nil)
        let sum = FetchEstimate.total(of: [two, two], options)
        #expect(sum.rowCount == 100 && sum.cost == Money(16) && sum.target == "total")
        options.maxRows = 40
        let limited = FetchEstimate.of(try fixture.plan(Self.targets), options, known: known)
        #expect(limited.total.rowCount == 40 && limited.total.basis == "at most, by --max-rows")
        #expect(
            FetchEstimate.of(try fixture.plan(["a.example"], method: .top), options, known: known).lines[0].rowCount
                == 25)
    }
}
