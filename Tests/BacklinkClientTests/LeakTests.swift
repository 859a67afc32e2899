import BacklinkClient
import BacklinkContracts
import TestSupport
import Testing

/// Every failing path with a marker key that the provider echoes wherever it can: it appears in nothing that is told.
@Suite struct LeakTests {
    /// The key whole, in parts, and as the wire has it.
    private static func echoes(_ key: String) -> [String] {
        [
            "\(key) apikey=\(key)&target=x",
            "key %6Darker \(key.prefix(14)) and \(key.suffix(12)) Authorization: Bearer \(key)",
            // base64("marker-login@example.com:marker-key-7f3a9c51e2d84b60") and base64(key).
            "bWFya2VyLWxvZ2luQGV4YW1wbGUuY29tOm1hcmtlci1rZXktN2YzYTljNTFlMmQ4NGI2MA== bWFya2VyLWtleS03ZjNhOWM1MWUyZDg0YjYw",
        ]
    }

    private static func replies(_ text: String) -> [FaultyReply] {
        let headers = [
            ("X-Request-Id", text), ("X-AISA-Price-USD", text), ("Location", "http://127.0.0.1:1/?\(text)"),
            ("Retry-After", text),
        ]
        return [
            .json(#"{"error":{"code":400,"message":"\#(text)"}}"#, status: 400, headers: headers),
            .json(#"{"error":"\#(text)"}"#, status: 401, headers: headers),
            .json(#"{"message":"\#(text)"}"#, status: 500, headers: headers),
            .json(#"{"status_code":40100,"status_message":"\#(text)"}"#, status: 401, headers: headers),
            .json(#"{"status_code":40100,"status_message":"\#(text)"}"#, headers: headers),
            .json(#"{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"\#(text)"}]}"#),
            .json(#"{"error":"\#(text)"}"#, headers: headers), .json(#"{"backlinks":"\#(text)"}"#),
            .json(#"{"backlinks":[{"inlink_rank":"\#(text)"}]}"#), .json(#"{"tasks":"\#(text)"}"#),
            .json(#"{"next":{"\#(text)":1}}"#), .json(#"{"\#(text)""#), .json(text), .html("<html>\(text)"),
            .answer(Array(text.utf8), type: "text/plain"), .answer([0xFF], type: text),
            .answer(Array(text.utf8), status: 403, type: "text/plain"),
            .answer(Array("<e>\(text)</e>".utf8), status: 403, type: "text/xml"),
            .status(302, headers: headers), .status(244, headers: headers), FaultyReply([.reset]),
            FaultyReply([.bytes(Array("HTTP/1.1 \(text)\r\n\r\n".utf8)), .close]),
            .json(#"{"task_status":"\#(text)"}"#), .json(#"{"task_status":"rejected","task_id":"\#(text)"}"#),
            .json(#"{"task_status":"complete","task_id":"\#(text)"}"#),
            .cut(Array(#"{"backlinks":[{"title":"\#(text)"#.utf8) + [UInt8](repeating: 65, count: 5000), after: 4096),
        ]
    }

    @Test(arguments: Provider.allCases)
    func nothingTellsTheKey(provider: Provider) throws {
        for echo in LeakTests.echoes(ClientFixture.key) {
            for (index, reply) in LeakTests.replies(echo).enumerated() {
                let fixture = try ClientFixture(provider, attempts: 2) { _ in reply }
                let failures = LeakTests.failures(fixture.source, echo)
                #expect(failures.count >= 4, "\(provider), reply \(index)")
                for text in LeakTests.texts(failures) + fixture.log.events.map({ String(reflecting: $0) }) {
                    LeakTests.check(text, "\(provider), reply \(index)")
                }
            }
        }
    }

    /// Every command once.
    private static func failures(_ source: any BacklinkSource, _ echo: String) -> [any Error] {
        let request = SEOPowerSuiteRequest(command: .getRefdomains, targets: ["example.com"])
        let target = ClientFixture.target
        let file = "http://127.0.0.1:1/export?\(echo)"
        let calls: [() throws -> Void] = [
            { _ = try source.rawBacklinks(target, limit: 10, cursor: "c", into: Collector()) },
            { try source.topBacklinks(target, limit: 10, orderBy: "x", perDomain: 1, into: Collector()) },
            { _ = try source.queueExport(target) }, { _ = try source.exportStatus(taskID: "t") },
            { try source.download(file, beginAttempt: {}, receive: { _ in }) },
            { _ = try source.metrics(["a", "b"], mode: "host") }, { _ = try source.inlinkRanks(["a"]) },
            { _ = try source.refdomains(request) }, { _ = try source.newLostBacklinks(request) },
            { _ = try source.newLostRefdomains(request) }, { _ = try source.newLostBacklinksCount(request) },
            { _ = try source.newLostRefdomainsCount(request) },
            { _ = try source.newLostBacklinks(bulk: ["a"], dateFrom: nil) },
            { _ = try source.newLostReferringDomains(bulk: ["a"], dateFrom: nil) },
            { _ = try source.history(HistoryRequest(target: "a")) },
        ]
        return calls.compactMap { call in
            do {
                try call()
                return nil
            } catch { return error }
        }
    }

    private static func texts(_ failures: [any Error]) -> [String] {
        failures.flatMap { failure in
            var dumped = ""
            dump(failure, to: &dumped)
            return ["\(failure)", String(reflecting: failure), dumped]
        }
    }

    private static func check(_ text: String, _ place: String) {
        for secret in [
            ClientFixture.key, String(ClientFixture.key.prefix(12)), String(ClientFixture.key.suffix(10)),
            "marker-login",
            "bWFya2VyLW", "OWM1MWUyZDg0",
        ] {
            #expect(!text.contains(secret), "\(place): \(text)")
        }
    }
}
