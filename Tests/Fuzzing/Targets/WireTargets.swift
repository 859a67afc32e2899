import BacklinkContracts
import TestSupport

extension FuzzTarget {
    /// JSON: what is written of a value is read as the value, as XML too; and a text in pieces is what the whole is.
    static let json = FuzzTarget("json") { bytes in
        let value: WireValue? = try unlessRefused(WireError.self) { try JSONReader.value(bytes) }
        var members: [WireMember]?
        if case .object(let all) = value { members = all }
        for pieceByteCount in [max(1, bytes.count), 1, 2 + bytes.count % 11] {
            let found: [WireMember]? = try unlessRefused(WireError.self) { try streamedMembers(bytes, pieceByteCount) }
            try require(found == members, "in pieces of \(pieceByteCount): \(String(describing: found))")
        }
        guard let value else { return }
        let written = JSONWriter.bytes(value)
        try require(try JSONReader.value(written) == value, "written as \(String(decoding: written, as: UTF8.self))")
        // The reader of XML counts one element more around the value.
        _ = try XMLReader.value(XMLWriter.bytes(value), depthLimit: 70)
    }

    /// XML: what is written of a value is read as the value.
    static let xml = FuzzTarget("xml") { bytes in
        guard let value = try unlessRefused(WireError.self, { try XMLReader.value(bytes) }) else { return }
        let written = XMLWriter.bytes(value)
        let again = try XMLReader.value(written)
        try require(again == value, "\(value) is written as \(String(decoding: written, as: UTF8.self))")
        _ = JSONWriter.bytes(value)
    }

    /// Answers and requests of both providers. The first line names the type as `TypedAnswer` does; JSON or XML follows. What a type
    /// writes it reads as the same.
    static let answer = FuzzTarget("answer") { bytes in
        var input = FuzzInput(bytes)
        let type = typedAnswer(named: input.line())
        let text = Array(input.rest)
        let wire = try unlessRefused(WireError.self) {
            try text.first == UInt8(ascii: "<") ? XMLReader.value(text) : JSONReader.value(text)
        }
        guard let wire, let once = try unlessRefused(WireError.self, { try type.again(wire) }) else { return }
        try require(try type.again(once) == once, "\(type): \(once)")
        let written = JSONWriter.bytes(once)
        let again = JSONWriter.bytes(try type.again(try JSONReader.value(written)))
        try require(again == written, "\(type): \(String(decoding: written, as: UTF8.self))")
    }

    /// What the machine gives of an object, as members.
    private static func streamedMembers(_ bytes: [UInt8], _ pieceByteCount: Int) throws -> [WireMember] {
        var machine = JSONStreamMachine(listNames: ["backlinks", "tasks", "a"])
        var members: [WireMember] = []
        var open: [WireValue] = []
        for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
            try machine.feed(Array(bytes[start..<min(start + pieceByteCount, bytes.count)])) { event in
                switch event {
                case .element(_, let value): open.append(value)
                case .listEnd(let list):
                    members.append(WireMember(list, .list(open)))
                    open = []
                case .member(let member): members.append(member)
                }
            }
        }
        try machine.finish()
        return members
    }

    /// Any line names some type, so that the fuzzer loses none to a change in it.
    private static func typedAnswer(named line: [UInt8]) -> TypedAnswer {
        let name = String(decoding: line, as: UTF8.self)
        let all = TypedAnswer.all
        return all.first { $0.description == name } ?? all[line.reduce(0) { $0 + Int($1) } % all.count]
    }
}
