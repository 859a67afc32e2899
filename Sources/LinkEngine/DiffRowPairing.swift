import LinkModel
import SnapshotStore

/// Counts what became of the links to one run of hosts, and collects the hosts that they come from. One for each thread; the
/// hot loop of `diff --every`.
struct RowPairing: Sendable {
    /// What is known to be new or lost, and what has changed.
    private(set) var newCount = 0
    private(set) var lostCount = 0
    private(set) var changedCount = 0
    /// Counted links with a known destination, of either side.
    private(set) var knownOldCount = 0
    private(set) var knownNewCount = 0

    private let hosts: ComparedHosts
    private let includeInternal: Bool
    private var marks: GroupSources

    /// The registrable domains of the run's hosts, on either side.
    private var targetDomains: (old: UInt32, new: UInt32) = (0, 0)
    /// All hosts of that domain, if they are neighbours and the sides agree: links from there are internal.
    private var internalHosts: Range<UInt32>?
    private var isKnown = true

    /// The sources of counted rows since the marks were made: of pairs, of rows of one side only.
    private var bothHosts: [UInt32] = []
    private var oldHosts: [UInt32] = []
    private var newHosts: [UInt32] = []
    /// Source pages of rows of the old side only, by its numbers, that wait to be looked up and counted.
    private var oldPages: [UInt32] = []
    private var foundHosts: [UInt32] = []
    private let oldFinder: HostFinder

    init(_ comparison: GroupComparison) {
        oldFinder = comparison.oldFinder
        hosts = comparison.hosts
        includeInternal = comparison.includeInternal
        marks = GroupSources(comparison.hosts)
    }

    /// Begins with the run that the host belongs to. All its hosts have the same domains.
    mutating func begin(host: Int) {
        targetDomains = hosts.domains(ofHost: host)
        internalHosts = hosts.hostsOfDomain(ofHost: host).map { UInt32($0.lowerBound)..<UInt32($0.upperBound) }
        if includeInternal { internalHosts = 0..<0 }
        (newCount, lostCount, changedCount, knownOldCount, knownNewCount) = (0, 0, 0, 0, 0)
        bothHosts.removeAll(keepingCapacity: true)
        oldHosts.removeAll(keepingCapacity: true)
        newHosts.removeAll(keepingCapacity: true)
        oldPages.removeAll(keepingCapacity: true)
        marks.removeAll()
    }

    /// Brings counts and marks up to date.
    mutating func finish() { mark() }

    /// The sources so far, marked.
    var sources: GroupSources { marks }

    /// Writes the counts of sources that are known to be new or lost.
    mutating func finishSources(_ diff: inout GroupDiff) { marks.finish(&diff) }

    /// Marks wait until there are many: then they are made in loops of nothing else.
    private mutating func mark() {
        foundHosts.removeAll(keepingCapacity: true)
        oldFinder.append(oldPages, oldPages.indices, at: hosts.hosts.old.places, to: &foundHosts)
        for host in foundHosts { addOld(host: host) }
        oldPages.removeAll(keepingCapacity: true)
        let known: UInt8 = isKnown ? 1 : 0
        let old = GroupSources.mask(SourceSides.old.mark(isKnown: known))
        let new = GroupSources.mask(SourceSides.new.mark(isKnown: known))
        marks.insert(bothHosts, bothHosts.indices, old | new)
        marks.insert(oldHosts, oldHosts.indices, old)
        marks.insert(newHosts, newHosts.indices, new)
        bothHosts.removeAll(keepingCapacity: true)
        oldHosts.removeAll(keepingCapacity: true)
        newHosts.removeAll(keepingCapacity: true)
    }

    private mutating func begin(isKnown: Bool) {
        let isFull = bothHosts.count + oldPages.count + oldHosts.count + newHosts.count > LinkTable.blockRowCount
        if isFull || isKnown != self.isKnown { mark() }
        self.isKnown = isKnown
    }

    /// The rows of a target that only the old side links to (from there on).
    mutating func addOld(_ old: RowWindow, _ rows: Range<Int>, isKnown: Bool) {
        begin(isKnown: isKnown)
        oldPages.append(contentsOf: old.from[rows])
    }

    mutating func addNew(_ new: RowWindow, _ rows: Range<Int>, isKnown: Bool) {
        begin(isKnown: isKnown)
        for row in rows { addNew(host: new.hosts[row]) }
    }

