import BacklinkClient
import BacklinkContracts
import Foundation
import LinkModel
import SnapshotImport
import SnapshotStore
import Synchronization
import TestSupport
import Testing

@testable import SnapshotFetch

@Suite struct FigureJobTests {
    /// A provider of figures: answers are numbers that the target's name gives.
    final class FigureSource: BacklinkSource {
        let provider: Provider
        private let fault: @Sendable (_ number: Int, _ call: String) throws -> Void
        private let state = Mutex<[String]>([])

        init(
            _ provider: Provider,
            fault: @escaping @Sendable (_ number: Int, _ call: String) throws -> Void = { _, _ in }
        ) {
            self.provider = provider
            self.fault = fault
        }

        var calls: [String] { state.withLock { $0 } }

        func redact(_ text: String) -> String { text }
        func withoutKey(_ bytes: [UInt8]) -> [UInt8]? { nil }

        private func begin(_ call: String) throws {
            let number = state.withLock { calls in
                calls.append(call)
                return calls.count
            }
            try fault(number, call)
        }

        func newLostBacklinks(bulk targets: [String], dateFrom: String?) throws -> [NewLostBacklinksItem] {
            try begin("backlinks \(targets.count) \(dateFrom ?? "")")
            // Not in the order of the request, and one is missing.
            return targets.reversed().filter { $0 != "missing.example" }.map {
                NewLostBacklinksItem(target: $0, newBacklinks: Int64($0.utf8.count), lostBacklinks: 1)
            }
        }

        func newLostReferringDomains(
            bulk targets: [String], dateFrom: String?
        ) throws -> [NewLostReferringDomainsItem] {
            try begin("refdomains \(targets.count) \(dateFrom ?? "")")
            return targets.map { NewLostReferringDomainsItem(target: $0, newReferringDomains: 4) }
        }

        func history(_ request: HistoryRequest) throws -> HistoryResult? {
            try begin("history \(request.target ?? "") \(request.dateFrom ?? "-") \(request.dateTo ?? "-")")
            if request.target == "missing.example" { return nil }
            var items = [HistoryItem(), HistoryItem()]
            items[0].date = "2026-10-01 00:00:00 +00:00"
            items[0].backlinks = 7
            items[1].date = "2026-11-01 00:00:00 +00:00"
            items[1].backlinks = 9
            items[1].rank = 500
            return HistoryResult(target: request.target, items: items)
        }

        func metrics(_ targets: [String], mode: String) throws -> [MetricsRow] {
            try begin("metrics \(targets.count) \(mode)")
            return targets.map { target in
                var row = MetricsRow()
                row.target = target
                row.backlinks = 5
                return row
            }
        }
    }

    private func plan(
        _ provider: Provider, _ targets: [String], _ kinds: [FigurePlan.Kind]? = nil
    ) throws -> FigurePlan {
        try FigurePlan(
            provider: provider, date: #require(Day("2026-11-01")), targets: targets.map { try FetchTarget($0) },
            kinds: kinds ?? FigurePlan.kinds(of: provider))
    }

    @discardableResult
    private func fetch(
        _ plan: FigurePlan, _ source: FigureSource, _ fixture: FetchFixture,
        _ change: (inout FetchOptions) -> Void = { _ in }
    ) throws -> FigureReport {
        var options = fixture.options(try fixture.plan(["a.example"]))
        change(&options)
        let report = try FigureJob(plan, source: source, options: options).run(into: fixture.store)
        try report.tidy()
        return report
    }

