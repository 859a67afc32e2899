import BacklinkContracts

/// Which answers can come, and what they hold.
struct OpenAPIAnswers {
    /// - Parameters:
    ///   - asksForKey: 401 can come.
    ///   - limitsRate: 429 can come.
    let asksForKey: Bool
    let limitsRate: Bool

    private static let json = "application/json"
    private static let xml = "application/xml"

    /// Of requests that aren't HTTP as we speak it, whatever they ask for: the body is JSON.
    private static let transport = [400, 413, 414, 431, 501, 503, 505]

    static func content(_ schema: JSONSchema, example: WireValue? = nil) -> WireValue {
        var members = [WireMember("schema", schema.wire)]
        if let example { members.append(WireMember("example", example)) }
        return .object([WireMember(json, .object(members))])
    }

    /// The same tree in two forms; that of XML has no types.
    private static func contents(_ schema: JSONSchema, example: WireValue? = nil) -> WireValue {
        guard case .object(let members) = content(schema, example: example) else { return .null }
        let text = JSONSchema(type: "string").with(
            "description", .text("The JSON tree as XML: docs/serve.md says how."))
        return .object(members + [WireMember(xml, .members(["schema": text.wire]))])
    }

    /// - success: description, and content where there is some.
    /// - failures: beside those of the transport; those of keys and rates are added.
    func plain(
        _ success: String, _ content: WireValue, failures: [Int] = [], isOpen: Bool = false
    ) -> WireValue {
        var answers = [answer(200, success, content)]
        let statuses = failures + (asksForKey && !isOpen ? [401] : []) + (limitsRate ? [429] : [])
        for status in Set(statuses + Self.transport).sorted() {
            answers.append(refusal(status, OpenAPIAnswers.content(.reference(SchemaSample.error.name))))
        }
        return .object(answers)
    }

    /// Of a command of SEO PowerSuite: what it asks for as XML is refused in XML too.
    func command(_ schema: JSONSchema, example: WireValue, limitsTargets: Bool) -> WireValue {
        var answers = [
            answer(200, "The answer; also for targets that nobody links to.", Self.contents(schema, example: example))
        ]
        var statuses = Self.transport + [405, 406, 500]
        if limitsTargets { statuses.append(244) }
        if asksForKey { statuses.append(401) }
        if limitsRate { statuses.append(429) }
        for status in Set(statuses).sorted() {
            answers.append(refusal(status, Self.contents(.reference(SchemaSample.error.name))))
        }
        return .object(answers)
    }

    /// Of an endpoint of DataForSEO: HTTP says 200 whatever becomes of the task (contract §1.1).
    func envelope(_ endpoint: DataForSEOEndpoint) -> WireValue {
        let refused = Self.content(.reference("RefusedCall"))
        var answers = [
            answer(
                200, "The outcome is in status_code, at the top and in the task: 20000 is success.",
                Self.content(.reference(endpoint.answerSchemaName), example: endpoint.answerExample))
        ]
        for status in Self.transport {
            answers.append(refusal(status, Self.content(.reference(SchemaSample.error.name))))
        }
        if asksForKey { answers.append(refusal(401, refused)) }
        answers.append(refusal(404, refused))
        return .object(answers)
    }

    private func answer(
        _ status: Int, _ description: String, _ content: WireValue, headers: [WireMember] = []
    ) -> WireMember {
        var members = [WireMember("description", .text(description)), WireMember("content", content)]
        if !headers.isEmpty { members.append(WireMember("headers", .object(headers))) }
        return WireMember("\(status)", .object(members))
    }

    private func refusal(_ status: Int, _ content: WireValue) -> WireMember {
        var headers: [WireMember] = []
        func add(_ name: String, _ schema: JSONSchema) {
            headers.append(WireMember(name, .members(["schema": schema.wire])))
        }
        switch status {
        case 401: add("WWW-Authenticate", JSONSchema(type: "string"))
        case 405: add("Allow", JSONSchema(type: "string"))
        case 429, 503: add("Retry-After", JSONSchema(type: "integer"))
        default: break
        }
        return answer(status, HTTPAnswerHead.reason(status), content, headers: headers)
    }
}
