import BacklinkContracts
import TestSupport
import Testing

@testable import BacklinkServer

/// GET /openapi.json: complete, true, and made from what requests are held to.
@Suite struct OpenAPITests {
    static func document(_ fixture: ServerFixture) throws -> WireValue {
        let reply = try fixture.send(ServerRequest("GET", "/openapi.json"))
        #expect(reply.status == 200 && reply.header("Content-Type") == "application/json; charset=utf-8")
        return try reply.json()
    }

    static func members(_ value: WireValue?) -> [WireMember] {
        if case .object(let members) = value { members } else { [] }
    }

    @Test func everyRouteIsThere() throws {
        let document = try Self.document(ServerFixture())
        #expect(document["openapi"]?.textValue == "3.1.0")
        var expected = ["/health": ["get"], "/openapi.json": ["get"], "/export/c/{file}": ["get"]]
        for command in SEOPowerSuiteCommand.allCases {
            expected["/backlinks/v1.0/\(command.rawValue)"] = command.allowsPOST ? ["get", "post"] : ["get"]
        }
        for mount in DataForSEOHandler.mounts {
            for endpoint in DataForSEOEndpoint.allCases {
                expected["\(mount)\(endpoint.rawValue)/live"] = ["post"]
            }
        }
        let paths = Self.members(document["paths"])
        #expect(
            Dictionary(uniqueKeysWithValues: paths.map { ($0.name, Self.members($0.value).map(\.name)) }) == expected)
        // Each id once, as code that is made from it needs it.
        let ids = paths.flatMap { Self.members($0.value) }.compactMap { $0.value["operationId"]?.textValue }
        #expect(Set(ids).count == ids.count && ids.count == 3 + 11 + 8 + 9)
    }

    /// Requests of every kind: the status is told, and the body is what its schema says.
    @Test(arguments: [
        ("GET", "/health", "", "", 200), ("POST", "/health", "", "", 405), ("GET", "/openapi.json", "", "", 200),
        ("PUT", "/openapi.json", "", "", 405), ("GET", "/export/c/{file}", "", "", 404),
        ("GET", "get-metrics", "target=t.com&target=a.com&mode=domain", "", 200),
        ("POST", "get-metrics", "", #"{"target":["t.com","https://t.com/"]}"#, 200),
        ("GET", "get-inlink-rank", "target=https://t.com/&target=https://never.example/", "", 200),
        ("POST", "get-inlink-rank", "", #"{"target":"https://t.com/"}"#, 200),
        ("GET", "get-backlinks", "target=t.com&mode=domain&order_by=inlink_rank&per_domain=1", "", 200),
        ("POST", "get-backlinks", "", #"{"target":"t.com","mode":"domain","limit":"5"}"#, 200),
        ("GET", "get-refdomains", "target=t.com&mode=domain", "", 200),
        ("GET", "get-raw-backlinks", "target=t.com&mode=domain", "", 200),
        ("GET", "get-raw-backlinks", "target=t.com&mode=domain&limit=1", "", 200),
        ("GET", "get-raw-backlinks", "target=t.com&next=x", "", 400),
        ("GET", "get-new-lost-backlinks", "target=t.com&mode=domain&date_from=2026-08-01", "", 200),
        ("GET", "get-new-lost-refdomains", "target=t.com&mode=domain&date_from=2026-08-01", "", 200),
        ("GET", "get-new-lost-backlinks-count", "target=t.com&mode=domain&date_from=2026-08-01", "", 200),
        ("GET", "get-new-lost-refdomains-count", "target=t.com&mode=domain&date_from=2026-08-01", "", 200),
        ("POST", "get-new-lost-refdomains-count", "", #"{"target":"t.com","date_from":null,"date_to":""}"#, 200),
        ("GET", "download-all-backlinks", "target=t.com", "", 200),
        ("GET", "download-all-backlinks-status", "task_id=x", "", 200),
        ("GET", "get-metrics", "", "", 400), ("POST", "get-metrics", "", "[]", 400),
        ("DELETE", "get-metrics", "", "", 405), ("GET", "get-metrics", "target=t.com&output=csv", "", 406),
        (
            "POST", "bulk_new_lost_backlinks", "", #"[{"targets":["t.com","never.example"],"date_from":"2026-08-01"}]"#,
            200
        ),
        ("POST", "bulk_new_lost_referring_domains", "", #"{"targets":["t.com"],"tag":"x"}"#, 200),
        ("POST", "history", "", #"{"0":{"target":"t.com","rank_scale":"one_hundred"}}"#, 200),
        ("POST", "history", "", #"[{"target":"t.com"},{"target":"t.com"}]"#, 200),
        ("POST", "history", "", #"[{"target":""}]"#, 200), ("POST", "history", "", "{", 200),
        ("GET", "history", "", "", 404),
    ])
    func answersAreAsDescribed(
        _ method: String, _ name: String, _ query: String, _ body: String, _ status: Int
    ) throws {
        let fixture = try ServerFixture()
        for isExtended in [false, true] {
            try Self.expect(fixture, method, name, query, body, status, isExtended: isExtended)
        }
    }

    static func expect(
        _ fixture: ServerFixture, _ method: String, _ name: String, _ query: String, _ body: String, _ status: Int,
        isExtended: Bool = false
    ) throws {
        let document = try document(fixture)
        let path =
            name.hasPrefix("/")
            ? name
            : DataForSEOEndpoint(rawValue: name).map { "/v3/backlinks/\($0.rawValue)/live" }
                ?? "/backlinks/v1.0/\(name)"
        let headers = isExtended ? [ServerRequest.Header("prefer", ExtendedColumns.preference)] : []
        let reply = try fixture.send(
            ServerRequest(method, path, query: query, headers: headers, body: Array(body.utf8)))
        #expect(reply.status == status, "\(reply.text)")
        let item = try #require(document["paths"]?[path])
        let operation = try #require(item[method.lowercased()] ?? members(item).first?.value)
        let answer = try #require(operation["responses"]?["\(status)"], "\(status) is not told")
        let schema = try #require(answer["content"]?["application/json"]?["schema"])
        #expect(SchemaCheck(document: document).faults(try reply.json(), schema) == [])
        for header in members(answer["headers"]) { #expect(reply.header(header.name) != nil) }
    }

    @Test func statusesThatOptionsAllow() throws {
        let huge = try ServerFixture { $0.targetLinkLimit = 1 }
        try Self.expect(huge, "GET", "get-backlinks", "target=t.com&mode=domain", "", 244)
        let empty = try ServerFixture(rows: [])
        try Self.expect(empty, "GET", "get-metrics", "target=t.com", "", 503)
        try Self.expect(empty, "GET", "/health", "", "", 200)
        try Self.expect(empty, "POST", "history", "", #"[{"target":"t.com"}]"#, 200)
        let locked = try ServerFixture { $0.key = KeyCheck("k3y") }
        try Self.expect(locked, "GET", "get-metrics", "target=t.com", "", 401)
        try Self.expect(locked, "POST", "history", "", "", 401)
        try Self.expect(locked, "GET", "/export/c/{file}", "", "", 401)
        let open = try Self.document(ServerFixture())
        let operation = open["paths"]?["/backlinks/v1.0/get-metrics"]?["get"]
        for status in ["244", "401", "429"] { #expect(operation?["responses"]?[status] == nil) }
        #expect(operation?["security"] == nil && open["components"]?["securitySchemes"] == nil)
    }

    @Test func theDescriptionCountsAgainstTheRate() throws {
        let fixture = try ServerFixture { $0.requestsPerMinute = 2 }
        for status in [200, 200, 429] {
            #expect(try fixture.send(ServerRequest("GET", "/openapi.json")).status == status)
        }
        #expect(try fixture.send(ServerRequest("GET", "/health")).status == 200)
    }

    /// What the description says of a parameter is what the server does, at the limits and one beyond.
    @Test func limitsAreThoseThatAreHeld() throws {
        let fixture = try ServerFixture()
        let document = try Self.document(fixture)
        var checked = 0
        for command in SEOPowerSuiteCommand.allCases where command != .downloadAllBacklinksStatus {
            func status(_ name: String, _ value: String) throws -> Int {
                try fixture.get(command.rawValue, "target=t.com&\(name)=\(value)").status
            }
            let operation = try #require(document["paths"]?["/backlinks/v1.0/\(command.rawValue)"]?["get"])
            let parameters = try #require(operation["parameters"]?.listValue)
            for parameter in parameters where parameter["in"]?.textValue == "query" {
                let name = try #require(parameter["name"]?.textValue)
                let schema = try #require(parameter["schema"])
                if let least = schema["minimum"]?.integerValue, let most = schema["maximum"]?.integerValue {
                    for (value, expected) in [(least, 200), (most, 200), (least - 1, 400), (most + 1, 400)] {
                        #expect(try status(name, "\(value)") == expected, "\(command) \(name)=\(value)")
                    }
                    checked += 1
                }
                for choice in schema["enum"]?.listValue ?? [] {
                    #expect(try status(name, choice.textValue ?? "?") == 200, "\(command) \(name)=\(choice)")
                    checked += 1
                }
                if schema["enum"] != nil { #expect(try status(name, "zzz") == (name == "output" ? 406 : 400)) }
                if let count = schema["maxItems"]?.integerValue {
                    let more = String(repeating: "&target=t.com", count: Int(count))
                    #expect(try status("target", "t.com\(more.dropLast(13 * 2))") == 200)
                    #expect(try status("target", "t.com\(more)") == 400)
                    checked += 1
                }
                // An empty one counts as not given, where the description says so.
                if parameter["allowEmptyValue"] == .flag(true) { #expect(try status(name, "") == 200) }
            }
        }
        #expect(checked > 60)
    }
}
