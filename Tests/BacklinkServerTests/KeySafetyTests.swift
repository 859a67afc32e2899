import BacklinkContracts
import Digests
import Foundation
import TestSupport
import Testing

@testable import BacklinkServer

/// With a key set, nobody else learns or changes anything; and how keys are compared tells nothing of them.
@Suite struct KeySafetyTests {
    /// Every operation that the server tells of, but those that are open by intent.
    private static let operations: [(method: String, path: String)] =
        SEOPowerSuiteCommand.allCases.flatMap { command in
            command.methods.map { ($0, "\(SEOPowerSuiteCommand.basePath)\(command.rawValue)") }
        }
        + DataForSEOHandler.mounts.flatMap { mount in
            DataForSEOEndpoint.allCases.map { ("POST", DataForSEOHandler.path(mount, $0)) }
        } + [("GET", "\(SEOPowerSuiteHandler.downloadPath)t.com-1.csv.gz")]

    @Test func nothingIsToldOrChangedWithoutTheKey() async throws {
        let workers = Workers(threadCount: 1, waitingLimit: 100)
        let fixture = try ServerFixture {
            $0.key = KeyCheck("k3y")
            $0.exportWorkers = workers
        }
        // Nothing ends while we look: an export that was queued would be seen.
        let gate = Gate()
        #expect(workers.enqueue { gate.wait() })
        try await gate.begun()
        let wrong: [(query: String, headers: [ServerRequest.Header])] = [
            ("", []), ("apikey=", []), ("apikey=k3", []), ("apikey=k3yy", []), ("apikey=K3Y", []),
            ("apikey=k3y%00", []),
            ("key=k3y", []), ("token=k3y", []), ("", [.init("authorization", "Bearer")]),
            ("", [.init("authorization", "Bearer k3")]), ("", [.init("authorization", "Basic k3y")]),
            ("", [.init("authorization", "k3y")]), ("", [.init("x-api-key", "k3y")]),
            ("", [.init("cookie", "apikey=k3y")]),
        ]
        for (method, path) in Self.operations {
            for (query, headers) in wrong {
                let body = Array(#"{"target":"t.com","targets":["t.com"]}"#.utf8)
                let reply = try fixture.send(
                    ServerRequest(method, path, query: "target=t.com&\(query)", headers: headers, body: body))
                #expect(reply.status == 401, "\(method) \(path)?\(query)")
                #expect(!reply.text.contains("t.com") && !reply.text.contains("2026-"), "\(reply.text)")
            }
        }
        // Had one of them ordered it, this order were rejected.
        let reply = try fixture.get("download-all-backlinks", "target=t.com&apikey=k3y")
        #expect(try ExportTask(wire: reply.json()).status == .queued)
        gate.open()
    }

    /// The description says of each which of them asks for a key.
    @Test func theDescriptionNamesTheSame() throws {
        let locked = try OpenAPITests.document(ServerFixture { $0.key = KeyCheck("k3y") })
        var asking = 0
        for path in OpenAPITests.members(locked["paths"]) {
            for operation in OpenAPITests.members(path.value) {
                let isOpen = ["/health", "/openapi.json"].contains(path.name)
                #expect((operation.value["security"] == nil) == isOpen, "\(path.name)")
                #expect((operation.value["responses"]?["401"] == nil) == isOpen, "\(path.name)")
                asking += isOpen ? 0 : 1
            }
        }
        #expect(asking == Self.operations.count)
        #expect(!JSONWriter.bytes(locked).contains(Array("k3y".utf8)))
    }

    /// What is kept of a key is a digest: of one length, whatever the key's.
    @Test(arguments: ["k", "k3y", "login:password", String(repeating: "long", count: 1_000)])
    func onlyADigestIsKept(_ key: String) throws {
        let children = Mirror(reflecting: KeyCheck(key)).children.map(\.value)
        #expect(children.count == 1 && (children.first as? [UInt8])?.count == 32)
        var dumped = ""
        dump(KeyCheck(key), to: &dumped)
        #expect(!"\(KeyCheck(key))\(String(reflecting: KeyCheck(key)))".contains(key) || key == "k")
        #expect(!dumped.contains(key) || key == "k")
    }

    /// What the comparison says, wherever the two differ.
    @Test func comparisonsFindEveryDifference() {
        let secret = Array("0123456789abcdef0123456789ABCDEF".utf8)
        #expect(MessageAuthentication.isEqual(secret, secret) && MessageAuthentication.isEqual([], []))
        for index in secret.indices {
            for bit in 0..<8 {
                var other = secret
                other[index] ^= 1 << bit
                #expect(!MessageAuthentication.isEqual(secret, other), "byte \(index), bit \(bit)")
            }
        }
        // Differences that would cancel each other out in a sum.
        var two = secret
        for index in [0, secret.count - 1] { two[index] ^= 1 }
        #expect(!MessageAuthentication.isEqual(secret, two))
        #expect(!MessageAuthentication.isEqual(secret, Array(secret.reversed())))
        for count in 0..<secret.count {
            let prefix = Array(secret.prefix(count))
            #expect(!MessageAuthentication.isEqual(secret, prefix) && !MessageAuthentication.isEqual(prefix, secret))
        }
        #expect(!MessageAuthentication.isEqual(secret, secret + [0]) && !MessageAuthentication.isEqual([], [0]))
    }

    /// And so for keys as clients bring them.
    @Test(arguments: ["k3y-0123456789", "k"])
    func onlyTheKeyIsAccepted(_ key: String) {
        let check = KeyCheck(key)
        func accepts(_ offer: String) -> Bool {
            check.accepts(ServerRequest("GET", "/", headers: [.init("authorization", "Bearer \(offer)")]))
        }
        #expect(accepts(key))
        for wrong in [
            "", String(key.dropFirst()), String(key.dropLast()), "K" + key.dropFirst(), key.dropLast() + "\u{1}",
            key + key,
            key + "\0", " " + key.dropLast(),
        ] where wrong != key {
            #expect(!accepts(wrong), "\(wrong.debugDescription)")
        }
    }

    /// The comparison has one way through it: no branch inside its loop, and no comparison of whole arrays. Times aren't measured: on
    /// a shared machine they would tell nothing.
    @Test func comparisonsHaveOneWay() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let digests = try String(
            contentsOfFile: "\(folder)/Sources/Digests/MessageAuthentication.swift", encoding: .utf8)
        let body = try #require(
            digests.components(separatedBy: "func isEqual(").last?.components(separatedBy: "\n    }").first)
        let loop = try #require(
            body.components(separatedBy: "for index in left.indices {").last?.components(separatedBy: "}").first)
        #expect(loop.contains("difference |= left[index] ^ right[index]"))
        for word in ["return", "break", "continue", "if ", "guard", "==", "!=", "&&", "||", "?"] {
            #expect(!loop.contains(word))
        }
        // Every offer is compared, by digests; a list's `contains(where:)` would end at the first.
        let check = try String(contentsOfFile: "\(folder)/Sources/BacklinkServer/KeyCheck.swift", encoding: .utf8)
        #expect(check.contains("offers.map { MessageAuthentication.isEqual(Self.digest($0), digest) }.contains(true)"))
        // Nowhere else is a secret held against another by an operator.
        let secret =
            /\b(?i:key|token|password|digest|code|expected)\b\s*[!=]=\s*(?!nil\b)|[!=]=\s*(?i:key|token|password|digest|expected)\b/
        let sources = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/Sources/BacklinkServer")
        var lineCount = 0
        for name in sources where name.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(folder)/Sources/BacklinkServer/\(name)", encoding: .utf8)
            for line in text.split(separator: "\n") {
                lineCount += 1
                #expect(line.firstMatch(of: secret) == nil, "\(name): \(line)")
            }
        }
        #expect(lineCount > 2_000)
    }

    /// A download's token is that file's alone, whole, and of this server.
    @Test func tokensAreOneFiles() throws {
        let fixture = try ServerFixture { $0.key = KeyCheck("k3y") }
        let other = try ServerFixture { $0.key = KeyCheck("k3y") }
        func handler(_ fixture: ServerFixture, _ byte: UInt8) -> SEOPowerSuiteHandler {
            SEOPowerSuiteHandler(
                served: ServedStore(fixture.store.store, upTo: nil, fixture.engine),
                exports: ExportTasks(
                    Workers(threadCount: 1, waitingLimit: 1), byteLimit: 1, clock: { 0 }, report: { _ in }),
                cursorKey: [UInt8](repeating: byte, count: 32), targetLinkLimit: nil, needsDownloadToken: true,
                clock: { 0 })
        }
        let (mine, theirs) = (handler(fixture, 1), handler(other, 2))
        let token = try #require(mine.downloadToken("a.csv.gz"))
        #expect(mine.accepts(token, for: "a.csv.gz"))
        #expect(!mine.accepts(token, for: "b.csv.gz") && !theirs.accepts(token, for: "a.csv.gz"))
        for wrong in ["", String(token.dropLast()), token + "A", token.lowercased(), String(token.reversed())] {
            #expect(!mine.accepts(wrong, for: "a.csv.gz"))
        }
    }
}
