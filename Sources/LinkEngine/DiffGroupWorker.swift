import SnapshotStore

/// Compares the links of one part after the other, group by group. One for each thread.
struct GroupDiffWorker: Sendable {
    private let comparison: GroupComparison
    private let runs: GroupRuns
    private var old: RowWindow
    private var new: RowWindow
    private var pairing: RowPairing
    private var found = GroupDiffs()

    init(_ comparison: GroupComparison, _ runs: GroupRuns) {
        self.comparison = comparison
        self.runs = runs
        let hosts = comparison.hosts.hosts
        old = RowWindow(
            comparison.old, comparison.oldFinder, places: hosts.old.places, maps: comparison.maps)
        new = RowWindow(comparison.new, comparison.newFinder, places: hosts.new.places, maps: nil)
        pairing = RowPairing(comparison)
    }

    /// All groups of a part. Parts begin where runs begin.
    mutating func compare(_ part: ComparedRows) throws -> GroupDiffs {
        old.start(part.old)
        new.start(part.new)
        while true {
            try old.refill()
            try new.refill()
            let hosts = [
                old.target.map { comparison.host(ofOld: $0) }, new.target.map { comparison.host(ofNew: $0) },
            ]
            guard let host = hosts.compactMap({ $0 }).min() else { break }
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
            try old.refill()
            try new.refill()
            let oldTarget = old.target.flatMap { $0 < oldEnd ? $0 : nil }
            let newTarget = new.target.flatMap { $0 < newEnd ? $0 : nil }
            if oldTarget == nil, newTarget == nil { break }
            step(oldTarget, newTarget)
        }
        finish(runs.groups(ofHost: host))
    }

    /// The next rows that have one target, as far as both windows hold them.
    private mutating func step(_ oldTarget: UInt32?, _ newTarget: UInt32?) {
        let mapped = oldTarget.map { comparison.maps.pages.indexes[Int($0)] }
        if let oldTarget, mapped == EntryMap.none || newTarget.map({ mapped ?? 0 < $0 }) ?? true {
            let rows = old.head..<old.endOfTarget()
            pairing.addOld(old, rows, isKnown: comparison.isKnown(old: oldTarget))
            old.head = rows.upperBound
        } else if let newTarget, mapped != newTarget {
            let rows = new.head..<new.endOfTarget()
            pairing.addNew(new, rows, isKnown: comparison.isKnown(new: newTarget))
            new.head = rows.upperBound
        } else if let newTarget {
            (old.head, new.head) = pairing.pair(
                old, old.head..<old.endOfTarget(), new, new.head..<new.endOfTarget(),
                isKnown: comparison.isKnown(new: newTarget))
        }
    }

    private mutating func finish(_ groups: (old: UInt32, new: UInt32)) {
        pairing.finish()
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
