import BacklinkContracts
import Foundation
import Testing

@Suite struct JSONTests {
    private static func read(_ text: String) throws -> WireValue { try JSONReader.value(Array(text.utf8)) }

    private static let values: [(String, WireValue)] = [
        ("null", .null), (" true\n", .flag(true)), ("false", .flag(false)),
        ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .real(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .real(-9_223_372_036_854_775_808)), ("1.0", .real(1)), ("1e2", .real(100)),
        ("12345678901234567890123", .real(1.2345678901234568e22)), ("-0.5E-1", .real(-0.05)),
        ("5e-324", .real(.leastNonzeroMagnitude)),
        (#""""#, .text("")), (#""a\/b\"\\\b\f\n\r\tA""#, .text("a/b\"\\\u{8}\u{C}\n\r\tA")),
        (#""\u00e9\u00E9\uD83D\ude00\u0000""#, .text("éé😀\0")), ("\"漢\u{7F}\"", .text("漢\u{7F}")),
        ("[]", .list([])), ("[1, [ ] ,{}]", .list([.integer(1), .list([]), .object([])])),
        (
            #"{"b":1,"a":{"b":null},"b":2}"#,
            .object([
                WireMember("b", .integer(1)), WireMember("a", .object([WireMember("b", .null)])),
                WireMember("b", .integer(2)),
            ])
        ),
    ]

    @Test(arguments: values)
    func reads(_ text: String, _ value: WireValue) throws {
        #expect(try Self.read(text) == value)
    }

    @Test func theLastOfTwoMembersCounts() throws {
        #expect(try Self.read(#"{"b":1,"b":2}"#)["b"] == .integer(2))
    }

    /// Texts, and the offset of the error.
    private static let invalid: [(String, UInt64)] = [
        ("", 0), (" ", 1), ("nul", 3), ("nulL", 3), ("True", 0), ("NaN", 0), ("Infinity", 0), ("-", 1), ("-a", 1),
        ("+1", 0), ("01", 1), ("1.", 2), (".5", 0), ("1.e2", 2), ("1e", 2), ("1e+", 3), ("0x10", 1), ("1 2", 2),
        ("1,", 1),
        ("[", 1), ("]", 0), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1}", 2), ("[]]", 2),
        ("{", 1), ("{}}", 2), ("{1:2}", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{\"a\" 1}", 5),
        ("{a:1}", 1), ("{'a':1}", 1), ("{\"a\":1]", 6), ("{\"a\":1 \"b\":2}", 7), ("{\"a\":1", 6), ("\"", 1),
        ("\"a", 2),
        ("\"\\", 2), ("\"\\x\"", 2), ("\"\\u12\"", 5), ("\"\\u12G4\"", 5), ("\"\\uD800\"", 1), ("\"\\uDC00\"", 1),
        ("\"\\uD800\\u0041\"", 1), ("\"\\uD800\\n\"", 1), ("\"\\uDC00\\uD800\"", 1), ("\"a\nb\"", 2),
        ("\"\u{0}\"", 1),
        ("// c\n1", 0), ("/* c */1", 0), ("1 // c", 2), ("\u{FEFF}1", 0), ("\u{A0}1", 0), ("\u{0C}1", 0),
        ("'a'", 0),
        ("1e999", 0), ("-1e400", 0),
    ]

    private static let invalidUTF8: [([UInt8], UInt64)] = [
        ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1),
        ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1), ([0xFF], 0),
    ]

    @Test(arguments: invalid)
    func refuses(_ text: String, _ offset: UInt64) throws {
        try refuses(Array(text.utf8), offset)
    }

    @Test(arguments: invalidUTF8)
    func refuses(_ bytes: [UInt8], _ offset: UInt64) throws {
        let error = try #require(throws: WireError.self) { _ = try JSONReader.value(bytes) }
        #expect(error.kind == .syntax)
        #expect(error.offsetInBytes == offset, "\(error)")
    }

    /// The same texts with Foundation, whose reader is laxer: it takes a byte order mark and a comma before a bracket.
    @Test func foundationAgrees() {
        for (text, _) in Self.invalid where !text.hasPrefix("\u{FEFF}") && !text.contains(/,[\]}]$/) {
            #expect(!Self.foundationReads(Array(text.utf8)), "\(text)")
        }
        for (bytes, _) in Self.invalidUTF8 { #expect(!Self.foundationReads(bytes), "\(bytes)") }
        for (text, _) in Self.values { #expect(Self.foundationReads(Array(text.utf8)), "\(text)") }
    }

    @Test func tooDeepIsAnError() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONReader.value(nested(64))
        let error = try #require(throws: WireError.self) { _ = try JSONReader.value(nested(65)) }
        #expect(error.kind == .tooLarge && error.offsetInBytes == 64)
        #expect(throws: WireError.self) {
            _ = try JSONReader.value(Array(repeating: UInt8(ascii: "["), count: 1 << 20))
        }
        _ = try JSONReader.value(nested(3), depthLimit: 3)
    }

    @Test func writesWhatItReads() throws {
        let seed: UInt64 = 31
        var random = RandomWire(seed: seed)
        for round in 0..<2_000 {
            let value = random.value()
            #expect(try JSONReader.value(JSONWriter.bytes(value)) == value, "seed \(seed), round \(round)")
            #expect(try JSONReader.value(random.spaced(value)) == value, "seed \(seed), round \(round)")
        }
    }

    /// Through Foundation's reader and writer and back: the same values, whatever the order of members.
    @Test func foundationReadsWhatWeWrite() throws {
        let seed: UInt64 = 32
        var random = RandomWire(seed: seed)
        for round in 0..<1_500 {
            let value = random.object()
            let object = try JSONSerialization.jsonObject(with: Data(JSONWriter.bytes(value)))
            let again = try JSONSerialization.data(withJSONObject: object)
            let (theirs, ours) = (Self.sorted(try JSONReader.value(Array(again))), Self.sorted(value))
            #expect(theirs == ours, "seed \(seed), round \(round)")
        }
    }

    /// Damaged texts: both readers take them, or neither does.
    @Test func foundationAgreesOnDamage() throws {
        let seed: UInt64 = 33
        var random = RandomWire(seed: seed)
        var validCount = 0
        for round in 0..<4_000 {
            let bytes = random.damaged(random.spaced(random.value(depth: 3)))
            let isValid = (try? JSONReader.value(bytes)) != nil
            if isValid { validCount += 1 }
            // Foundation guesses at encodings from zero bytes, and takes a byte order mark and trailing commas.
            let text = String(decoding: bytes, as: UTF8.self)
            if bytes.contains(0) || bytes.starts(with: [0xEF]) || bytes.starts(with: [0xFF])
                || text.contains(/,\s*[\]}]/)
            {
                continue
            }
            #expect(
                isValid == Self.foundationReads(bytes),
                "seed \(seed), round \(round): \(text)")
        }
        #expect(validCount > 100)
    }

    private static func foundationReads(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
    }

    /// Members by name, numbers without a fraction as integers.
    private static func sorted(_ value: WireValue) -> WireValue {
        switch value {
        case .real(let number): WireValue(amount: number)
        case .list(let values): .list(values.map(sorted))
        case .object(let members):
            .object(
                members.map { WireMember($0.name, sorted($0.value)) }
                    .sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) })
        case .null, .flag, .integer, .text: value
        }
    }
}
