/// Counts the rows of one file as they are read. The session is told now and then and before each bad row: looking into
/// it for every row would cost more than reading the row.
struct RowCounter {
    private let session: ImportSession
    private let file: FileSource
    private var pendingCount: UInt64 = 0
    private static let reportedRowCount: UInt64 = 1024

    init(_ session: ImportSession, _ file: FileSource) {
        self.session = session
        self.file = file
    }

    mutating func countRow() {
        pendingCount &+= 1
        if pendingCount == RowCounter.reportedRowCount { flush() }
    }

    /// Tells the session; call at the end of the file.
    mutating func flush() {
        session.rejections.rowCount += pendingCount
        pendingCount = 0
        session.meter.report(
            "reading", bytesDone: session.finishedByteCount + file.byteCount, rows: session.rejections.rowCount)
    }

    /// Counts the current row as bad; see RejectionLog.reject.
    mutating func reject(reason: String, _ line: @autoclosure () -> String) throws(ImportError) {
        flush()
        try session.rejections.reject(reason: reason, line: line)
    }
}
