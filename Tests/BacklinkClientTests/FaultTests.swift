import BacklinkClient
import BacklinkContracts
import TestSupport
import Testing

/// A server that does everything wrong: the right rows after a retry, or an error that says who, what, which and what now.
@Suite struct FaultTests {
    private static let page = Sample.page(0..<300, next: "next")
    private static let rows = Sample.rows(0..<300)

    /// Broken first answers that a second request mends.
    static let mended: [(name: String, reply: FaultyReply)] = [
        ("reset at once", FaultyReply([.reset])),
        ("closed at once", FaultyReply([.close])),
        ("reset in the body", .cut(page, after: 5000, end: .reset)),
        ("chunks that end early", .chunked([Array(page[..<9000])], isWhole: false)),
        ("whole chunks of half an answer", .chunked([Array(page[..<9000])])),
        ("shorter than its own length says", .answer(Array(page[..<9000]))),
        (
            "no length, cut",
            FaultyReply([.bytes(FaultyReply.head(200, type: nil, headers: []) + page[..<9000]), .close])
        ),
        ("HTML", .html("<!DOCTYPE html><p>Wait")),
        ("HTML called JSON", .json("<!DOCTYPE html><p>Wait")),
        ("another content type", .answer(page, type: "text/csv")),
        ("an image", .answer(page, type: "image/png")),
        ("empty", .json("")),
        ("not JSON", .json(#"{"backlinks":[{"url_from":}]}"#)),
        ("JSON and more", .answer(page + page)),
        ("a list", .json("[]")),
        ("no list", .json(#"{"next":"next"}"#)),
        ("a list of texts", .json(#"{"backlinks":["a"]}"#)),
        ("a count that is an object", .json(#"{"backlinks":[{"inlink_rank":{}}]}"#)),
        ("a cursor that is a number", .json(#"{"backlinks":[],"next":7}"#)),
        ("invalid UTF-8", .answer(Array(page[..<9000]) + [0xC3, 0x28] + page[9000...])),
        ("a lone surrogate", .json(#"{"backlinks":[{"title":"\ud800"}]}"#)),
        ("500", .status(500)),
        ("502 with a page", .html("<html>Bad gateway", status: 502)),
        (
            "503 with a body cut short",
            FaultyReply([.bytes(Array("HTTP/1.1 503 X\r\nContent-Length: 9\r\n\r\nab".utf8)), .close])
        ),
        ("429", .status(429)),
        ("429 in 7 s", .status(429, headers: [("Retry-After", "7")])),
        ("429 until a date", .status(429, headers: [("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")])),
        ("an error 503 with status 200", .json(#"{"error":{"code":503,"message":"Busy"}}"#)),
    ]

    @Test func mendedByAnotherRequest() throws {
        for (name, reply) in FaultTests.mended {
            let fixture = try ClientFixture { request in request.index == 0 ? reply : .answer(FaultTests.page) }
            let collector = Collector()
            let answer = try fixture.page(into: collector)
            #expect(answer.rows == FaultTests.rows && answer.next == "next", "\(name)")
            #expect(collector.attemptCount == 2 && fixture.server.requests.count == 2, "\(name)")
            #expect(fixture.clock.slept.count == 1, "\(name)")
        }
    }

    @Test func retryAfterIsSlept() throws {
        for (header, seconds) in [("7", 7), ("Sun, 06 Nov 1994 08:50:07 GMT", 30)] {
            let fixture = try ClientFixture { request in
                request.index == 0
                    ? .status(429, headers: [("Retry-After", header)]) : .answer(FaultTests.page)
            }
            #expect(try fixture.page().rows == FaultTests.rows)
            #expect(fixture.clock.slept == [.seconds(seconds)])
        }
    }

    /// Of a status that speaks of one request, only that one waits.
    @Test func retryAfterOfOneRequest() throws {
        let fixture = try ClientFixture(attempts: 1) { request in
            request.index == 0 ? .status(500, headers: [("Retry-After", "30")]) : .answer(FaultTests.page)
        }
        #expect(ClientFixture.failure { try fixture.page() }?.kind == .unavailable)
        _ = try fixture.page()
        #expect(fixture.clock.slept.isEmpty)
    }

    /// A Retry-After is meant for all that the source sends.
    @Test func theSourcePauses() throws {
        let fixture = try ClientFixture(attempts: 1) { request in
            switch request.index {
            case 0: .status(429, headers: [("Retry-After", "30")])
            case 2: .status(503, headers: [("Retry-After", "7200")])
            default: .answer(FaultTests.page)
            }
        }
        #expect(ClientFixture.failure { try fixture.page() }?.kind == .rateLimited)
        #expect(fixture.clock.slept.isEmpty)
        #expect(try fixture.page().rows == FaultTests.rows && fixture.clock.slept == [.seconds(30)])
        #expect(ClientFixture.failure { try fixture.page() }?.kind == .unavailable)
        let failure = try #require(ClientFixture.failure { try fixture.page() })
        #expect(failure.kind == .rateLimited && failure.description.contains("wait 7200 s more"))
        #expect(fixture.server.requests.count == 3 && fixture.clock.slept == [.seconds(30)])
    }

    /// The body ends at every 4 KiB, in order and by reset, with a length and in chunks.
    @Test func cutAtEveryBoundary() throws {
        let page = FaultTests.page
        let cuts = Array(stride(from: 0, through: page.count - 1, by: 4096)) + [page.count - 1]
        let kinds: [@Sendable (Int) -> FaultyReply] = [
            { .cut(page, after: $0) }, { .cut(page, after: $0, end: .reset) },
            { .chunked([Array(page[..<$0])], isWhole: false) }, { .chunked([Array(page[..<$0])]) },
        ]
        for (kind, reply) in kinds.enumerated() {
            let fixture = try ClientFixture { request in
                request.index % 2 == 0 ? reply(cuts[request.index / 2]) : .answer(page)
            }
            for cut in cuts {
                let collector = Collector()
                let answer = try fixture.page(into: collector)
                #expect(answer.rows == FaultTests.rows && answer.next == "next", "cut \(cut), kind \(kind)")
                #expect(collector.attemptCount == 2, "cut \(cut), kind \(kind)")
            }
        }
    }

    @Test func flurriesOf503() throws {
        var fixture = try ClientFixture { request in
            request.index % 6 == 5 ? .answer(FaultTests.page) : .status(503)
        }
        for _ in 0..<3 { #expect(try fixture.page().rows == FaultTests.rows) }
        #expect(fixture.server.requests.count == 18)
        fixture = try ClientFixture { _ in .status(503) }
        let failure = try #require(ClientFixture.failure { try fixture.page() })
        #expect(failure.kind == .unavailable && failure.statusCode == 503 && failure.isRetryable)
        #expect(fixture.server.requests.count == 6 && failure.description.contains("tried 6 times"))
    }

    /// Statuses that another request doesn't change.
    @Test func refusals() throws {
        let kinds: [Int: ClientError.Kind] = [
            244: .tooLarge, 201: .badAnswer, 204: .badAnswer, 206: .badAnswer, 301: .badAnswer, 302: .badAnswer,
            400: .badRequest, 401: .unauthorised, 402: .paymentRequired, 403: .forbidden, 404: .notFound,
            405: .badRequest, 406: .badRequest, 408: .badRequest, 422: .badRequest,
        ]
        for (status, kind) in kinds {
            let body = status == 204 ? "" : #"{"error":{"code":1,"message":"Sorry","description":"Said so."}}"#
            let fixture = try ClientFixture { _ in
                .json(body, status: status, headers: [("Location", "http://127.0.0.1:1/"), ("Retry-After", "1")])
            }
            let collector = Collector()
            let failure = try #require(ClientFixture.failure { try fixture.page(into: collector) })
            #expect(failure.kind == kind && failure.statusCode == status, "\(status)")
            #expect(fixture.server.requests.count == 1 && collector.rows.isEmpty, "\(status)")
            FaultTests.checkWords(failure, "\(status)")
            if status != 204 { #expect(failure.description.contains("\"Sorry: Said so.\""), "\(failure)") }
        }
    }

    @Test func whatProvidersSay() throws {
        let long = String(repeating: "word ", count: 100)
        let said: [(body: String, type: String, shown: String)] = [
            (
                #"{"error":{"message":"A \"b\"\n\u0007\u202e c","description":"d"}}"#, "application/json",
                "\"A \"b\" c: d\""
            ),
            (
                "<response><error><code>400</code><message>A &amp; b</message></error></response>", "text/xml",
                "\"A & b\""
            ),
            ("<e>not <b>closed", "text/xml", "\"not closed\""), ("plain\r\n  text", "text/plain", "\"plain text\""),
            (long, "text/plain", "\"" + long.prefix(200) + "…\""), ("", "text/plain", "(HTTP 400). "),
        ]
        for (body, type, shown) in said {
            let fixture = try ClientFixture { _ in .answer(Array(body.utf8), status: 400, type: type) }
            let failure = try #require(ClientFixture.failure { try fixture.page() })
            #expect(failure.description.contains(shown), "\(failure)")
        }
    }

    @Test func errorsWithStatus200AreNoRows() throws {
        for body in [
            #"{"error":"No."}"#, #"{"error":{"code":400,"message":"No."}}"#, #"{"backlinks":[],"error":"No."}"#,
        ] {
            let fixture = try ClientFixture { _ in .json(body) }
            let failure = try #require(ClientFixture.failure { try fixture.page() })
            #expect(failure.description.contains("\"No.\"") && fixture.server.requests.count == 1, "\(body)")
        }
    }

    /// What never gets better names everything.
    @Test func messagesNameEverything() throws {
        for (name, reply) in FaultTests.mended {
            let fixture = try ClientFixture(attempts: 2) { _ in reply }
            let failure = try #require(ClientFixture.failure { try fixture.page() })
            FaultTests.checkWords(failure, name)
            #expect(failure.description.contains("tried 2 times"), "\(name): \(failure)")
        }
    }

    private static func checkWords(_ failure: ClientError, _ name: String) {
        #expect(failure.description.hasPrefix("seo-powersuite get-raw-backlinks example.com: "), "\(name): \(failure)")
        #expect(!failure.nextStep.isEmpty && failure.description.hasSuffix(failure.nextStep), "\(name): \(failure)")
    }

    @Test func deadlines() throws {
        // A wait that would pass it fails at once.
        let limited = try ClientFixture(deadline: .seconds(20)) { _ in
            .status(429, headers: [("Retry-After", "30")])
        }
        let failure = try #require(ClientFixture.failure { try limited.page() })
        #expect(failure.kind == .deadline && failure.description.contains("30 s, after the deadline"))
        #expect(limited.clock.slept.isEmpty && limited.server.requests.count == 1)
        // So does a request after it, unsent.
        limited.clock.sleep(.seconds(21))
        #expect(ClientFixture.failure { try limited.page() }?.kind == .deadline)
        #expect(limited.server.requests.count == 1)
        // It ends a running request.
        let stalled = try ClientFixture(deadline: .milliseconds(300), usesSystemClock: true) { _ in
            FaultyReply([.stall])
        }
        #expect(ClientFixture.failure { try stalled.page() }?.kind == .deadline)
        #expect(stalled.server.requests.count == 1)
        // Without one, nobody waits a day.
        let patient = try ClientFixture { _ in .status(503, headers: [("Retry-After", "86400")]) }
        let refused = try #require(ClientFixture.failure { try patient.page() })
        #expect(refused.kind == .unavailable && refused.description.contains("86400 s"))
    }

    /// What pages repeat is the caller's to see: the client hands on what came, once for each page.
    @Test func repeatedCursorsAndOverlaps() throws {
        let fixture = try ClientFixture { request in
            request.value("next") == nil ? Sample.answer(0..<5, next: "same") : Sample.answer(3..<8, next: "same")
        }
        let first = try fixture.page()
        let second = try fixture.page(cursor: first.next)
        #expect(first.next == "same" && second.next == "same" && second.rows == Sample.rows(3..<8))
    }

    /// A task that never completes: every poll is an answer; the deadline ends it.
    @Test func exportWithoutEnd() throws {
        let fixture = try ClientFixture(deadline: .seconds(100)) { _ in
            .json(#"{"task_status":"processing","task_id":"T"}"#)
        }
        var failure: ClientError?
        for _ in 0..<20 where failure == nil {
            failure = ClientFixture.failure { try fixture.source.exportStatus(taskID: "T") }
            fixture.clock.sleep(.seconds(10))
        }
        #expect(failure?.kind == .deadline && fixture.server.requests.count == 10)
        #expect(failure?.description.contains("download-all-backlinks-status task T") == true)
    }

    @Test func rejectedExport() throws {
        let fixture = try ClientFixture { _ in .json(#"{"task_status":"rejected"}"#) }
        let failure = try #require(ClientFixture.failure { try fixture.source.queueExport(ClientFixture.target) })
        #expect(failure.kind == .rejected && fixture.server.requests.count == 1)
        #expect(failure.description.hasPrefix("seo-powersuite download-all-backlinks example.com: "))
        #expect(failure.description.contains("Wait for the export"))
    }

    /// An order that may have been taken is not given twice; one that was answered with a status is.
    @Test func orderOfWhichNothingIsKnown() throws {
        let task = Array(#"{"task_status":"queued_for_processing","task_id":"T"}"#.utf8)
        for reply in [FaultyReply.cut(task, after: 20, type: "application/json", end: .reset), .json("{")] {
            let fixture = try ClientFixture { _ in reply }
            let failure = try #require(ClientFixture.failure { try fixture.source.queueExport(ClientFixture.target) })
            #expect(failure.mayHaveBeenDone && !failure.isRetryable && fixture.server.requests.count == 1)
            #expect(failure.description.contains("may have been taken"))
        }
        let busy = try ClientFixture { request in
            request.index < 2 ? .status(request.index == 0 ? 503 : 429) : .answer(task)
        }
        #expect(try busy.source.queueExport(ClientFixture.target).taskID == "T")
        #expect(busy.server.requests.count == 3)
    }

    /// XML is read whole: rows come only from a good answer.
    @Test func brokenXML() throws {
        let whole = XMLWriter.bytes(RowAnswer(command: .getRawBacklinks, rows: FaultTests.rows, next: "n").wire)
        let fixture = try ClientFixture(prefersXML: true) { request in
            switch request.index {
            case 0: .answer(Array(whole[..<5000]), type: "application/xml")
            case 1: .cut(whole, after: 8192, type: "text/xml", end: .reset)
            case 2: .answer(FaultTests.page)
            default: .answer(whole, type: "application/xml; charset=UTF-8")
            }
        }
        let collector = Collector()
        let answer = try fixture.page(into: collector)
        #expect(answer.rows == FaultTests.rows && answer.next == "n" && collector.attemptCount == 1)
        #expect(fixture.server.requests.count == 4)
    }
}
