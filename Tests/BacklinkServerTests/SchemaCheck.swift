import BacklinkContracts
import LinkModel

/// Holds values against JSON Schemas, as far as /openapi.json uses them. It knows nothing of how they are made.
struct SchemaCheck {
    /// The whole description: where references lead.
    let document: WireValue

    /// What is wrong, with its place; empty for a value that the schema allows.
    func faults(_ value: WireValue, _ schema: WireValue, at place: String = "$") -> [String] {
        guard case .object(let rules) = schema else { return ["\(place): the schema is no object"] }
        return rules.flatMap { rule in faults(value, rule, of: schema, at: place) }
    }

    private func faults(
        _ value: WireValue, _ rule: WireMember, of schema: WireValue, at place: String
    ) -> [String] {
        func expect(_ isRight: Bool) -> [String] {
            isRight ? [] : ["\(place): \(rule.name) \(rule.value) doesn't allow \(value)"]
        }
        switch (rule.name, rule.value, value) {
        case ("$ref", .text(let reference), _):
            var target: WireValue? = document
            for step in reference.split(separator: "/").dropFirst() { target = target?[String(step)] }
            guard let target else { return ["\(place): \(reference) leads nowhere"] }
            return faults(value, target, at: place)
        case ("type", .text(let name), _): return expect(Self.isType(value, name))
        case ("type", .list(let names), _):
            return expect(names.contains { if case .text(let name) = $0 { Self.isType(value, name) } else { false } })
        case ("enum", .list(let choices), _): return expect(choices.contains(value))
        case ("const", let constant, _): return expect(constant == value)
        case ("anyOf", .list(let schemas), _):
            return expect(schemas.contains { faults(value, $0, at: place).isEmpty })
        case ("properties", .object(let properties), .object(let members)):
            return members.flatMap { member in
                properties.first { $0.name == member.name }
                    .map { faults(member.value, $0.value, at: "\(place).\(member.name)") } ?? []
            }
        case ("required", .list(let names), .object(let members)):
            return expect(names.allSatisfy { name in members.contains { .text($0.name) == name } })
        case ("additionalProperties", let rest, .object(let members)):
            guard case .object(let known) = schema["properties"] ?? .object([]) else { return ["\(place): properties"] }
            let others = members.filter { member in !known.contains { $0.name == member.name } }
            if rest == .flag(false) { return expect(others.isEmpty) }
            return others.flatMap { faults($0.value, rest, at: "\(place).\($0.name)") }
        case ("items", let element, .list(let values)):
            return values.enumerated().flatMap { faults($0.element, element, at: "\(place)[\($0.offset)]") }
        case ("minItems", .integer(let count), .list(let values)): return expect(values.count >= count)
        case ("maxItems", .integer(let count), .list(let values)): return expect(values.count <= count)
        case ("minimum", .integer(let least), .integer(let number)): return expect(number >= least)
        case ("maximum", .integer(let most), .integer(let number)): return expect(number <= most)
        case ("minLength", .integer(let count), .text(let text)): return expect(text.unicodeScalars.count >= count)
        case ("maxLength", .integer(let count), .text(let text)): return expect(text.unicodeScalars.count <= count)
        case ("format", .text("date"), .text(let text)): return expect(Day(text) != nil)
        case ("properties", _, _), ("required", _, _), ("items", _, _), ("minItems", _, _), ("maxItems", _, _),
            ("minimum", _, _), ("maximum", _, _), ("minLength", _, _), ("maxLength", _, _), ("format", _, _),
            ("additionalProperties", _, _), ("minProperties", _, _), ("maxProperties", _, _), ("default", _, _),
            ("description", _, _), ("examples", _, _), ("pattern", _, _):
            // They speak of other types, or allow everything.
            return []
        default: return ["\(place): the schema has the unknown word \(rule.name)"]
        }
    }

    private static func isType(_ value: WireValue, _ name: String) -> Bool {
        switch value {
        case .null: name == "null"
        case .flag: name == "boolean"
        case .integer: name == "integer" || name == "number"
        case .real: name == "number"
        case .text: name == "string"
        case .list: name == "array"
        case .object: name == "object"
        }
    }
}
