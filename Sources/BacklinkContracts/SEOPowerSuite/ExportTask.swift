/// The answer of download-all-backlinks and download-all-backlinks-status. Members that aren't set aren't written: there is
/// a file only when the task is complete, and no task when it was rejected.
package struct ExportTask: WireConvertible {
    package enum Status: String, CaseIterable, Sendable {
        case queued = "queued_for_processing"
        case processing
        case complete
        /// Another export of the same key still runs.
        case rejected
        case unknown = "task id is unknown or deleted"
    }

    /// The vendor's word, `Status` where it is one of the documented.
    package var taskStatus: String?
    package var taskID: String?
    /// The URL of a gzipped CSV file.
    package var downloadFile: String?

    package var status: Status? { taskStatus.flatMap(Status.init(rawValue:)) }

    package init(taskStatus: String? = nil, taskID: String? = nil, downloadFile: String? = nil) {
        self.taskStatus = taskStatus
        self.taskID = taskID
        self.downloadFile = downloadFile
    }

    package init(status: Status, taskID: String? = nil, downloadFile: String? = nil) {
        self.init(taskStatus: status.rawValue, taskID: taskID, downloadFile: downloadFile)
    }

    package init(wire: WireValue) throws(WireError) {
        let object = try WireObjectReader(wire, "an export task")
        taskStatus = try object.text("task_status")
        taskID = try object.text("task_id")
        downloadFile = try object.text("download_file")
    }

    package var wire: WireValue {
        var members: [WireMember] = []
        if let taskStatus { members.append(WireMember("task_status", .text(taskStatus))) }
        if let taskID { members.append(WireMember("task_id", .text(taskID))) }
        if let downloadFile { members.append(WireMember("download_file", .text(downloadFile))) }
        return .object(members)
    }
}
