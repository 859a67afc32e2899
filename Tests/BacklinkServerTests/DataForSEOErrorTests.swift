import BacklinkContracts
import TestSupport
import Testing

@testable import BacklinkServer

/// How calls and tasks fail: HTTP 200 and codes, unless the path or the key is wrong.
@Suite struct DataForSEOErrorTests {
    let fixture: ServerFixture
    init() throws { fixture = try ServerFixture() }

    static let tooMany = "[" + Array(repeating: "\"t.com\"", count: 1_001).joined(separator: ",") + "]"

    @Test(arguments: [
        (#"{"targets":[]}"#, "Invalid Field: 'targets'."), (#"{"targets":null}"#, "Invalid Field: 'targets'."),
        (#"{"targets":"t.com"}"#, "Invalid Field: 'targets'."),
        (#"{"targets":["t.com",3]}"#, "Invalid Field: 'targets'."),
        (#"{"targets":["t.com",null]}"#, "Invalid Field: 'targets'."),
        (#"{"targets":["t.com",""]}"#, "Invalid Field: 'targets'."),
        // Decision 43: a page needs its scheme.
        (#"{"targets":["t.com/a"]}"#, "Invalid Field: 'targets'."),
        ("{\"targets\":\(tooMany)}", "Invalid Field: 'targets'."),
        (#"{"targets":["t.com"],"date_from":"2025-10-31"}"#, "Invalid Field: 'date_from'."),
        (#"{"targets":["t.com"],"date_from":"2026-11-02"}"#, "Invalid Field: 'date_from'."),
        (#"{"targets":["t.com"],"date_from":"2026-1-1"}"#, "Invalid Field: 'date_from'."),
        (#"{"targets":["t.com"],"date_from":20260101}"#, "Invalid Field: 'date_from'."),
        (#"{"targets":["t.com"],"tag":5}"#, "Invalid Field: 'tag'."),
        ("{\"targets\":[\"t.com\"],\"tag\":\"\(String(repeating: "é", count: 256))\"}", "Invalid Field: 'tag'."),
        (#"{"targets":["t.com"],"limit":5,"offset":1}"#, "Unknown Fields in POST Data: limit, offset"),
        (#"{"targets":["t.com"],"date_to":"2026-11-01"}"#, "Unknown Fields in POST Data: date_to"),
    ])
    func bulkTasks(_ task: String, _ message: String) throws {
        for endpoint in ["bulk_new_lost_backlinks", "bulk_new_lost_referring_domains"] {
            let envelope = try fixture.call(endpoint, "[\(task)]")
            #expect(envelope.statusCode == 20_000 && envelope.tasksCount == 1 && envelope.tasksError == 1)
            let failed = try #require(envelope.tasks?.first)
            #expect(
                failed.statusMessage == message && failed.statusCode == (message.hasPrefix("Unknown") ? 40_506 : 40_501)
            )
            #expect(failed.cost == 0 && failed.resultCount == 0 && failed.result == nil)
            #expect(failed.data["function"]?.textValue == endpoint)
        }
    }

    @Test(arguments: [
        (#"{}"#, "target"), (#"{"target":null}"#, "target"), (#"{"target":5}"#, "target"),
        // Decision 56: no pages.
        (#"{"target":"https://t.com/"}"#, "target"), (#"{"target":"t.com/a"}"#, "target"),
        (#"{"target":"t.com","date_from":"2018-12-31"}"#, "date_from"),
        (#"{"target":"t.com","date_from":"2026-02-01","date_to":"2026-01-01"}"#, "date_from"),
        (#"{"target":"t.com","date_to":"tomorrow"}"#, "date_to"),
        (#"{"target":"t.com","date_to":"2018-12-31"}"#, "date_to"),
        (#"{"target":"t.com","rank_scale":"ten"}"#, "rank_scale"),
    ])
    func historyTasks(_ task: String, _ field: String) throws {
        let failed = try #require(try fixture.call("history", "[\(task)]").tasks?.first)
        #expect(failed.statusCode == 40_501 && failed.statusMessage == "Invalid Field: '\(field)'.")
    }

    /// Decision 53.
    @Test func bodies() throws {
        let task = #"{"target":"t.com","date_from":"2026-11-01"}"#
        let results = try ["[\(task)]", "{\"0\":\(task)}", task].map {
            try #require(try fixture.call("history", $0).tasks?.first?.result)
        }
        #expect(Set(results).count == 1)
        for (body, code) in [
            ("", 40_502), (" \n", 40_502), ("[]", 40_502), ("null", 40_502), ("{", 40_503), ("3", 40_503),
            ("\"a\"", 40_503),
            ("[{]", 40_503),
        ] {
            let envelope = try fixture.call("history", body)
            #expect(envelope.statusCode == Int64(code) && envelope.tasks == nil && envelope.tasksCount == 0, "\(body)")
        }
        #expect(try fixture.call("history", "[null]").tasks?.first?.statusCode == 40_503)
    }

    /// Decision 52: only the first task is worked on.
    @Test func furtherTasks() throws {
        let task = #"{"target":"t.com"}"#
        let envelope = try fixture.call("history", "[\(task),\(task),\(task)]")
        #expect(envelope.tasksCount == 3 && envelope.tasksError == 2)
        #expect(envelope.tasks?.map(\.statusCode) == [20_000, 40_000, 40_000])
        #expect(envelope.tasks?.last?.statusMessage == "You can set only one task at a time.")
        let many = try fixture.call("history", "[" + Array(repeating: task, count: 101).joined(separator: ",") + "]")
        #expect(many.statusCode == 40_006 && many.tasks == nil)
    }

    /// Decision 59.
    @Test func keys() throws {
        let fixture = try ServerFixture { $0.key = KeyCheck("abc") }
        for mount in DataForSEOHandler.mounts {
            let request = ServerRequest("POST", "\(mount)history/live", body: Array("[]".utf8))
            let reply = try fixture.send(request)
            let envelope = try DataForSEOEnvelope(wire: reply.json())
            #expect(reply.status == 401 && envelope.statusCode == 40_100 && envelope.tasks == nil)
        }
        #expect(
            try self.fixture.call("history", "[]", headers: [.init("authorization", "Bearer any")]).statusCode == 40_502
        )
    }

    /// Decision 9: what clients send for "not given".
    @Test func nullsAreNotGiven() throws {
        let body = #"[{"targets":["t.com"],"date_from":null,"tag":null}]"#
        let task = try #require(try fixture.call("bulk_new_lost_referring_domains", body).tasks?.first)
        #expect(task.statusCode == 20_000)
        #expect(task.data["tag"] == nil && task.data["date_from"] == nil)
    }
}
