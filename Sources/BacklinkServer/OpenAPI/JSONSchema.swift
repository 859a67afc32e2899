import BacklinkContracts
import LinkModel

/// A JSON Schema (draft 2020-12, which OpenAPI 3.1 takes as it is) as the value that it is written as.
struct JSONSchema: Sendable {
    private(set) var members: [WireMember]

    init(_ members: [WireMember]) { self.members = members }

    init(type: String) { self.init([WireMember("type", .text(type))]) }

    var wire: WireValue { .object(members) }

    /// With one more member, or another value of it.
    func with(_ name: String, _ value: WireValue) -> JSONSchema {
        var copy = self
        if let index = copy.members.firstIndex(where: { $0.name == name }) {
            copy.members[index].value = value
        } else {
            copy.members.append(WireMember(name, value))
        }
        return copy
    }

    static func reference(_ name: String) -> JSONSchema {
        JSONSchema([WireMember("$ref", .text("#/components/schemas/\(name)"))])
    }

    static func choice(_ choices: [String]) -> JSONSchema {
        JSONSchema(type: "string").with("enum", .texts(choices))
    }

    static func integer(_ range: ClosedRange<Int>) -> JSONSchema {
        JSONSchema(type: "integer").with("minimum", .integer(Int64(range.lowerBound)))
            .with("maximum", .integer(Int64(range.upperBound)))
    }

    static func list(of element: JSONSchema, count: ClosedRange<Int>? = nil) -> JSONSchema {
        let list = JSONSchema(type: "array").with("items", element.wire)
        guard let count else { return list }
        return list.with("minItems", .integer(Int64(count.lowerBound)))
            .with("maxItems", .integer(Int64(count.upperBound)))
    }

    static func any(of schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema([WireMember("anyOf", .list(schemas.map(\.wire)))])
    }

    /// - Parameter isClosed: no other members than these.
    static func object(
        _ properties: [(name: String, schema: JSONSchema)], required: [String], isClosed: Bool
    ) -> JSONSchema {
        var schema = JSONSchema(type: "object")
            .with("properties", .object(properties.map { WireMember($0.name, $0.schema.wire) }))
        if !required.isEmpty { schema = schema.with("required", .texts(required)) }
        return isClosed ? schema.with("additionalProperties", .flag(false)) : schema
    }

    static let day = JSONSchema(type: "string").with("format", .text("date"))
    /// 0…100; -1 is unknown.
    static let rank = integer(-1...100)
    /// Counts by name.
    static let counts = JSONSchema(type: "object").with("additionalProperties", JSONSchema(type: "integer").wire)
}

extension JSONSchema {
    /// The schema of what a type writes, found from two of its values: names, types and order come from the type itself.
    /// - Parameters:
    ///   - full: with every member.
    ///   - sparse: without those that may be missing, with null for those that may be null, -1 for numbers that may be unknown,
    ///     and "" for days that may be.
    ///   - members: of members of that name, in their place.
    init(of full: WireValue, sparse: WireValue, members special: [String: JSONSchema] = [:]) {
        switch full {
        case .null: self.init(type: "null")
        case .flag: self.init(type: "boolean")
        case .real: self.init(type: "number")
        case .integer(let number):
            var least = min(0, number)
            if case .integer(let other) = sparse { least = min(least, other) }
            self = JSONSchema(type: "integer").with("minimum", .integer(least))
        case .text(let text):
            self = Day(text) != nil && sparse != .text("") ? .day : JSONSchema(type: "string")
        case .list(let elements):
            let first = elements.first ?? .null
            self = .list(of: JSONSchema(of: first, sparse: first, members: special))
        case .object(let fullMembers):
            var sparseMembers = fullMembers
            if case .object(let members) = sparse { sparseMembers = members }
            let properties = fullMembers.map { member in
                let other = sparseMembers.first { $0.name == member.name }?.value ?? member.value
                let schema = special[member.name] ?? JSONSchema(of: member.value, sparse: other, members: special)
                return (member.name, other == .null && member.value != .null ? schema.orNull : schema)
            }
            self = .object(properties, required: sparseMembers.map(\.name), isClosed: true)
        }
    }

    private var orNull: JSONSchema {
        guard let index = members.firstIndex(where: { $0.name == "type" }) else {
            return .any(of: [self, JSONSchema(type: "null")])
        }
        return with("type", .list([members[index].value, .text("null")]))
    }
}

extension WireValue {
    static func texts(_ texts: [String]) -> WireValue { .list(texts.map { .text($0) }) }

    /// An object in the order of the literal.
    static func members(_ members: KeyValuePairs<String, WireValue>) -> WireValue {
        .object(members.map { WireMember($0.key, $0.value) })
    }
}
