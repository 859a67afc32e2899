import BacklinkClient
import BacklinkContracts
import Synchronization

/// A provider in memory: links by target, handed out in pages, with faults where a test wants them. Counts what it sells.
final class ScriptedSource: BacklinkSource {
    /// Ends a job as a kill would: no part of the fetch knows this error.
    struct Killed: Error {}

    struct Sold: Equatable {
        var requests = 0
        var rows = 0
        var calls: [String] = []
    }

    let provider: Provider
    private let links: [String: [BacklinkRow]]
    /// Called before every request with its number from 1 and its words; what it throws is the answer.
    private let fault: @Sendable (_ number: Int, _ call: String) throws -> Void
    private let state = Mutex(Sold())
    /// Put into cursors: those of another generation are refused.
    let generation: Mutex<Int> = Mutex(1)
    /// Answers of exportStatus, in turn; the last one stays.
    let taskStatuses: Mutex<[ExportTask]> = Mutex([])
    /// Files by location, in turn; the last one stays.
    let files: Mutex<[[UInt8]]> = Mutex([])
    /// What metrics says of every target instead of the number of its links.
    let claimedCount: Mutex<Int64?> = Mutex(nil)
    /// Rows that are sent before an attempt fails and is made again.
    let abandonedRows: Mutex<Int> = Mutex(0)

    init(
        _ provider: Provider = .seoPowerSuite, links: [String: [BacklinkRow]],
        fault: @escaping @Sendable (_ number: Int, _ call: String) throws -> Void = { _, _ in }
    ) {
        self.provider = provider
        self.links = links
        self.fault = fault
    }

    var sold: Sold { state.withLock { $0 } }

    func redact(_ text: String) -> String { text }
    func withoutKey(_ bytes: [UInt8]) -> [UInt8]? { nil }

    private func begin(_ call: String) throws {
        let number = state.withLock { sold in
            sold.requests += 1
            sold.calls.append(call)
            return sold.requests
        }
        try fault(number, call)
    }

    func rawBacklinks(
        _ target: SourceTarget, limit: Int, cursor: String?, into receiver: any PageReceiver
    ) throws -> String? {
        try begin("raw \(target.text) \(cursor ?? "-")")
        let rows = links[target.text] ?? []
        var start = 0
        if let cursor {
            let parts = cursor.split(separator: "/").map(String.init)
            guard parts.count == 2, parts[0] == "g\(generation.withLock { $0 })", let offset = Int(parts[1]) else {
                throw ClientError(.badRequest, provider: nil, statusCode: 400, message: "next is invalid")
            }
            start = offset
        }
        let end = min(rows.count, start + limit)
        let abandoned = abandonedRows.withLock { $0 }
        if abandoned > 0 {
            try receiver.beginAttempt()
            for row in rows.prefix(abandoned) { try receiver.receive(row) }
        }
        try receiver.beginAttempt()
        for row in rows[start..<end] { try receiver.receive(row) }
        state.withLock { $0.rows += end - start }
        return end < rows.count ? "g\(generation.withLock { $0 })/\(end)" : nil
    }

    func topBacklinks(
        _ target: SourceTarget, limit: Int, orderBy: String, perDomain: Int?, into receiver: any PageReceiver
    ) throws {
        try begin("top \(target.text) \(limit) \(orderBy) \(perDomain ?? 0)")
        try receiver.beginAttempt()
        let rows = (links[target.text] ?? []).prefix(limit)
        for row in rows { try receiver.receive(row) }
        state.withLock { $0.rows += rows.count }
    }

    func queueExport(_ target: SourceTarget) throws -> ExportTask {
        try begin("queue \(target.text)")
        return ScriptedSource.task("queued_for_processing", id: "task-\(target.text)")
    }

    func exportStatus(taskID: String) throws -> ExportTask {
        try begin("status \(taskID)")
        return taskStatuses.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }

    func download(_ downloadFile: String, beginAttempt: () throws -> Void, receive: ([UInt8]) throws -> Void) throws {
        try begin("download \(downloadFile)")
        try beginAttempt()
        try receive([1, 2, 3])
        try beginAttempt()
        let file = files.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        for start in stride(from: 0, to: file.count, by: 1000) {
            try receive(Array(file[start..<min(start + 1000, file.count)]))
        }
    }

    func metrics(_ targets: [String], mode: String) throws -> [MetricsRow] {
        try begin("metrics \(targets.joined(separator: " ")) \(mode)")
        return targets.map { target in
            var row = MetricsRow()
            row.target = target
            row.backlinks = claimedCount.withLock { $0 } ?? Int64(links[target]?.count ?? 0)
            return row
        }
    }

    static func task(_ status: String, id: String? = nil, file: String? = nil) -> ExportTask {
        var task = ExportTask()
        task.taskStatus = status
        task.taskID = id
        task.downloadFile = file
        return task
    }
}

extension ScriptedSource {
    /// Exports are made at the second look.
    func serveExport(of rows: [BacklinkRow]) throws {
        try files.withLock { $0 = [try FetchFixture.export(rows)] }
        taskStatuses.withLock {
            $0 = [Self.task("processing", id: "x"), Self.task("complete", id: "x", file: "https://files/x.csv.gz")]
        }
    }
}
