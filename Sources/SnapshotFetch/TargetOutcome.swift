/// How the fetch of one target ended.
package struct TargetOutcome: Sendable {
    package enum Result: String, Sendable {
        /// Everything the method brings is there.
        case complete
        /// The same, and there is no link.
        case empty
        /// The budget ended it.
        case cut
        /// The provider, or what it sent, ended it.
        case failed
        /// The whole fetch stopped before it was done; the same command goes on.
        case stopped
        /// The budget allowed not one request.
        case notFetched = "not fetched"
    }

    /// What the snapshot says of the target.
    package enum Covers: String, Sendable { case complete, partial, none }

    package let target: FetchTarget
    package var result = Result.notFetched
    package var rowCount = 0
    package var requestCount = 0
    /// nil without a price.
    package var cost: Money?
    package var covers = Covers.none
    /// Whether the number of its links was asked for, because of the budget.
    package var isCounted = false
    package var note = ""
    /// Why it failed or stopped.
    package var error: FetchError?
    /// Pages and rows that an earlier run had bought.
    package var savedPageCount = 0
    package var savedRowCount = 0

    /// Behind what is noted already.
    mutating func addNote(_ text: String) { note += note.isEmpty ? text : "; " + text }

    package init(target: FetchTarget) { self.target = target }
}
