/// Every answer of DataForSEO, and of AIsa, which passes it through: the call, its tasks, their results.
package struct DataForSEOEnvelope: WireConvertible {
    package var version: String?
    /// 20000 is success; what a task says counts separately.
    package var statusCode: Int64?
    package var statusMessage: String?
    /// "0.1234 sec."
    package var time: String?
    /// US dollars.
    package var cost: Double?
    package var tasksCount: Int64?
    package var tasksError: Int64?
    /// nil when the call itself failed.
    package var tasks: [DataForSEOTask]?

    package init(
        version: String? = nil, statusCode: Int64? = nil, statusMessage: String? = nil, time: String? = nil,
        cost: Double? = nil, tasksCount: Int64? = nil, tasksError: Int64? = nil, tasks: [DataForSEOTask]? = nil
    ) {
        self.version = version
        self.statusCode = statusCode
        self.statusMessage = statusMessage
        self.time = time
        self.cost = cost
        self.tasksCount = tasksCount
        self.tasksError = tasksError
        self.tasks = tasks
    }

    /// Tasks that aren't objects are passed over: AIsa's pages show texts there.
    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "an answer of DataForSEO")
        version = try object.text("version")
        statusCode = try object.integer("status_code")
        statusMessage = try object.text("status_message")
        time = try object.text("time")
        cost = try object.real("cost")
        tasksCount = try object.integer("tasks_count")
        tasksError = try object.integer("tasks_error")
        if let values = try object.list("tasks") {
            tasks = try WireObjectReader.items(values.filter { $0.objectValue != nil }, DataForSEOTask.self)
        }
    }

    package var wire: WireValue {
        .object([
            WireMember("version", WireValue(version)),
            WireMember("status_code", WireValue(statusCode)),
            WireMember("status_message", WireValue(statusMessage)),
            WireMember("time", WireValue(time)),
            WireMember("cost", WireValue(amount: cost)),
            WireMember("tasks_count", WireValue(tasksCount)),
            WireMember("tasks_error", WireValue(tasksError)),
            WireMember("tasks", tasks.map { .list($0.map(\.wire)) } ?? .null),
        ])
    }
}
