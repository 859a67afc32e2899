import BacklinkContracts
import TestSupport
import Testing

/// Damaged answers end in a value or a `WireError`, never in a trap.
@Suite struct MutationTests {
    @Test func damagedJSON() throws {
        let seed: UInt64 = 61
        var random = RandomWire(seed: seed)
        let fixtures = try Fixture.all()
        var readCount = 0
        for _ in 0..<120 {
            for fixture in fixtures {
                let bytes = random.damaged(Array(fixture.text.utf8))
                try attempt {
                    let again = try fixture.type.again(try JSONReader.value(bytes))
                    _ = XMLWriter.bytes(again)
                    // What a type wrote it reads as the same.
                    let once = JSONWriter.bytes(again)
                    #expect(
                        JSONWriter.bytes(try fixture.type.again(try JSONReader.value(once))) == once, "seed \(seed)")
                    readCount += 1
                }
                try attempt {
                    var machine = JSONStreamMachine(listNames: ["backlinks", "metrics", "tasks"], memberByteLimit: 400)
                    try machine.feed(bytes) { _ in }
                    try machine.finish()
                }
            }
        }
        #expect(readCount > 100)
    }

    @Test func damagedXML() throws {
        let seed: UInt64 = 62
        var random = RandomWire(seed: seed)
        let fixtures = try Fixture.all()
        for _ in 0..<40 {
            for fixture in fixtures {
                let wire = try JSONReader.value(Array(fixture.text.utf8))
                let bytes = random.damaged(XMLWriter.bytes(wire))
                try attempt { _ = try fixture.type.again(try XMLReader.value(bytes)) }
            }
        }
    }

    /// Any value in place of any answer.
    @Test func otherShapes() throws {
        let seed: UInt64 = 63
        var random = RandomWire(seed: seed)
        let fixtures = try Fixture.all()
        for _ in 0..<60 {
            for fixture in fixtures {
                let wire = try JSONReader.value(Array(fixture.text.utf8))
                let other = random.replaced(wire)
                try attempt { _ = try fixture.type.again(other) }
            }
        }
    }

    private func attempt(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as WireError {
            #expect(!error.description.isEmpty)
        }
    }
}

extension RandomWire {
    /// Some values inside replaced by others.
    mutating func replaced(_ value: WireValue) -> WireValue {
        if random.chance(1, in: 12) { return self.value(depth: 2) }
        switch value {
        case .list(let values):
            var replacements: [WireValue] = []
            for value in values { replacements.append(replaced(value)) }
            return .list(replacements)
        case .object(let members):
            var replacements: [WireMember] = []
            for member in members { replacements.append(WireMember(member.name, replaced(member.value))) }
            return .object(replacements)
        case .null, .flag, .integer, .real, .text: return value
        }
    }
}