    @Test func figuresAreKeptWithTheirDays() throws {
        let fixture = try FetchFixture()
        let source = FigureSource(.dataForSEO)
        let report = try fetch(
            plan(.dataForSEO, ["a.example", "missing.example", "https://b.example/x"]), source, fixture)
        #expect(
            source.calls.sorted() == [
                "backlinks 3 2026-10-01", "history a.example - 2026-11-01", "history missing.example - 2026-11-01",
                "refdomains 3 2026-10-01",
            ])
        #expect(report.error == nil)
        let outcomes = report.outcomes.map { "\($0.target.text) \($0.kind.rawValue) \($0.result.rawValue)" }
        #expect(
            outcomes == [
                "a.example history complete", "a.example new-lost-backlinks complete",
                "a.example new-lost-refdomains complete",
                "missing.example history empty", "missing.example new-lost-backlinks empty",
                "missing.example new-lost-refdomains complete",
                "https://b.example/x new-lost-backlinks complete", "https://b.example/x new-lost-refdomains complete",
                "https://b.example/x history not fetched",
            ])
        let figures = try fixture.store.providerFigures()
        #expect(figures.count == 2 + 2 + 3)
        let history = figures.filter { $0.endpoint == "history" }
        #expect(history.map(\.date) == ["2026-10-01", "2026-11-01"])
        #expect(history.last?.values == ["backlinks": 9, "rank": 500])
        let changes = try #require(
            figures.first { $0.endpoint == "bulk_new_lost_backlinks" && $0.target == "a.example" })
        #expect(changes.values == ["new_backlinks": 9, "lost_backlinks": 1])
        #expect(changes.dateFrom == "2026-10-01" && changes.date == "2026-11-01" && changes.provider == "dataforseo")
        #expect(try fixture.leftovers() == [])
    }

    @Test func aThousandTargetsAreOneRequest() throws {
        let fixture = try FetchFixture()
        let source = FigureSource(.aisa)
        let names = (0..<2500).map { "t\($0).example" }
        let report = try fetch(plan(.aisa, names, [.newLostBacklinks]), source, fixture)
        #expect(source.calls.map { $0.split(separator: " ")[1] } == ["1000", "1000", "500"])
        #expect(report.outcomes.map(\.target.text) == names)
        #expect(try fixture.store.providerFigures().count == 2500)
    }

    @Test func anAnsweredRequestIsNotSentAgain() throws {
        for kill in 1...4 {
            let fixture = try FetchFixture()
            let plan = try plan(.dataForSEO, ["a.example", "b.example"])
            let dying = FigureSource(.dataForSEO) { number, _ in
                if number == kill { throw ScriptedSource.Killed() }
            }
            #expect(throws: ScriptedSource.Killed.self) { try fetch(plan, dying, fixture) }
            #expect(try fixture.store.providerFigures() == [])
            let source = FigureSource(.dataForSEO)
            try fetch(plan, source, fixture)
            #expect(source.calls.count == 5 - kill)
            #expect(try fixture.store.providerFigures().count == 8)
        }
    }

    @Test func aRefusalStopsAndKeeps() throws {
        let fixture = try FetchFixture()
        let plan = try plan(.dataForSEO, ["a.example", "b.example"])
        let report = try fetch(
            plan,
            FigureSource(.dataForSEO) { number, _ in if number > 1 { throw ClientError(.paymentRequired, "no") } },
            fixture)
        #expect(report.error?.kind == .notPermitted)
        #expect(try fixture.store.providerFigures() == [] && fixture.leftovers().count == 1)
        let source = FigureSource(.dataForSEO)
        #expect(throws: FetchError.self) { try fetch(self.plan(.dataForSEO, ["c.example"]), source, fixture) }
        #expect(try fetch(plan, source, fixture).error == nil)
        #expect(source.calls.count == 3)
        // Another address: what is stored is none of its figures.
        var elsewhere = plan
        elsewhere.baseURL = "http://127.0.0.1:1"
        #expect(throws: ScriptedSource.Killed.self) {
            try fetch(
                elsewhere, FigureSource(.dataForSEO) { number, _ in if number > 2 { throw ScriptedSource.Killed() } },
                fixture)
        }
        try fetch(elsewhere, source, fixture) { $0.restart = true }
        #expect(
            fixture.said.text.contains("thrown away: dataforseo figures of 2 targets, 2 answers paid for"),
            "\(fixture.said.text)")
    }

    /// One batch fails and the others are stored: the next run asks for that one, and stores it.
    @Test func whatWasMissingIsBoughtAndStored() throws {
        for isTidied in [true, false] {
            let fixture = try FetchFixture()
            let plan = try plan(.dataForSEO, ["a.example", "b.example"])
            let options = fixture.options(try fixture.plan(["a.example"]))
            func run(_ source: FigureSource) throws -> FigureReport {
                let report = try FigureJob(plan, source: source, options: options).run(into: fixture.store)
                // With links that are not there yet, nothing is tidied.
                if isTidied { try report.tidy() } else { report.folder.release() }
                return report
            }
            let failing = FigureSource(.dataForSEO) { _, call in
                if call.hasPrefix("backlinks") { throw ClientError(.unavailable, "503") }
            }
            #expect(try run(failing).error?.kind == .tryAgain)
            #expect(try fixture.store.providerFigures().count == 6 && fixture.leftovers().count == 1)
            let source = FigureSource(.dataForSEO)
            #expect(try run(source).error == nil)
            #expect(source.calls.count == 1)
            #expect(try fixture.store.providerFigures().count == 8)
            #expect(try fixture.leftovers().isEmpty == isTidied)
        }
    }

    /// Killed between the file of figures and the line that says so: the next run finds them there.
    @Test func figuresAreStoredOnce() throws {
        for failingCall in ["nothing", "refdomains"] {
            let fixture = try FetchFixture()
            let plan = try plan(.dataForSEO, ["a.example", "b.example"])
            let options = fixture.options(try fixture.plan(["a.example"]))
            func run(_ source: FigureSource) throws {
                try FigureJob(plan, source: source, options: options).run(into: fixture.store).folder.release()
            }
            try run(
                FigureSource(.dataForSEO) { _, call in
                    if call.hasPrefix(failingCall) { throw ClientError(.unavailable, "503") }
                })
            let journal = "\(fixture.store.path)/staging/\(try #require(fixture.leftovers().first))/journal"
            var lines = try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
            #expect(lines.removeLast().contains(#""kind":"stored""#))
            try (lines.joined(separator: "\n") + "\n").write(toFile: journal, atomically: false, encoding: .utf8)
            // As if the first run had been earlier: the time of the answer counts, not that of the file.
            let first = try fixture.store.providerFigureFiles().flatMap(\.figures)
            try run(FigureSource(.dataForSEO))
            let files = try fixture.store.providerFigureFiles()
            #expect(files.count == (failingCall == "nothing" ? 1 : 2))
            let all = files.flatMap(\.figures)
            #expect(all.count == 8 && Set(all).count == 8)
            #expect(Array(all.prefix(first.count)) == first)
        }
    }

    @Test func whatTheStoreHasIsNotBoughtAgain() throws {
        let fixture = try FetchFixture()
        let source = FigureSource(.dataForSEO)
        try fetch(plan(.dataForSEO, ["a.example"]), source, fixture)
        #expect(source.calls.count == 3)
        let again = try fetch(plan(.dataForSEO, ["a.example"]), source, fixture)
        #expect(source.calls.count == 3 && again.requestCount == 0)
        #expect(again.outcomes.map(\.result) == [.complete, .complete, .complete])
        #expect(again.outcomes.map(\.figureCount) == [2, 1, 1])
        #expect(again.outcomes.allSatisfy { $0.note.hasPrefix("already there, fetched 2") })
        // Only what is new is asked for; another period is another question.
        try fetch(plan(.dataForSEO, ["a.example", "b.example"]), source, fixture)
        #expect(source.calls.suffix(3).allSatisfy { !$0.contains("a.example") && !$0.contains(" 2 ") })
        var longer = try plan(.dataForSEO, ["a.example"])
        longer.dateFrom = Day("2026-01-01")
        try fetch(longer, source, fixture)
        #expect(source.calls.count == 9)
        try fetch(longer, source, fixture) { $0.restart = true }
        #expect(source.calls.count == 12)
    }

    @Test func aBudgetEndsBetweenRequests() throws {
        let fixture = try FetchFixture()
        let json = """
            {"providers": {"dataforseo": {"currency": "USD", "commands": {
              "history": {"per_request": 1}, "bulk_new_lost_backlinks": {"per_request": 1, "per_row": 0.5},
              "bulk_new_lost_referring_domains": {"per_request": 1, "per_row": 0.5}}}}}
            """
        let prices = try PriceTable(json: Array(json.utf8), name: "p").prices(of: .dataForSEO, for: ["history"])
        let source = FigureSource(.dataForSEO)
        let report = try fetch(plan(.dataForSEO, ["a.example", "b.example"]), source, fixture) {
            $0.prices = prices
            $0.maxCost = Money(4.5)
        }
        #expect(source.calls.count == 3 && report.cost == Money(4))
        #expect(report.error == nil)
        #expect(report.outcomes.count { $0.result == .notFetched } == 2)
    }

    @Test func metricsAreAskedForByMode() throws {
        let fixture = try FetchFixture()
        let source = FigureSource(.seoPowerSuite)
        try fetch(plan(.seoPowerSuite, ["a.example", "https://a.example/x", "b.example"], [.metrics]), source, fixture)
        #expect(source.calls.sorted() == ["metrics 1 url", "metrics 2 domain"])
        #expect(
            try fixture.store.providerFigures().map(\.mode).sorted { ($0 ?? "") < ($1 ?? "") } == [
                "domain", "domain", "url",
            ])
    }

    @Test func whatAProviderLacksIsRefused() throws {
        #expect(throws: FetchError.self) { try plan(.seoPowerSuite, ["a.example"], [.history]) }
        #expect(throws: FetchError.self) { try plan(.aisa, ["a.example"], [.metrics]) }
    }
}
