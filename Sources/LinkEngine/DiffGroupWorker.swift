import SnapshotStore

/// Compares the links of one part after the other, group by group. One for each thread.
struct GroupDiffWorker: Sendable {
    private let comparison: GroupComparison
    private let runs: GroupRuns
    private var old: RowWindow
    private var new: RowWindow
    private var scratch = RowWindow.Scratch()
    private var pairing: RowPairing
    private var found = GroupDiffs()

    init(_ comparison: GroupComparison, _ runs: GroupRuns) {
        self.comparison = comparison
        self.runs = runs
        old = RowWindow(comparison.old, maps: comparison.maps)
        new = RowWindow(comparison.new, maps: nil)
        pairing = RowPairing(comparison)
    }

    /// All groups of a part. Parts begin where runs begin.
    mutating func compare(_ part: ComparedRows) throws -> GroupDiffs {
        old.start(part.old)
        new.start(part.new)
        while true {
            try old.refill(&scratch)
            try new.refill(&scratch)
            let oldHost = old.target.map { comparison.host(ofOld: $0) } ?? .max
            let newHost = new.target.map { comparison.host(ofNew: $0) } ?? .max
            let host = min(oldHost, newHost)
            if host == .max { break }
            try compareRun(withHost: host)
        }
        defer { found = GroupDiffs() }
        return found
    }

    /// Compares the links to the run of hosts that the next links go to.
    private mutating func compareRun(withHost host: Int) throws {
        let (oldEnd, newEnd) = comparison.firstPages(ofHost: runs.endOfRun(withHost: host))
        pairing.begin(host: host)
        while true {
            try old.refill(&scratch)
            try new.refill(&scratch)
            let oldTarget = old.target.flatMap { $0 < oldEnd ? $0 : nil }
            let newTarget = new.target.flatMap { $0 < newEnd ? $0 : nil }
            if oldTarget == nil, newTarget == nil { break }
            let stretch = comparison.stretch(fromOld: oldTarget, new: newTarget)
            step(
                old.rows(below: min(oldEnd, stretch.oldEnd)), new.rows(below: min(newEnd, stretch.newEnd)),
                isKnown: stretch.isKnown)
        }
        finish(runs.groups(ofHost: host))
    }

    /// The next rows, to targets that are all known or all not. A side without rows has none there: its window isn't empty.
    private mutating func step(_ oldRows: Range<Int>, _ newRows: Range<Int>, isKnown: Bool) {
        if newRows.isEmpty {
            pairing.addOld(old, oldRows, isKnown: isKnown)
            old.head = oldRows.upperBound
        } else if oldRows.isEmpty {
            pairing.addNew(new, newRows, isKnown: isKnown)
            new.head = newRows.upperBound
        } else {
            (old.head, new.head) = pairing.pair(old, oldRows, new, newRows, isKnown: isKnown)
        }
    }

    private mutating func finish(_ groups: (old: UInt32, new: UInt32)) {
        let isWhole = groups.old == groups.new && !runs.isScattered(groups.new)
        pairing.finish(needsPairs: !isWhole)
        var (oldDiff, newDiff) = (GroupDiff(target: ""), GroupDiff(target: ""))
        if groups.old != groups.new {
            // A link that both snapshots have, but with different groups, is lost to one and new to the other.
            oldDiff.lostBacklinks = Int64(pairing.knownOldCount)
            newDiff.newBacklinks = Int64(pairing.knownNewCount)
            let sources = pairing.sources
            found.pieces.append((groups.old, oldDiff, sources.list([.old, .knownOld])))
            found.pieces.append((groups.new, newDiff, sources.list([.new, .knownNew])))
            return
        }
        newDiff.newBacklinks = Int64(pairing.newCount)
        newDiff.lostBacklinks = Int64(pairing.lostCount)
        newDiff.changedBacklinks = Int64(pairing.changedCount)
        if runs.isScattered(groups.new) {
            found.pieces.append((groups.new, newDiff, pairing.sources.list([.old, .knownOld, .new, .knownNew])))
        } else {
            pairing.finishSources(&newDiff)
            if newDiff.hasChange { found.whole.append((groups.new, newDiff)) }
        }
    }
}
