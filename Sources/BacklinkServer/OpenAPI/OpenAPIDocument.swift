import BacklinkContracts

/// What GET /openapi.json says: the paths, parameters, answers and schemas of this server as it was started (OpenAPI 3.1).
/// Statuses that its options rule out aren't told.
///
/// Nothing is written twice: paths come from the tables that requests are matched with, limits and choices from the rules that
/// parameters are held to, schemas from the types that answers are written with.
struct OpenAPIDocument {
    private let settings: BacklinkService.Settings
    private let answers: OpenAPIAnswers

    init(_ settings: BacklinkService.Settings) {
        self.settings = settings
        answers = OpenAPIAnswers(asksForKey: settings.key != nil, limitsRate: settings.requestsPerMinute != nil)
    }

    func bytes() -> [UInt8] { JSONWriter.bytes(wire) }

    var wire: WireValue {
        .members([
            "openapi": .text("3.1.0"),
            "info": .members([
                "title": .text("strata serve"), "version": .text(settings.version.isEmpty ? "0" : settings.version),
                "description": .text(
                    "The HTTP contracts of SEO PowerSuite, DataForSEO and AIsa over a store of links. docs/serve.md has the "
                        + "decisions that were taken where those leave a question open."),
                "license": .members(["name": .text("Apache 2.0"), "identifier": .text("Apache-2.0")]),
            ]),
            "servers": .list([.members(["url": .text("/")])]),
            "tags": .list(
                ["SEO PowerSuite", "DataForSEO", "Server"].map { .members(["name": .text($0)]) }),
            "paths": .object(ownPaths + commandPaths + endpointPaths),
            "components": components,
        ])
    }

    // MARK: Paths

    private var ownPaths: [WireMember] {
        let health = SchemaSample.health
        let file = WireValue.members([
            "name": .text("file"), "in": .text("path"), "required": .flag(true),
            "description": .text("As download_file of a complete export has it."),
            "schema": JSONSchema(type: "string").with("minLength", .integer(1)).wire,
        ])
        let gzip = WireValue.members([
            "application/gzip": .members([
                "schema": JSONSchema(type: "string").with("format", .text("binary")).wire
            ])
        ])
        return [
            path(
                BacklinkService.healthPath,
                get: operation(
                    "getHealth", "Server", "Whether the server runs, and over what. Never asks for a key.",
                    responses: OpenAPIAnswers(asksForKey: false, limitsRate: false).plain(
                        "It runs.", OpenAPIAnswers.content(.reference(health.name), example: health.full),
                        failures: [405, 500]), isOpen: true)),
            path(
                BacklinkService.descriptionPath,
                get: operation(
                    "getDescription", "Server", "This description. Never asks for a key.",
                    responses: answers.plain(
                        "The description.", OpenAPIAnswers.content(JSONSchema(type: "object")), failures: [405],
                        isOpen: true), isOpen: true)),
            path(
                SEOPowerSuiteHandler.downloadPath + "{file}",
                get: operation(
                    "getExport", "SEO PowerSuite", "A finished export: gzipped CSV.", parameters: [file],
                    responses: answers.plain("The file.", gzip, failures: [404, 405, 500]), takesToken: true)),
        ]
    }

    private var commandPaths: [WireMember] {
        SEOPowerSuiteCommand.allCases.map { command in
            path(
                SEOPowerSuiteCommand.basePath + command.rawValue,
                get: commandOperation(command, "", parameters: command.rules.map(\.queryParameter)),
                post: command.allowsPOST
                    ? commandOperation(command, "ByPost", parameters: [], body: commandBody(command)) : nil)
        }
    }

    private func commandOperation(
        _ command: SEOPowerSuiteCommand, _ suffix: String, parameters: [WireValue], body: WireValue? = nil
    ) -> WireValue {
        let output = ParameterRule(
            name: "output", kind: .choice(AnswerFormat.allCases.map(\.rawValue), standard: AnswerFormat.json.rawValue),
            meaning: "The form of the answer.")
        let prefer = WireValue.members([
            "name": .text(ExtendedColumns.headerName), "in": .text("header"), "required": .flag(false),
            "description": .text("\(ExtendedColumns.preference) adds link_type and rel to rows of links."),
            "schema": JSONSchema(type: "string").wire, "example": .text(ExtendedColumns.preference),
        ])
        let extends = SEOPowerSuiteHandler.extendedCommands.contains(command)
        let schema = JSONSchema.reference(answerName(command))
        return operation(
            command.rawValue + suffix, "SEO PowerSuite", "\(command.rawValue), as docs/serve.md has it.",
            parameters: parameters + [output.queryParameter] + (extends ? [prefer] : []), body: body,
            responses: answers.command(
                schema, example: answerExample(command), limitsTargets: settings.targetLinkLimit != nil))
    }

