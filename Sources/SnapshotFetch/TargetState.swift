/// What a fetch has of one target, as the journal tells it.
struct TargetState: Sendable {
    struct Page: Sendable, Hashable {
        var file: String
        var byteCount: Int
        var rowCount: Int
        /// The cursor behind it; nil after the last page.
        var next: String?
        var sha256: String?
        /// See JournalEntry.
        var isCut = false
    }

    var pages: [Page] = []
    /// An export that was ordered and not downloaded yet.
    var taskID: String?
    /// An order was sent, and nothing says what became of it.
    var isOrderUnsure = false
    /// Rows that the budget was charged with for it.
    var orderedRowCount = 0
    /// The count of links that a budget was checked against.
    var knownRowCount: Int?
    /// Page files that were ever begun: the next one's name is new.
    var fileCount = 0
    /// Why no further page is asked for, although the last one has a cursor.
    var endReason: String?
    /// Rows that were bought and are none of the pages': of pages that count no more, and of counts.
    var otherRowCount = 0
    /// Rows of an earlier run that this one buys again.
    var rebought: Int?
    var cost = Money.zero
    var hasCost = false
    var requestCount = 0
    var requestIDs: [String] = []

    var rowCount: Int { pages.sum(\.rowCount) }
    var isFinished: Bool { pages.last.map { $0.next == nil } ?? false }
    var wasCut: Bool { pages.last?.isCut ?? false }
    var cursor: String? { pages.last?.next }

    /// - Parameter count: of the plan's targets; entries of others are left out.
    static func states(of entries: [JournalEntry], count: Int) -> [TargetState] {
        var states = [TargetState](repeating: TargetState(), count: count)
        for entry in entries {
            guard let target = entry.target, states.indices.contains(target) else { continue }
            states[target].apply(entry)
        }
        return states
    }

    mutating func apply(_ entry: JournalEntry) {
        requestCount = .saturated(requestCount, plus: entry.requests ?? 0)
        requestIDs += entry.requestIDs ?? []
        if let cost = entry.cost {
            self.cost = self.cost + Money(billionths: cost)
            hasCost = true
        }
        switch entry.kind {
        case .page, .pageAnew:
            if entry.kind == .pageAnew { startAnew(keptPageCount: 0) }
            pages.append(
                Page(
                    file: entry.file ?? "", byteCount: entry.byteCount ?? 0, rowCount: entry.rows ?? 0,
                    next: entry.next, sha256: entry.sha256, isCut: entry.isCut ?? false))
            fileCount += 1
            taskID = nil
            orderedRowCount = 0
            if let note = entry.note { endReason = note }
        case .order: isOrderUnsure = entry.note == nil
        case .task:
            taskID = entry.taskID
            isOrderUnsure = false
            orderedRowCount = entry.rows ?? 0
        case .count:
            knownRowCount = entry.rows
            otherRowCount = .saturated(otherRowCount, plus: 1)
        case .end: endReason = entry.note
        case .anew:
            // `rows` pages are kept: those before a damaged one.
            startAnew(keptPageCount: min(entry.rows ?? 0, pages.count))
        case .begin, .figures, .stored: break
        }
    }

    private mutating func startAnew(keptPageCount: Int) {
        otherRowCount = .saturated(otherRowCount, plus: pages[keptPageCount...].sum(\.rowCount))
        pages.removeLast(pages.count - keptPageCount)
        taskID = nil
        endReason = nil
        orderedRowCount = 0
    }
}
