import BacklinkContracts

// How /openapi.json tells a parameter's rule: in a query, and in the JSON of a POST.

extension ParameterRule {
    /// A parameter object.
    var queryParameter: WireValue {
        var members = [
            WireMember("name", .text(name)), WireMember("in", .text("query")),
            WireMember("description", .text(meaning)), WireMember("required", .flag(isRequired)),
        ]
        if case .target(isBatch: true) = kind {
            members += [WireMember("style", .text("form")), WireMember("explode", .flag(true))]
        }
        // Empty ones count as not given; only an empty cursor is a mistake.
        if !isRequired, name != "next" { members.append(WireMember("allowEmptyValue", .flag(true))) }
        members.append(WireMember("schema", querySchema.wire))
        return .object(members)
    }

    private var querySchema: JSONSchema {
        switch kind {
        case .target(isBatch: true):
            .list(of: .target, count: 1...SEOPowerSuiteCommand.batchLimit)
        default: plainSchema
        }
    }

    /// A member of a POST's object.
    var bodySchema: JSONSchema {
        let schema: JSONSchema =
            switch kind {
            case .target(isBatch: true):
                .any(of: [.target, .list(of: .target, count: 1...SEOPowerSuiteCommand.batchLimit)])
            case .number(let range, _):
                .any(of: [
                    plainSchema, JSONSchema(type: "string").with("pattern", .text(Self.digits(upTo: range.upperBound))),
                ])
            default: plainSchema
            }
        if isRequired { return schema.with("description", .text(meaning)) }
        let notGiven = [JSONSchema([WireMember("const", .text(""))]), JSONSchema(type: "null")]
        return .any(of: [schema] + notGiven).with("description", .text(meaning))
    }

    private var plainSchema: JSONSchema {
        switch kind {
        case .target: .target
        case .choice(let choices, let standard):
            JSONSchema.choice(choices).with(default: standard.map { .text($0) })
        case .number(let range, let standard):
            JSONSchema.integer(range).with(default: standard.map { .integer(Int64($0)) })
        case .day: .day
        case .text: JSONSchema(type: "string").with("minLength", .integer(1))
        }
    }

    /// The digits of 1 to a power of ten, as a regular expression.
    private static func digits(upTo limit: Int) -> String {
        let zeroCount = String(limit).utf8.count - 1
        precondition(String(limit) == "1" + String(repeating: "0", count: zeroCount), "limits are powers of ten")
        return "^0*([1-9][0-9]{0,\(zeroCount - 1)}|1\(String(repeating: "0", count: zeroCount)))$"
    }
}

extension JSONSchema {
    /// A name or an address. No pattern says what these are: international names and every way to write a URL are taken
    /// (docs/url-rules.md). The format is one of our own.
    static let target = JSONSchema(type: "string").with("minLength", .integer(1)).with(
        "format", .text("name-or-address")
    )
    .with("examples", .texts(["example.com", "https://example.com/page"]))

    /// A name, for questions that have no answer for a page.
    static let name = JSONSchema(type: "string").with("minLength", .integer(1)).with("format", .text("name"))
        .with("examples", .texts(["example.com"]))

    fileprivate func with(default value: WireValue?) -> JSONSchema { value.map { with("default", $0) } ?? self }
}
