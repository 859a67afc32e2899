import LinkModel
import SnapshotStore

/// A changed link by row numbers, before its texts are read.
struct ChangedRow: Sendable {
    var kind: ChangeKind
    var date: Day
    var reasonLost: LossReason
    /// The row that is shown is the new snapshot's.
    var isNew: Bool
    /// The row that is shown.
    var row: Int
    /// changed only: the row of the old snapshot.
    var oldRow: Int?
    /// The source page that is shown, in the union's numbers.
    var source: UInt32
}

/// Makes rows of changes: their kinds, dates and reasons.
struct ChangeDescriber: Sendable {
    private let comparison: Comparison
    private let oldDay: Day
    private let newDay: Day
    private let newPageIsSource: [UInt8]

    init(_ comparison: Comparison) throws {
        self.comparison = comparison
        oldDay = comparison.old.snapshot.id.date
        newDay = comparison.new.snapshot.id.date
        newPageIsSource = try comparison.new.snapshot.pageIsSource()
    }

    func kind(_ change: LinkChange, _ merge: LinkMerge) -> ChangeKind {
        switch change.kind {
        case .changed: .changed
        case .new: merge.new.isKnown[Int(change.new)] != 0 ? .new : .unknown
        case .lost: merge.old.isKnown[Int(change.old)] != 0 ? .lost : .unknown
        }
    }

    /// new_lost_date: of a new link, its first_seen if that lies after the old snapshot and not after the new one; else
    /// the new snapshot's date.
    func date(_ change: LinkChange, _ kind: ChangeKind, _ merge: LinkMerge) -> Day {
        guard kind == .new else { return newDay }
        return newDate(firstSeen: merge.new.firstSeen[Int(change.new)])
    }

    /// The same from a stored day.
    func newDate(firstSeen: UInt32) -> Day {
        guard let day = LinkRecord.day(fromStored: firstSeen), oldDay < day, day <= newDay else { return newDay }
        return day
    }

    func describe(_ change: LinkChange, _ kind: ChangeKind, _ date: Day, _ merge: LinkMerge) throws -> ChangedRow {
        let isNew = change.new >= 0
        let row = isNew ? merge.new.rowNumbers[Int(change.new)] : merge.old.rowNumbers[Int(change.old)]
        let source = isNew ? merge.new.source(Int(change.new)) : merge.old.source(Int(change.old))
        var reason = LossReason.none
        if kind == .lost {
            let isRedirect = merge.old.types[Int(change.old)] == LinkType.redirect.rawValue
            reason = try isRedirect || isStillSource(source) ? .linkRemoved : .pageDropped
        }
        return ChangedRow(
            kind: kind, date: date, reasonLost: reason, isNew: isNew, row: row,
            oldRow: kind == .changed ? merge.old.rowNumbers[Int(change.old)] : nil, source: source)
    }

    /// Whether a page of the old snapshot is the source of any link in the new one.
    private func isStillSource(_ page: UInt32) throws -> Bool {
        let newPages = comparison.new.pages
        let newPage: UInt32?
        if newPages.indexes == nil {
            newPage = newPages.index(atPlace: page)
        } else if let found = newPages.index(atPlace: page) {
            newPage = found
        } else if let oldPage = comparison.old.pages.index(atPlace: page) {
            // Few pages have a place; look in the whole dictionary.
            let key = try comparison.old.snapshot.pages.key(at: Int(oldPage))
            newPage = try comparison.new.snapshot.pages.index(of: key).map { UInt32($0) }
        } else {
            newPage = nil
        }
        return newPage.map { newPageIsSource[Int($0)] != 0 } ?? false
    }
}

extension LinkWindow {
    /// The source page (of the union) of a row.
    func source(_ row: Int) -> UInt32 { UInt32(truncatingIfNeeded: keys[row]) }
}
