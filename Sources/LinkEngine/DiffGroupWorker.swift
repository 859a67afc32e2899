import SnapshotStore

/// Compares the links of one part after the other, group by group. One for each thread.
struct GroupDiffWorker: Sendable {
    private let comparison: Comparison
    private let runs: GroupRuns
    private var merge: LinkMerge
    private var sources: GroupSourceCounter
    private var found = GroupDiffs()

    // The run that is being compared. Its groups differ only when the snapshots' suffix lists do.
    private var groups: (old: UInt32, new: UInt32) = (0, 0)
    private var endPage: UInt32 = 0
    private var oldDiff = GroupDiff(target: "")
    private var newDiff = GroupDiff(target: "")

    init(_ comparison: Comparison, _ runs: GroupRuns) {
        self.comparison = comparison
        self.runs = runs
        merge = LinkMerge(comparison, .sourceHosts)
        sources = GroupSourceCounter(comparison)
    }

    /// All groups of a part. Parts begin where runs begin.
    mutating func compare(_ part: ComparedRows) throws -> GroupDiffs {
        merge.start(part)
        endPage = 0
        while try merge.next() { count() }
        closeRun()
        defer { found = GroupDiffs() }
        return found
    }

    /// Counts what one step has merged, run by run.
    private mutating func count() {
        var (oldRow, newRow, change) = (merge.oldRows.lowerBound, merge.newRows.lowerBound, 0)
        while oldRow < merge.oldRows.upperBound || newRow < merge.newRows.upperBound {
            let page = min(
                oldRow < merge.oldRows.upperBound ? merge.old.destination(oldRow) : .max,
                newRow < merge.newRows.upperBound ? merge.new.destination(newRow) : .max)
            if page >= endPage { openRun(page) }
            let oldEnd = merge.old.end(ofPagesBelow: endPage, from: oldRow, to: merge.oldRows.upperBound)
            let newEnd = merge.new.end(ofPagesBelow: endPage, from: newRow, to: merge.newRows.upperBound)
            let oldCount = sources.mark(merge.old, oldRow..<oldEnd, .old)
            let newCount = sources.mark(merge.new, newRow..<newEnd, .new)
            (oldRow, newRow) = (oldEnd, newEnd)
            // A link that both snapshots have, but with different groups, is lost to one and new to the other.
            let isMoved = groups.old != groups.new
            if isMoved {
                oldDiff.lostBacklinks += Int64(oldCount)
                newDiff.newBacklinks += Int64(newCount)
            }
            while change < merge.changes.count, merge.destination(merge.changes[change]) < endPage {
                if !isMoved { count(merge.changes[change]) }
                change += 1
            }
        }
    }

    private mutating func count(_ change: LinkChange) {
        switch change.kind {
        case .changed: newDiff.changedBacklinks += 1
        case .new: if merge.new.isKnown[Int(change.new)] != 0 { newDiff.newBacklinks += 1 }
        case .lost: if merge.old.isKnown[Int(change.old)] != 0 { newDiff.lostBacklinks += 1 }
        }
    }

    private mutating func openRun(_ page: UInt32) {
        closeRun()
        let host = comparison.host(ofPage: page)
        groups = runs.groups(ofHost: host)
        endPage = comparison.firstPages[runs.endOfRun(withHost: host)]
    }

    private mutating func closeRun() {
        defer {
            oldDiff = GroupDiff(target: "")
            newDiff = GroupDiff(target: "")
            sources.removeAll()
        }
        guard endPage > 0 else { return }
        if groups.old != groups.new {
            found.pieces.append((groups.old, oldDiff, sources.list([.old, .knownOld])))
            found.pieces.append((groups.new, newDiff, sources.list([.new, .knownNew])))
        } else if runs.isScattered(groups.new) {
            found.pieces.append((groups.new, newDiff, sources.list([.old, .knownOld, .new, .knownNew])))
        } else {
            sources.finish(&newDiff)
            if newDiff.hasChange { found.whole.append((groups.new, newDiff)) }
        }
    }
}

/// The distinct sources of one group after the other.
struct GroupSourceCounter: Sendable {
    var hosts: SourceMarks
    private var domains: SourceMarks
    private let comparison: Comparison

    init(_ comparison: Comparison) {
        self.comparison = comparison
        hosts = SourceMarks(count: comparison.hosts.count, listsMarked: true)
        domains = SourceMarks(count: comparison.domains.count, listsMarked: true)
    }

    /// Marks the hosts of merged rows of one side (`.old` or `.new`); returns how many of the rows have a known
    /// destination.
    mutating func mark(_ window: LinkWindow, _ rows: Range<Int>, _ side: SourceSides) -> Int {
        let known = window.isKnown.span
        let sources = window.sourceHosts.span
        var knownCount = 0
        for row in rows {
            knownCount &+= Int(known[row])
            hosts.insert(sources[row], side.mark(isKnown: known[row]))
        }
        return knownCount
    }

    /// The marked hosts with any of these marks.
    func list(_ sides: SourceSides) -> [GroupSource] {
        hosts.marked.compactMap { host in
            let marks = hosts.sides[Int(host)] & sides.rawValue
            return marks == 0 ? nil : GroupSource(host: host, sides: marks)
        }
    }

    /// Writes the counts of hosts and domains that are known to be new or lost, and forgets the marks.
    mutating func finish(_ diff: inout GroupDiff) {
        let oldMarks = SourceSides([.old, .knownOld]).rawValue
        let newMarks = SourceSides([.new, .knownNew]).rawValue
        for host in hosts.marked {
            let sides = hosts.sides[Int(host)]
            if SourceSides(rawValue: sides).isNew { diff.newReferringDomains += 1 }
            if SourceSides(rawValue: sides).isLost { diff.lostReferringDomains += 1 }
            if sides & oldMarks != 0 { domains.insert(comparison.old.domainOfHost[Int(host)], sides & oldMarks) }
            if sides & newMarks != 0 { domains.insert(comparison.new.domainOfHost[Int(host)], sides & newMarks) }
        }
        for domain in domains.marked {
            let sides = SourceSides(rawValue: domains.sides[Int(domain)])
            if sides.isNew { diff.newReferringMainDomains += 1 }
            if sides.isLost { diff.lostReferringMainDomains += 1 }
        }
        removeAll()
    }

    mutating func removeAll() {
        hosts.removeAll()
        domains.removeAll()
    }
}

extension LinkWindow {
    /// The destination page (of the union) of a row.
    func destination(_ row: Int) -> UInt32 { UInt32(truncatingIfNeeded: keys[row] >> 32) }

    /// The first row of from … to whose destination isn't below the page.
    func end(ofPagesBelow page: UInt32, from: Int, to: Int) -> Int {
        let keys = keys.span
        let limit = UInt64(page) << 32
        var row = from
        while row < to, keys[row] < limit { row &+= 1 }
        return row
    }
}

extension LinkMerge {
    func destination(_ change: LinkChange) -> UInt32 {
        change.new >= 0 ? new.destination(Int(change.new)) : old.destination(Int(change.old))
    }
}
