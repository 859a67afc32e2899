import BacklinkContracts
import Digests
import LinkEngine
import LinkModel
import SnapshotStore

extension SEOPowerSuiteHandler {
    func queueExport(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        let target = try question.target()
        let snapshot = try served.today(for: target, showsRanks: true)
        try refuseHuge(target, snapshot)
        // What can't be answered at all fails here, where it can be told.
        _ = try served.engine.backlinkPage(snapshot, target, from: 0, limit: 1)
        let task = try exports.queue(served.engine, snapshot, target, isExtended: question.isExtended)
        var answer = ServerAnswer(type: question.format.contentType, question.format.bytes(task.wire))
        answer.note = task.taskStatus
        return answer
    }

    /// An unknown id is status 200 with the document's words (contract decision 36).
    func exportStatus(_ question: SEOPowerSuiteQuestion) throws -> ServerAnswer {
        guard let id = try question.parameters.text("task_id") else { throw ServiceError.missing("task_id") }
        var task = ExportTask(status: .unknown, taskID: id)
        if let entry = exports.entry(id) {
            task = ExportTask(status: entry.status, taskID: id)
            if entry.status == .complete {
                let query = downloadToken(entry.fileName).map { "?token=\($0)" } ?? ""
                task.downloadFile = "\(question.request.origin)\(Self.downloadPath)\(entry.fileName)\(query)"
            }
        }
        return ServerAnswer(type: question.format.contentType, question.format.bytes(task.wire))
    }

    static let downloadPath = "/export/c/"

    /// Stands in for the key in a download's address: the document's own flow sends none there. nil when no key is asked
    /// for.
    func downloadToken(_ fileName: String) -> String? {
        guard needsDownloadToken else { return nil }
        let message = Array("\(Self.downloadPath)\(fileName)".utf8)
        return Base64.urlText(MessageAuthentication.code(of: message, key: cursorKey))
    }

    /// Whether the token is the one of that file.
    func accepts(_ token: String, for fileName: String) -> Bool {
        guard let expected = downloadToken(fileName) else { return false }
        return MessageAuthentication.isEqual(Array(expected.utf8), Array(token.utf8))
    }

    /// A finished export's file.
    func download(_ name: String) throws -> ServerAnswer {
        guard let file = exports.file(named: name) else {
            throw ServiceError(404, "The requested resource could not be found. Exports are kept for 24 hours.")
        }
        return ServerAnswer(
            headers: [
                .init("Content-Type", "application/gzip"),
                .init("Content-Disposition", "attachment; filename=\"\(name)\""),
            ],
            body: .chunks(AnswerBody(ExportFileBody(file), byteCount: file.byteCount)))
    }
}

extension ServerRequest {
    /// Where the client found us: "http://127.0.0.1:8080".
    fileprivate var origin: String {
        let host = header("host") ?? ""
        let isPlain =
            !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: ".-:[]_".utf8.contains(byte)
                }
            }
        // A proxy that ends TLS says so.
        let scheme = header("x-forwarded-proto")?.lowercased() == "https" ? "https" : "http"
        return "\(scheme)://\(isPlain ? host : "127.0.0.1")"
    }
}
