/// One line of a fetch's journal: something that needn't be done, or bought, again.
struct JournalEntry: Codable, Hashable, Sendable {
    enum Kind: String, Codable, Sendable {
        /// The fetch, for people: `note`.
        case begin
        /// A page of rows lies in `file`; `next` is the cursor behind it, nil after the last page.
        /// With a `note`, no further page is asked for.
        case page
        /// The same, and the target starts anew with it: the pages before, and a task, count for nothing but money.
        case pageAnew
        /// An export is about to be ordered; with a `note`, that order was refused.
        case order
        /// An export was ordered: `taskID`, and `rows` that the budget was charged with.
        case task
        /// The count of links that a budget was checked against: `rows`.
        case count
        /// The target's pages end here, and not as they should: `note` says why. No more of them are asked for.
        case end
        /// The target starts anew: its pages and task count for nothing but money.
        case anew
        /// A provider's figures: `figures`, of the targets from `target` on.
        case figures
        /// The figures of all lines before are in the store.
        case stored
    }

    var kind: Kind
    /// Index into the plan's targets.
    var target: Int?
    var file: String?
    var byteCount: Int?
    /// Of the file, in hexadecimal; nil in journals of old.
    var sha256: String?
    var rows: Int?
    var next: String?
    var taskID: String?
    /// The budget made the request smaller than it was meant to be, and it brought all that it could.
    var isCut: Bool?
    /// What it cost, in billionths of the currency.
    var cost: Int64?
    /// Requests that it took.
    var requests: Int?
    var note: String?
    /// What the fetch brings, whatever its label: FetchPlan.subject.
    var subject: String?
    /// Ids that the provider gave the requests.
    var requestIDs: [String]?
    var endpoint: String?
    var figures: [FetchedFigure]?
    /// When the figures came; nil in journals of old.
    var fetchedAt: String?

    /// The first of its numbers that no fetch writes down, in words; nil for none.
    var wrongNumber: String? {
        for (name, value) in [("target", target), ("rows", rows), ("requests", requests)] {
            if let value, !OutsideCount.range.contains(value) {
                return "\(name) is \(value), expected \(OutsideCount.expected)"
            }
        }
        for (name, value) in [("byteCount", byteCount.map { Int64($0) }), ("cost", cost)] {
            if let value, value < 0 { return "\(name) is \(value), expected a number from 0" }
        }
        return nil
    }

    init(_ kind: Kind, target: Int? = nil) {
        self.kind = kind
        self.target = target
    }
}

/// A provider's figures for one target on one day.
package struct FetchedFigure: Codable, Hashable, Sendable {
    package var endpoint: String
    package var target: String
    package var mode: String?
    /// The day that the figures speak of, yyyy-mm-dd.
    package var date: String
    /// Where the period begins, for counts of changes.
    package var dateFrom: String?
    package var values: [String: Int64]
}
