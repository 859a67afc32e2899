/// What a fetch has of one target, as the journal tells it.
struct TargetState: Sendable {
    struct Page: Sendable, Hashable {
        var file: String
        var byteCount: Int
        var rowCount: Int
        /// The cursor behind it; nil after the last page.
        var next: String?
    }

    var pages: [Page] = []
    /// An export that was ordered and not downloaded yet.
    var taskID: String?
    /// The count of links that a budget was checked against.
    var knownRowCount: Int?
    /// Page files that were ever begun: the next one's name is new.
    var fileCount = 0
    /// Rows and money of pages that count no more.
    var discardedRowCount = 0
    var cost = Money.zero
    var hasCost = false
    var requestCount = 0
    var requestIDs: [String] = []

    var rowCount: Int { pages.reduce(0) { $0 + $1.rowCount } }
    var isFinished: Bool { pages.last.map { $0.next == nil } ?? false }
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
        requestCount += entry.requests ?? 0
        requestIDs += entry.requestIDs ?? []
        if let cost = entry.cost {
            self.cost = self.cost + Money(billionths: cost)
            hasCost = true
        }
        switch entry.kind {
        case .page:
            pages.append(
                Page(
                    file: entry.file ?? "", byteCount: entry.byteCount ?? 0, rowCount: entry.rows ?? 0,
                    next: entry.next))
            fileCount += 1
            taskID = nil
        case .task: taskID = entry.taskID
        case .count: knownRowCount = entry.rows
        case .anew:
            // `rows` pages are kept: those before a damaged one.
            let kept = min(entry.rows ?? 0, pages.count)
            discardedRowCount += pages[kept...].reduce(0) { $0 + $1.rowCount }
            pages.removeLast(pages.count - kept)
            taskID = nil
        case .begin, .figures, .stored: break
        }
    }
}
