import BacklinkContracts
import Testing

@Suite struct RequestTests {
    private static let full = SEOPowerSuiteRequest(
        command: .getNewLostBacklinks, targets: ["a.example"], mode: "domain", limit: 5, orderBy: "inlink_rank",
        perDomain: 2, newLostType: "new", dateFrom: "2025-01-01", dateTo: "2025-02-01", linkType: "href",
        anchorType: "text", dofollow: "nofollow", urlFrom: "b.example", next: "a/_=", taskID: "T1", output: "xml")

    @Test func whatAClientSendsAServerReads() throws {
        #expect(
            try SEOPowerSuiteRequest(command: .getNewLostBacklinks, queryItems: Self.full.queryItems) == Self.full)
        #expect(
            try SEOPowerSuiteRequest(
                command: .getNewLostBacklinks, body: Self.full.postBody, queryItems: Self.full.postQueryItems)
                == Self.full)
        let batch = SEOPowerSuiteRequest(command: .getMetrics, targets: ["a.example", "https://b.example/?x=1"])
        #expect(try SEOPowerSuiteRequest(command: .getMetrics, queryItems: batch.queryItems) == batch)
        #expect(try SEOPowerSuiteRequest(command: .getMetrics, body: batch.postBody) == batch)
        for request in [BulkRequest(targets: ["a", "b"], dateFrom: "2025-01-01", tag: "t"), BulkRequest(targets: [])] {
            #expect(try BulkRequest(wire: request.wire) == request)
            #expect(request.body == .list([request.wire]))
        }
        let history = HistoryRequest(target: "a.example", dateTo: "2025-01-01", rankScale: "one_hundred")
        #expect(try HistoryRequest(wire: history.wire) == history)
    }

    /// The vendor's own clients send null for what isn't set.
    @Test func emptyIsNotGiven() throws {
        let items = [("target", ""), ("mode", ""), ("limit", ""), ("next", ""), ("target", "a"), ("other", "x")]
        #expect(
            try SEOPowerSuiteRequest(command: .getMetrics, queryItems: items)
                == SEOPowerSuiteRequest(command: .getMetrics, targets: ["a"]))
        let body = #"{"target":null,"mode":"","limit":null,"per_domain":"3","output":"xml"}"#
        #expect(
            try SEOPowerSuiteRequest(command: .getBacklinks, body: JSONReader.value(Array(body.utf8)))
                == SEOPowerSuiteRequest(command: .getBacklinks, perDomain: 3))
        let task = try BulkRequest(
            wire: JSONReader.value(Array(#"{"targets":["a"],"date_from":null,"tag":null}"#.utf8)))
        #expect(task == BulkRequest(targets: ["a"]))
    }

    @Test func whatIsWrongIsNamed() throws {
        func message(_ command: SEOPowerSuiteCommand, _ body: String) throws -> String? {
            let body = try JSONReader.value(Array(body.utf8))
            do {
                _ = try SEOPowerSuiteRequest(command: command, body: body)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(try message(.getBacklinks, #"{"target":["a"]}"#) == "Parameter target is invalid.")
        #expect(try message(.getMetrics, #"{"target":["a",1]}"#) == "Parameter target is invalid.")
        #expect(try message(.getMetrics, #"{"target":["a"],"mode":1}"#) == "Parameter mode is invalid.")
        #expect(try message(.getBacklinks, #"{"target":"a","limit":1.5}"#) == "Parameter limit is invalid.")
        #expect(try message(.getBacklinks, "[]") == "Parameters are invalid.")
        let error = #expect(throws: WireError.self) {
            try SEOPowerSuiteRequest(command: .getBacklinks, queryItems: [("limit", "ten")])
        }
        #expect(error?.description == "Parameter limit is invalid.")
    }

    private static let preferences: [(String, Bool)] = [
        ("strata-columns=all", true), ("Strata-Columns=\"all\"", true),
        ("respond-async, strata-columns = all; x=1", true),
        ("", false), ("strata-columns", false), ("strata-columns=some", false), ("x; strata-columns=all", false),
    ]

    @Test(arguments: preferences)
    func moreColumnsAreAskedForByPreference(_ header: String, _ isAskedFor: Bool) {
        #expect(ExtendedColumns.isAskedFor(by: header) == isAskedFor)
    }

    @Test func exportStates() throws {
        for status in ExportTask.Status.allCases {
            #expect(try ExportTask(wire: ExportTask(status: status).wire).status == status)
        }
        #expect(ExportTask(taskStatus: "resting").status == nil)
    }
}
