import BacklinkContracts
import TestSupport
import Testing

@Suite struct JSONStreamMachineTests {
    /// What came, and how it ended.
    private struct Outcome: Hashable {
        var events: [JSONStreamMachine.Event] = []
        var error: WireError?
    }

    private static let lists: Set = ["backlinks", "pages"]

    private static func run(_ pieces: [ArraySlice<UInt8>], memberByteLimit: Int = 1 << 20) -> Outcome {
        var outcome = Outcome()
        var machine = JSONStreamMachine(listNames: lists, memberByteLimit: memberByteLimit)
        do {
            for piece in pieces { try machine.feed(Array(piece)) { outcome.events.append($0) } }
            try machine.finish()
        } catch {
            outcome.error = error as? WireError
        }
        return outcome
    }

    private static func run(_ text: String, memberByteLimit: Int = 1 << 20) -> Outcome {
        run([Array(text.utf8)[...]], memberByteLimit: memberByteLimit)
    }

    private static func pieces(_ bytes: [UInt8], _ random: inout SeededRandom) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + random.below(random.chance(1, in: 4) ? 40 : 5))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }

    @Test func elementsComeOneByOne() {
        let outcome = Self.run(
            #" { "count" : 12, "backlinks":[ {"a":"x\"]}\\"} , 1,"t",[[]] ], "next":"abc" , "pages": [ ],"more":{"backlinks":[1]}} "#
        )
        #expect(
            outcome
                == Outcome(events: [
                    .member(WireMember("count", .integer(12))),
                    .element(list: "backlinks", .object([WireMember("a", .text("x\"]}\\"))])),
                    .element(list: "backlinks", .integer(1)), .element(list: "backlinks", .text("t")),
                    .element(list: "backlinks", .list([.list([])])), .listEnd(list: "backlinks"),
                    .member(WireMember("next", .text("abc"))), .listEnd(list: "pages"),
                    .member(WireMember("more", .object([WireMember("backlinks", .list([.integer(1)]))]))),
                ]))
        #expect(Self.run("{}") == Outcome())
        #expect(Self.run(#"{"backlinks":null}"#).events == [.member(WireMember("backlinks", .null))])
        #expect(Self.run(#"{"b\u0061cklinks":[1]}"#).events.first == .element(list: "backlinks", .integer(1)))
    }

    private static let invalid: [(String, UInt64)] = [
        ("", 0), ("  ", 2), ("[]", 0), ("1", 0), ("{", 1), ("{}}", 2), ("{} x", 3), ("{,}", 1), ("{\"a\"}", 4),
        ("{\"a\":1", 6), ("{\"a\":1,}", 7), ("{\"a\":1 2}", 7), ("{\"a\" 1}", 5), ("{a:1}", 1), ("{\"a\":}", 5),
        ("{\"a\":,", 5), ("{\"a\":nul", 8), ("{\"a\":nulx", 8), ("{\"a\":01}", 6), ("{\"a\":[1,]}", 8),
        ("{\"a\":[1}", 7),
        ("{\"pages\":[", 10), ("{\"pages\":[1", 11), ("{\"pages\":[1,]}", 12), ("{\"pages\":[,", 10),
        ("{\"pages\":[1 2]}", 12), ("{\"pages\":[{]}", 11), ("{\"pages\":[1}", 11), ("{\"pages\":[1]", 12),
        ("{\"pages\":[]]}", 11), ("{\"pages\":[\"\\x\"]}", 12), ("{\"pages\":[{\"a\":tru}]}", 18), ("{\"a\n\":1}", 3),
        ("{\"pages\":[\"a", 12), ("{\"pages\":[{\"a\":", 15), ("{\"\\uD800\":1}", 2),
    ]

    @Test(arguments: invalid)
    func refuses(_ text: String, _ offset: UInt64) {
        let error = Self.run(text).error
        #expect(error?.kind == .syntax)
        #expect(error?.offsetInBytes == offset, "\(String(describing: error))")
    }

    /// The whole text, its bytes one by one, and random pieces: the same events, the same error.
    @Test func piecesChangeNothing() throws {
        let seed: UInt64 = 41
        var random = RandomWire(seed: seed)
        var errorCount = 0
        for round in 0..<1_500 {
            var members: [WireMember] = []
            for name in ["backlinks", "x", "pages"] where random.random.chance(3, in: 4) {
                let list = WireValue.list((0..<random.random.below(4)).map { _ in random.value(depth: 2) })
                members.append(WireMember(name, random.random.chance(3, in: 4) ? list : random.value(depth: 2)))
            }
            var bytes = random.spaced(.object(members))
            if random.random.chance(1, in: 2) { bytes = random.damaged(bytes) }
            let limit = random.random.chance(1, in: 4) ? random.random.below(30) : 1 << 20
            let whole = Self.run([bytes[...]], memberByteLimit: limit)
            if whole.error != nil { errorCount += 1 }
            #expect(
                Self.run(bytes.indices.map { bytes[$0...$0] }, memberByteLimit: limit) == whole,
                "seed \(seed), round \(round)")
            #expect(
                Self.run(Self.pieces(bytes, &random.random), memberByteLimit: limit) == whole,
                "seed \(seed), round \(round)")
            // The reader of whole texts agrees, but for depth and length.
            if limit == 1 << 20, bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") {
                let read = try? JSONReader.value(bytes)
                #expect((read == nil) == (whole.error != nil), "seed \(seed), round \(round)")
                if let read { #expect(Self.events(of: read) == whole.events, "seed \(seed), round \(round)") }
            }
        }
        #expect(errorCount > 100 && errorCount < 1_400)
    }

    private static func events(of value: WireValue) -> [JSONStreamMachine.Event] {
        (value.objectValue ?? []).flatMap { member -> [JSONStreamMachine.Event] in
            guard lists.contains(member.name), case .list(let values) = member.value else { return [.member(member)] }
            return values.map { .element(list: member.name, $0) } + [.listEnd(list: member.name)]
        }
    }

    @Test func longElementsAreRefused() {
        let text = #"{"pages":[[1,2,3],[1,2,3,4]]}"#
        #expect(Self.run(text, memberByteLimit: 9).error == nil)
        let outcome = Self.run(text, memberByteLimit: 8)
        #expect(outcome.events.count == 1)
        #expect(outcome.error?.kind == .tooLarge && outcome.error?.offsetInBytes == 18)
        let endless = Self.run("{\"pages\":[\"" + String(repeating: "a", count: 100_000), memberByteLimit: 1_000)
        #expect(endless.error?.kind == .tooLarge && endless.error?.offsetInBytes == 10)
    }

    @Test func depthCountsFromTheText() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.run("{\"pages\":[\(nested(62))]}").error == nil)
        #expect(Self.run("{\"pages\":[\(nested(63))]}").error?.kind == .tooLarge)
        #expect(Self.run("{\"a\":\(nested(63))}").error == nil)
        #expect(Self.run("{\"a\":\(nested(64))}").error?.kind == .tooLarge)
    }

    @Test func afterAnErrorNothingIsRead() throws {
        var machine = JSONStreamMachine(listNames: Self.lists)
        struct Stop: Error {}
        #expect(throws: Stop.self) { try machine.feed(Array(#"{"pages":[1,2]}"#.utf8)) { _ in throw Stop() } }
        #expect(throws: WireError.self) { try machine.feed(Array("]}".utf8)) { _ in } }
        #expect(throws: WireError.self) { try machine.finish() }
    }
}