    /// Pairs rows of one target until one side has none left in its range; returns where both stand then.
    mutating func pair(
        _ old: RowWindow, _ oldRows: Range<Int>, _ new: RowWindow, _ newRows: Range<Int>, isKnown: Bool
    ) -> (old: Int, new: Int) {
        precondition(oldRows.upperBound <= old.count && newRows.upperBound <= new.count)
        begin(isKnown: isKnown)
        let (oldOwnFrom, oldFrom, newFrom, newHosts) = (old.from.span, old.newFrom.span, new.from.span, new.hosts.span)
        let (oldTypes, newTypes) = (old.types.span, new.types.span)
        let (oldFlags, newFlags) = (old.flags.span, new.flags.span)
        let (oldAnchors, newAnchors) = (old.anchors.span, new.anchors.span)
        let (oldImages, newImages) = (old.imageSources.span, new.imageSources.span)
        let (oldEnd, newEnd) = (oldRows.upperBound, newRows.upperBound)
        let internalHosts = internalHosts ?? 0..<0
        let hasSimpleHosts = self.internalHosts != nil
        var (oldRow, newRow) = (oldRows.lowerBound, newRows.lowerBound)
        var (changed, pairs) = (0, 0)
        while oldRow < oldEnd, newRow < newEnd {
            // In bounds: every array has as many values as the window, and the rows lie in both.
            let oldPage = unsafe oldFrom[unchecked: oldRow]
            let newPage = unsafe newFrom[unchecked: newRow]
            if oldPage == newPage {
                let (oldNext, newNext) = (oldRow &+ 1, newRow &+ 1)
                let isAlone =
                    unsafe (oldNext == oldEnd || oldFrom[unchecked: oldNext] != oldPage)
                    && (newNext == newEnd || newFrom[unchecked: newNext] != newPage)
                    && oldTypes[unchecked: oldRow] == newTypes[unchecked: newRow]
                if isAlone, hasSimpleHosts {
                    let host = unsafe newHosts[unchecked: newRow]
                    if !internalHosts.contains(host) {
                        let isEqual =
                            unsafe oldAnchors[unchecked: oldRow] == newAnchors[unchecked: newRow]
                            && oldFlags[unchecked: oldRow] == newFlags[unchecked: newRow]
                            && oldImages[unchecked: oldRow] == newImages[unchecked: newRow]
                        changed &+= isEqual ? 0 : 1
                        pairs &+= 1
                        bothHosts.append(host)
                    }
                    (oldRow, newRow) = (oldNext, newNext)
                } else {
                    (oldRow, newRow) = pairParallel(old, oldRow..<oldEnd, new, newRow..<newEnd)
                }
            } else if oldPage < newPage || oldPage == EntryMap.none {
                oldPages.append(unsafe oldOwnFrom[unchecked: oldRow])
                oldRow &+= 1
            } else {
                addNew(host: unsafe newHosts[unchecked: newRow])
                newRow &+= 1
            }
        }
        changedCount += changed
        if isKnown {
            knownOldCount += pairs
            knownNewCount += pairs
        }
        return (oldRow, newRow)
    }

    private mutating func addOld(host: UInt32) {
        guard counts(host).old else { return }
        if isKnown {
            lostCount &+= 1
            knownOldCount &+= 1
        }
        oldHosts.append(host)
    }

    private mutating func addNew(host: UInt32) {
        guard counts(host).new else { return }
        if isKnown {
            newCount &+= 1
            knownNewCount &+= 1
        }
        newHosts.append(host)
    }

    /// Whether links from a host to the run are backlinks, on either side.
    private func counts(_ host: UInt32) -> (old: Bool, new: Bool) {
        if let internalHosts {
            let counts = !internalHosts.contains(host)
            return (counts, counts)
        }
        return (hosts.oldDomains[Int(host)] != targetDomains.old, hosts.newDomains[Int(host)] != targetDomains.new)
    }

    /// The rows with the same ends at the beginning of both ranges, of several types or several of a type; returns where they
    /// end. Within a type: those that are equal in everything are the same link; of the rest as many have changed as both sides
    /// have, and what one side has more is new or lost. Which of them are paired (see `GroupMatcher`) makes no difference to
    /// the numbers.
    private mutating func pairParallel(
        _ old: RowWindow, _ oldRows: Range<Int>, _ new: RowWindow, _ newRows: Range<Int>
    ) -> (old: Int, new: Int) {
        let page = new.from[newRows.lowerBound]
        let oldEnd = oldRows.first { old.newFrom[$0] != page } ?? oldRows.upperBound
        let newEnd = newRows.first { new.from[$0] != page } ?? newRows.upperBound
        let host = new.hosts[newRows.lowerBound]
        let counts = counts(host)
        guard counts.old, counts.new else {
            // Internal; or on one side only, where the suffix lists differ.
            for _ in oldRows.lowerBound..<oldEnd { addOld(host: host) }
            for _ in newRows.lowerBound..<newEnd { addNew(host: host) }
            return (oldEnd, newEnd)
        }
        bothHosts.append(host)
        if isKnown {
            knownOldCount += oldEnd - oldRows.lowerBound
            knownNewCount += newEnd - newRows.lowerBound
        }
        var (oldRow, newRow) = (oldRows.lowerBound, newRows.lowerBound)
        while oldRow < oldEnd || newRow < newEnd {
            let type = min(oldRow < oldEnd ? old.types[oldRow] : .max, newRow < newEnd ? new.types[newRow] : .max)
            var oldStop = oldRow
            while oldStop < oldEnd, old.types[oldStop] == type { oldStop += 1 }
            var newStop = newRow
            while newStop < newEnd, new.types[newStop] == type { newStop += 1 }
            let equalCount = Self.equalCount(old, oldRow..<oldStop, new, newRow..<newStop)
            let (oldRest, newRest) = (oldStop - oldRow - equalCount, newStop - newRow - equalCount)
            let pairCount = min(oldRest, newRest)
            changedCount += pairCount
            if isKnown {
                lostCount += oldRest - pairCount
                newCount += newRest - pairCount
            }
            (oldRow, newRow) = (oldStop, newStop)
        }
        return (oldEnd, newEnd)
    }

    /// How many rows of one key have an equal one on the other side. On each side they differ and ascend.
    private static func equalCount(
        _ old: RowWindow, _ oldRows: Range<Int>, _ new: RowWindow, _ newRows: Range<Int>
    ) -> Int {
        var (oldRow, newRow, count) = (oldRows.lowerBound, newRows.lowerBound, 0)
        while oldRow < oldRows.upperBound, newRow < newRows.upperBound {
            let left = (old.anchors[oldRow], old.imageSources[oldRow], old.flags[oldRow])
            let right = (new.anchors[newRow], new.imageSources[newRow], new.flags[newRow])
            // A text that the new side doesn't have equals none of its texts, and has no place among them.
            let isMapped = left.0 != EntryMap.none && left.1 != EntryMap.none
            if isMapped, left == right {
                count += 1
                newRow += 1
                oldRow += 1
            } else if !isMapped || left < right {
                oldRow += 1
            } else {
                newRow += 1
            }
        }
        return count
    }
}