    private func commandBody(_ command: SEOPowerSuiteCommand) -> WireValue {
        let schema = JSONSchema.object(
            command.rules.map { ($0.name, $0.bodySchema) },
            required: command.rules.filter(\.isRequired).map(\.name), isClosed: false)
        return .members(["required": .flag(true), "content": OpenAPIAnswers.content(schema)])
    }

    private var endpointPaths: [WireMember] {
        DataForSEOHandler.mounts.enumerated().flatMap { number, mount in
            DataForSEOEndpoint.allCases.map { endpoint in
                path(
                    DataForSEOHandler.path(mount, endpoint),
                    post: operation(
                        "\(endpoint.rawValue)_\(number)", "DataForSEO", "\(endpoint.rawValue)/live",
                        body: .members([
                            "required": .flag(true), "content": OpenAPIAnswers.content(endpoint.bodySchema),
                        ]),
                        responses: answers.envelope(endpoint)))
            }
        }
    }

    private func path(_ path: String, get: WireValue? = nil, post: WireValue? = nil) -> WireMember {
        var members: [WireMember] = []
        if let get { members.append(WireMember("get", get)) }
        if let post { members.append(WireMember("post", post)) }
        return WireMember(path, .object(members))
    }

    /// - Parameters:
    ///   - isOpen: no key is asked for.
    ///   - takesToken: a token in the address stands in for the key.
    private func operation(
        _ id: String, _ tag: String, _ summary: String, parameters: [WireValue] = [], body: WireValue? = nil,
        responses: WireValue, isOpen: Bool = false, takesToken: Bool = false
    ) -> WireValue {
        var members = [
            WireMember("operationId", .text(id)), WireMember("tags", .texts([tag])),
            WireMember("summary", .text(summary)),
        ]
        if !parameters.isEmpty { members.append(WireMember("parameters", .list(parameters))) }
        if let body { members.append(WireMember("requestBody", body)) }
        members.append(WireMember("responses", responses))
        if settings.key != nil, !isOpen {
            let names = ["apikey", "bearer", "basic"] + (takesToken ? ["token"] : [])
            members.append(WireMember("security", .list(names.map { .object([WireMember($0, .list([]))]) })))
        }
        return .object(members)
    }

    // MARK: Components

    private var components: WireValue {
        var schemas: [WireMember] = []
        func add(_ name: String, _ schema: JSONSchema) {
            if !schemas.contains(where: { $0.name == name }) { schemas.append(WireMember(name, schema.wire)) }
        }
        for sample in [SchemaSample.health, .error] { add(sample.name, sample.schema) }
        for command in SEOPowerSuiteCommand.allCases {
            add(command.sample.name, command.sample.schema)
            add(answerName(command), answerSchema(command))
        }
        add("RefusedCall", SchemaSample.refusedCall)
        for endpoint in DataForSEOEndpoint.allCases {
            add(endpoint.taskSchemaName, endpoint.taskSchema)
            add(endpoint.answerSchemaName, endpoint.answerSchema)
        }
        var members = [WireMember("schemas", .object(schemas))]
        if settings.key != nil { members.append(WireMember("securitySchemes", Self.securitySchemes)) }
        return .object(members)
    }

    private static let securitySchemes = WireValue.members([
        "apikey": .members(["type": .text("apiKey"), "in": .text("query"), "name": .text("apikey")]),
        "bearer": .members(["type": .text("http"), "scheme": .text("bearer")]),
        "basic": .members(["type": .text("http"), "scheme": .text("basic")]),
        "token": .members(["type": .text("apiKey"), "in": .text("query"), "name": .text("token")]),
    ])

    /// "MetricsRowList"; raw pages have a cursor beside their rows.
    private func answerName(_ command: SEOPowerSuiteCommand) -> String {
        guard let listName = command.listName else { return command.sample.name }
        return listName.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            + (command == .getRawBacklinks ? "Page" : "List")
    }

    private func answerSchema(_ command: SEOPowerSuiteCommand) -> JSONSchema {
        guard let listName = command.listName else { return command.sample.schema }
        var properties = [(name: listName, schema: JSONSchema.list(of: .reference(command.sample.name)))]
        if command == .getRawBacklinks { properties.append(("next", JSONSchema(type: "string"))) }
        return .object(properties, required: [listName], isClosed: true)
    }

    private func answerExample(_ command: SEOPowerSuiteCommand) -> WireValue {
        guard let listName = command.listName else { return command.sample.full }
        return .object([WireMember(listName, .list([command.sample.full]))])
    }
}
