import BacklinkClient
import Foundation
import LinkModel
import SnapshotStore
import Synchronization
import TestSupport
import Testing

@testable import SnapshotFetch

@Suite struct ExportFetchTests {
    private static let links = ["a.example": FetchFixture.links("a.example", 25)]

    private func source(
        fault: @escaping @Sendable (_ number: Int, _ call: String) throws -> Void = { _, _ in }
    ) throws -> ScriptedSource {
        let source = ScriptedSource(links: Self.links, fault: fault)
        try source.serveExport(of: Self.links["a.example", default: []])
        return source
    }

    @Test func theFileBecomesASnapshot() throws {
        let fixture = try FetchFixture()
        let source = try source()
        let report = try fixture.fetch(fixture.plan(["a.example"], method: .export), source)
        #expect(report.outcomes.map(\.result) == [.complete])
        #expect(
            source.sold.calls == [
                "queue a.example", "status task-a.example", "status task-a.example", "download https://files/x.csv.gz",
            ])
        let manifest = try fixture.manifest()
        #expect(manifest.counts.links == 25 && manifest.provenance.endpoint == "download-all-backlinks")
        // The same rows as pages have, so the same links.
        let raw = try FetchFixture()
        try raw.fetch(raw.plan(["a.example"]), ScriptedSource(links: Self.links))
        #expect(try raw.columns() == fixture.columns())
    }

    /// Killed anywhere: the order is not given twice.
    @Test(arguments: 2...4) func aKilledFetchKeepsItsTask(_ kill: Int) throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"], method: .export)
        let dying = try source { number, _ in if number == kill { throw ScriptedSource.Killed() } }
        #expect(throws: ScriptedSource.Killed.self) { try fixture.fetch(plan, dying) }
        let source = try source()
        #expect(try fixture.fetch(plan, source).error == nil)
        #expect(!source.sold.calls.contains { $0.hasPrefix("queue") })
        #expect(fixture.said.lines == ["resumed: 1 ordered export, not bought again"])
    }

    @Test func aForgottenTaskIsOrderedAnew() throws {
        let fixture = try FetchFixture()
        let source = try source()
        source.taskStatuses.withLock { $0.insert(ScriptedSource.task("task id is unknown or deleted"), at: 0) }
        let report = try fixture.fetch(fixture.plan(["a.example"], method: .export), source)
        #expect(report.outcomes[0].result == .complete)
        #expect(source.sold.calls.count { $0.hasPrefix("queue") } == 2)
        #expect(fixture.said.text.contains("ordered anew"))
    }

    @Test func anExportThatIsNeverReadyIsKept() throws {
        let fixture = try FetchFixture()
        let source = try source()
        source.taskStatuses.withLock { $0 = [ScriptedSource.task("processing", id: "x")] }
        let plan = try fixture.plan(["a.example"], method: .export)
        let report = try fixture.fetch(plan, source)
        #expect(report.outcomes[0].result == .stopped)
        #expect(report.error?.kind == .tryAgain)
        #expect(report.error?.description.contains("run the same command again later") == true)
        #expect(try fixture.leftovers().count == 1 && fixture.snapshotCount() == 0)
        // Waits grow: an hour isn't thousands of requests.
        #expect(source.sold.requests < 100)
        let later = try self.source()
        #expect(try fixture.fetch(plan, later).error == nil)
        #expect(!later.sold.calls.contains { $0.hasPrefix("queue") })
    }

    /// An order is charged to the budget until its file is there, in later runs too.
    @Test func anOpenOrderCountsAgainstTheBudget() throws {
        let fixture = try FetchFixture()
        let links = [
            "a.example": FetchFixture.links("a.example", 25), "b.example": FetchFixture.links("b.example", 25),
        ]
        let plan = try fixture.plan(["a.example", "b.example"], method: .export)
        for _ in 1...2 {
            let source = ScriptedSource(links: links) { _, call in
                if call.hasPrefix("status") {
                    throw ClientError(.network, provider: .seoPowerSuite, isRetryable: true, message: "no")
                }
            }
            let report = try fixture.fetch(plan, source) { $0.maxRows = 40 }
            #expect(report.outcomes.map(\.result) == [.stopped, .notFetched])
            #expect(!source.sold.calls.contains("queue b.example"))
            #expect(try fixture.snapshotCount() == 0)
        }
        let source = ScriptedSource(links: links)
        try source.serveExport(of: Self.links["a.example", default: []])
        let report = try fixture.fetch(plan, source) { $0.maxRows = 40 }
        #expect(report.outcomes.map(\.result) == [.complete, .notFetched])
        #expect(!source.sold.calls.contains { $0.hasPrefix("queue") })
    }

    /// Killed while the order was under way: the next run says that there may be one.
    @Test func anOrderOfWhichNothingIsKnownIsTold() throws {
        let fixture = try FetchFixture()
        let plan = try fixture.plan(["a.example"], method: .export)
        let dying = try source { _, _ in throw ScriptedSource.Killed() }
        #expect(throws: ScriptedSource.Killed.self) { try fixture.fetch(plan, dying) }
        let unsure = try source { _, _ in
            var error = ClientError(.network, "timeout")
            error.mayHaveBeenDone = true
            throw error
        }
        #expect(try fixture.fetch(plan, unsure).outcomes[0].result == .failed)
        #expect(fixture.said.lines.count { $0.contains("it may have been taken") } == 1)
        let refused = try source { _, _ in throw ClientError(.notFound, "no") }
        #expect(try fixture.fetch(plan, refused).outcomes[0].result == .failed)
        #expect(fixture.said.lines.count { $0.contains("it may have been taken") } == 2)
        #expect(try fixture.fetch(plan, source()).error == nil)
        #expect(fixture.said.lines.count { $0.contains("it may have been taken") } == 2)
    }

    @Test func aDeadlineEndsTheWaiting() throws {
        let fixture = try FetchFixture()
        let source = try source()
        source.taskStatuses.withLock { $0 = [ScriptedSource.task("processing", id: "x")] }
        let report = try fixture.fetch(fixture.plan(["a.example"], method: .export), source) { $0.deadlineSeconds = 20 }
        #expect(report.error?.kind == .tryAgain)
        #expect(report.error?.description.contains("--deadline") == true)
        #expect(source.sold.requests < 15)
    }

    /// The provider makes one export at a time.
    @Test func aRejectedOrderIsGivenAgain() throws {
        let fixture = try FetchFixture()
        let source = try source { number, call in
            if call.hasPrefix("queue"), number < 4 { throw ClientError(.rejected, "busy") }
        }
        let report = try fixture.fetch(fixture.plan(["a.example"], method: .export), source)
        #expect(report.outcomes[0].result == .complete)
        #expect(source.sold.calls.count { $0.hasPrefix("queue") } == 4)
        let always = try self.source { _, call in
            if call.hasPrefix("queue") { throw ClientError(.rejected, "busy") }
        }
        let refused = try fixture.fetch(fixture.plan(["a.example"], date: "2026-11-02", method: .export), always)
        #expect(refused.outcomes[0].result == .failed)
        #expect(refused.error?.description.contains("download-all-backlinks a.example") == true)
    }

    @Test func aFileThatIsNoTableIsAnErrorOfItsTargetOnly() throws {
        let good = try FetchFixture.export(Self.links["a.example", default: []])
        let wrong: [[UInt8]] = [
            [], Array("<html><body>Busy</body></html>".utf8), Array(good.dropLast(20)), [0x1F, 0x8B, 8, 0, 1, 2, 3],
        ]
        for file in wrong {
            let fixture = try FetchFixture()
            let source = try source()
            // Once broken, then whole: it is downloaded again.
            source.files.withLock { $0 = [file, good] }
            #expect(try fixture.fetch(fixture.plan(["a.example"], method: .export), source).error == nil)
            #expect(try fixture.manifest().counts.links == 25)
            source.files.withLock { $0 = [file] }
            let report = try fixture.fetch(
                fixture.plan(["a.example"], date: "2026-11-02", method: .export), source)
            #expect(report.outcomes[0].result == .failed && report.error?.kind == .badData)
            for word in ["seo-powersuite", "download-all-backlinks", "a.example", "--method raw"] {
                #expect(report.error?.description.contains(word) == true)
            }
        }
    }

    /// A file without an end is left, and nothing of it stays on the disk.
    @Test func aFileThatIsTooLargeIsLeft() throws {
        let fixture = try FetchFixture()
        let source = try source()
        let report = try fixture.fetch(fixture.plan(["a.example"], method: .export), source) {
            $0.downloadByteLimit = 100
        }
        #expect(report.outcomes[0].result == .failed && report.error?.kind == .badData)
        #expect(report.error?.description.contains("more than 100 bytes") == true)
        let left = try TemporaryDirectory.files(below: "\(fixture.store.path)/staging").keys
        #expect(!left.contains { $0.hasSuffix(".csv.gz") }, "\(left)")
    }

    @Test func aPageWithoutAnEndIsLeft() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let spool = try PageSpool(path: directory.path("page"), rowLimit: 3)
        let rows = FetchFixture.links("a.example", 4)
        for row in rows.dropLast() { try spool.receive(row) }
        #expect { try spool.receive(rows[3]) } throws: { ($0 as? FetchError)?.kind == .badData }
    }

    @Test func topIsNeverSaidToBeAll() throws {
        let fixture = try FetchFixture()
        var plan = try fixture.plan(["a.example"], method: .top)
        plan.topLimit = 10
        plan.orderBy = "inlink_rank"
        plan.perDomain = 3
        let source = ScriptedSource(links: Self.links)
        let report = try fixture.fetch(plan, source)
        #expect(source.sold.calls == ["top a.example 10 inlink_rank 3"])
        #expect(report.outcomes[0].result == .complete && report.outcomes[0].covers == .partial)
        let manifest = try fixture.manifest()
        #expect(manifest.coverage == .targets([CoveredTarget(target: "a.example", mode: .domain, complete: false)]))
        #expect(manifest.provenance.parameters["order_by"] == "inlink_rank")
    }
}
