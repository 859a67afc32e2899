import BacklinkContracts

// How /openapi.json tells the tasks and answers of DataForSEO's endpoints.

extension DataForSEOEndpoint {
    /// What a task may have; other fields are refused.
    private var fields: [String] {
        switch self {
        case .bulkNewLostBacklinks, .bulkNewLostReferringDomains: BulkQuestion.fields
        case .history: HistoryQuestion.fields
        }
    }

    private var requiredField: String { self == .history ? "target" : "targets" }

    /// "HistoryTask"
    var taskSchemaName: String { Self.title(self) + "Task" }
    var answerSchemaName: String { Self.title(self) + "Answer" }

    private static func title(_ endpoint: DataForSEOEndpoint) -> String {
        endpoint.rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// Null and "" count as not given.
    var taskSchema: JSONSchema {
        .object(
            fields.map { name in
                let schema = Self.schema(ofField: name)
                if name == requiredField { return (name, schema) }
                return (
                    name, .any(of: [schema, JSONSchema([WireMember("const", .text(""))]), JSONSchema(type: "null")])
                )
            }, required: [requiredField], isClosed: true)
    }

    private static func schema(ofField name: String) -> JSONSchema {
        switch name {
        case "targets": .list(of: .target, count: 1...BulkRequest.targetLimit)
        case "target": .name
        case "rank_scale": .choice(HistoryQuestion.RankScale.allCases.map(\.rawValue))
        case "tag":
            JSONSchema(type: "string").with("maxLength", .integer(Int64(DataForSEOTaskReader.tagLimit)))
        default: .day
        }
    }

    /// What a call's body is: a list of one task, the task alone, or the task under a name, as the vendor's samples send it.
    var bodySchema: JSONSchema {
        let task = JSONSchema.reference(taskSchemaName)
        return .any(of: [
            .list(of: task, count: 1...1), task,
            JSONSchema(type: "object").with("additionalProperties", task.wire).with("minProperties", .integer(1))
                .with("maxProperties", .integer(1)),
        ])
    }

    /// An envelope with this endpoint's results.
    var answerSchema: JSONSchema {
        let result = SchemaSample.results(of: self)
        let task = JSONSchema(
            of: SchemaSample.task(self, result: .null).wire, sparse: SchemaSample.task(self, result: .null).wire,
            members: [
                "cost": JSONSchema(type: "number"), "data": JSONSchema(type: "object"),
                "path": .list(of: JSONSchema(type: "string")),
                "result": .any(of: [.list(of: result, count: 1...1), JSONSchema(type: "null")]),
            ])
        return SchemaSample.envelopeSchema(tasks: .any(of: [.list(of: task), JSONSchema(type: "null")]))
    }

    /// A whole answer.
    var answerExample: WireValue {
        SchemaSample.envelope([SchemaSample.task(self, result: SchemaSample.result(of: self))]).wire
    }
}

extension SchemaSample {
    /// A call that was refused as a whole.
    static let refusedCall = envelopeSchema(tasks: JSONSchema(type: "null"))

    fileprivate static func envelopeSchema(tasks: JSONSchema) -> JSONSchema {
        let sample = envelope(nil).wire
        return JSONSchema(
            of: sample, sparse: sample, members: ["cost": JSONSchema(type: "number"), "tasks": tasks])
    }

    fileprivate static func envelope(_ tasks: [DataForSEOTask]?) -> DataForSEOEnvelope {
        DataForSEOEnvelope(
            version: "0.1.20261101", statusCode: 20_000, statusMessage: "Ok.", time: "0.0123 sec.", cost: 0,
            tasksCount: Int64(tasks?.count ?? 0), tasksError: 0, tasks: tasks)
    }

    fileprivate static func task(_ endpoint: DataForSEOEndpoint, result: WireValue) -> DataForSEOTask {
        DataForSEOTask(
            id: "11211244-0000-\(endpoint.functionCode)-0000-ceb4be23b495", statusCode: 20_000, statusMessage: "Ok.",
            time: "0.0123 sec.", cost: 0, resultCount: 1, path: endpoint.path,
            data: .members(["api": .text("backlinks"), "function": .text(endpoint.pathComponent)]), result: [result])
    }

    fileprivate static func result(of endpoint: DataForSEOEndpoint) -> WireValue {
        switch endpoint {
        case .bulkNewLostBacklinks:
            BulkResult(items: [NewLostBacklinksItem(target: "example.com", newBacklinks: 12, lostBacklinks: 3)]).wire
        case .bulkNewLostReferringDomains:
            BulkResult(items: [
                NewLostReferringDomainsItem(
                    target: "example.com", newReferringDomains: 4, lostReferringDomains: 1,
                    newReferringMainDomains: 3, lostReferringMainDomains: 1)
            ]).wire
        case .history:
            HistoryResult(
                target: "example.com", dateFrom: "2026-11-01", dateTo: "2026-11-21", itemsCount: 1, items: [point]
            ).wire
        }
    }

    fileprivate static func results(of endpoint: DataForSEOEndpoint) -> JSONSchema {
        let sample = result(of: endpoint)
        return JSONSchema(
            of: sample, sparse: sample,
            members: [
                "referring_links_tld": .counts, "referring_links_types": .counts, "referring_links_attributes": .counts,
                "date": JSONSchema(type: "string"),
            ])
    }

    /// A month as this server tells it: what a link table can't know is null, always.
    private static let point: HistoryItem = {
        var item = HistoryItem()
        item.type = "backlinks_history"
        item.date = "2026-11-01 00:00:00 +00:00"
        item.rank = 310
        item.backlinks = 1_200
        item.newBacklinks = 40
        item.lostBacklinks = 12
        item.newReferringDomains = 4
        item.lostReferringDomains = 1
        item.referringDomains = 340
        item.referringDomainsNofollow = 30
        item.referringMainDomains = 300
        item.referringMainDomainsNofollow = 28
        item.referringPages = 1_100
        item.referringPagesNofollow = 90
        item.referringLinksTld = [NamedCount("com", 900), NamedCount("org", 300)]
        item.referringLinksTypes = [NamedCount("anchor", 1_200)]
        item.referringLinksAttributes = [NamedCount("nofollow", 200)]
        return item
    }()
}
