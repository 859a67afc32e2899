/// What became of the records of one chunk; told to the session in the order of the file.
struct ChunkReport: Sendable {
    struct Rejection: Sendable {
        /// Records of the chunk up to this one.
        var rowCount: UInt64
        var reason: String
        /// Where it is and what is wrong; of the first ones only.
        var line: String?
    }

    /// The chunk's place in the file.
    var place: Int
    var rowCount: UInt64 = 0
    var rejections: [Rejection] = []
    var storedCount: UInt64 = 0
    var lostCount: UInt64 = 0
    var resourceCount: UInt64 = 0
    var mentionCount: UInt64 = 0
    var repairedTextCount: UInt64 = 0
    /// Links into the file's ranges, and others.
    var insideCount: UInt64 = 0
    var outsideCount: UInt64 = 0
    /// In the order of their first rows.
    var unknownTypes: [(word: String, count: UInt64)] = []
    /// Why there is no further chunk.
    var failure: ImportError?

    mutating func reject(_ reason: String, _ line: @autoclosure () -> String) {
        let isShown = rejections.count < RejectionLog.shownCount
        rejections.append(Rejection(rowCount: rowCount, reason: reason, line: isShown ? line() : nil))
    }

    /// Throws when there are too many bad rows, or the chunk couldn't be read.
    func tell(_ session: ImportSession, _ tally: inout CSVTally, _ counts: inout FileRowCounts) throws(ImportError) {
        let before = session.rejections.rowCount
        for rejection in rejections {
            session.rejections.rowCount = before + rejection.rowCount
            counts.rejectedCount += 1
            try session.rejections.reject(reason: rejection.reason) { rejection.line ?? "" }
        }
        session.rejections.rowCount = before + rowCount
        tally.storedCount += storedCount
        tally.lostCount += lostCount
        tally.resourceCount += resourceCount
        tally.mentionCount += mentionCount
        tally.repairedTextCount += repairedTextCount
        counts.insideCount += insideCount
        counts.outsideCount += outsideCount
        if let failure { throw failure }
    }
}
