/// One task of an answer: its outcome, what it was asked, and its results as values that the endpoint's type reads.
package struct DataForSEOTask: WireConvertible {
    package var id: String?
    package var statusCode: Int64?
    package var statusMessage: String?
    package var time: String?
    package var cost: Double?
    /// 0 when `result` is nil.
    package var resultCount: Int64?
    package var path: [String]?
    /// `api`, `function`, and the members of the request.
    package var data: WireValue
    package var result: [WireValue]?

    package init(
        id: String? = nil, statusCode: Int64? = nil, statusMessage: String? = nil, time: String? = nil,
        cost: Double? = nil, resultCount: Int64? = nil, path: [String]? = nil, data: WireValue = .object([]),
        result: [WireValue]? = nil
    ) {
        self.id = id
        self.statusCode = statusCode
        self.statusMessage = statusMessage
        self.time = time
        self.cost = cost
        self.resultCount = resultCount
        self.path = path
        self.data = data
        self.result = result
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "a task of DataForSEO")
        id = try object.text("id")
        statusCode = try object.integer("status_code")
        statusMessage = try object.text("status_message")
        time = try object.text("time")
        cost = try object.real("cost")
        resultCount = try object.integer("result_count")
        path = try object.list("path").map { $0.compactMap(\.textValue) }
        data = .object(try object.object("data") ?? [])
        result = try object.list("result")
    }

    /// The results as the endpoint's type; null ones are passed over. Throws a `WireError` of kind shape.
    package func results<Result: WireConvertible>(_ type: Result.Type) throws(WireError) -> [Result] {
        try WireObjectReader.items(result ?? [], type)
    }

    package var wire: WireValue {
        .object([
            WireMember("id", WireValue(id)),
            WireMember("status_code", WireValue(statusCode)),
            WireMember("status_message", WireValue(statusMessage)),
            WireMember("time", WireValue(time)),
            WireMember("cost", WireValue(amount: cost)),
            WireMember("result_count", WireValue(resultCount)),
            WireMember("path", path.map { .list($0.map { .text($0) }) } ?? .null),
            WireMember("data", data),
            WireMember("result", result.map { .list($0) } ?? .null),
        ])
    }
}
