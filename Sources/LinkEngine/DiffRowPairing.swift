import LinkModel
import SnapshotStore

/// Counts what became of the links to one run of hosts, and collects the hosts that they come from. One for each thread; the
/// hot loop of `diff --every`.
///
/// Safety: `pair` traps for rows beyond its windows. The arrays that are read without checks have a value for each
/// row of their window (`from` on the old side only), and there is room for as many pages as pairs.
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
    /// Their pages, by the new side's numbers.
    private var internalPages: Range<UInt32>?
    private var isKnown = true

    /// Source pages of counted pairs, by the new side's numbers, since the marks were made.
    private var pairPages: PairPages
    /// Source pages of rows of one side only, by its numbers, that wait to be looked up and counted.
    private var oldPages: [UInt32] = []
    private var newPages: [UInt32] = []
    private var foundHosts: [UInt32] = []
    private var askedPages: [Range<UInt32>] = []
    /// Pairs in the windows: old row · 2³² + new row.
    private var pairRows: [UInt64] = []
    /// The hosts of counted rows of one side only, until the next marks.
    private var oldHosts: [UInt32] = []
    private var newHosts: [UInt32] = []
    private let comparison: GroupComparison

    init(_ comparison: GroupComparison) {
        self.comparison = comparison
        hosts = comparison.hosts
        includeInternal = comparison.includeInternal
        marks = GroupSources(comparison.hosts)
        pairPages = PairPages(pageCount: comparison.new.pages.count)
    }

    /// Begins with the run that the host belongs to. All its hosts have the same domains.
    mutating func begin(host: Int) {
        targetDomains = hosts.domains(ofHost: host)
        let neighbours = hosts.hostsOfDomain(ofHost: host)
        internalHosts = neighbours.map { UInt32($0.lowerBound)..<UInt32($0.upperBound) }
        internalPages = neighbours.map { comparison.newPages(ofHosts: $0) }
        if includeInternal { (internalHosts, internalPages) = (0..<0, 0..<0) }
        (newCount, lostCount, changedCount, knownOldCount, knownNewCount) = (0, 0, 0, 0, 0)
        pairPages.removeAll()
        oldHosts.removeAll(keepingCapacity: true)
        newHosts.removeAll(keepingCapacity: true)
        oldPages.removeAll(keepingCapacity: true)
        newPages.removeAll(keepingCapacity: true)
        marks.removeAll()
    }

    /// Brings counts and marks up to date.
    /// - Parameter needsPairs: whether all sources are asked for, or only how many came and went.
    mutating func finish(needsPairs: Bool) {
        markSingles()
        if needsPairs { markPairs() } else { markDecidingPairs() }
    }

    /// The sources so far, marked.
    var sources: GroupSources { marks }

    /// Writes the counts of sources that are known to be new or lost.
    mutating func finishSources(_ diff: inout GroupDiff) { marks.finish(&diff) }

    /// Rows of one side wait until there are many: then they are looked up and marked in loops of nothing else.
    private mutating func markSingles() {
        foundHosts.removeAll(keepingCapacity: true)
        comparison.oldFinder.append(oldPages, oldPages.indices, at: hosts.hosts.old.places, to: &foundHosts)
        for host in foundHosts { addOld(host: host) }
        oldPages.removeAll(keepingCapacity: true)
        foundHosts.removeAll(keepingCapacity: true)
        comparison.newFinder.append(newPages, newPages.indices, at: hosts.hosts.new.places, to: &foundHosts)
        for host in foundHosts { addNew(host: host) }
        newPages.removeAll(keepingCapacity: true)
        marks.insert(oldHosts, oldHosts.indices, mask(.old))
        marks.insert(newHosts, newHosts.indices, mask(.new))
        oldHosts.removeAll(keepingCapacity: true)
        newHosts.removeAll(keepingCapacity: true)
    }

    private mutating func markPairs() {
        foundHosts.removeAll(keepingCapacity: true)
        pairPages.moveHosts(comparison.newFinder, at: hosts.hosts.new.places, to: &foundHosts)
        marks.insert(foundHosts, foundHosts.indices, mask(.old) | mask(.new))
    }

    /// The same as far as it makes a difference: of each host that would be new or lost without pairs, and of the others of its
    /// domain, one that has a pair, if any has. Nearly all sources are sources of pairs only.
    private mutating func markDecidingPairs() {
        foundHosts.removeAll(keepingCapacity: true)
        marks.appendOneSided(to: &foundHosts)
        if foundHosts.isEmpty { return }
        askedPages.removeAll(keepingCapacity: true)
        for host in foundHosts {
            // The domain's hosts may be everywhere.
            guard let neighbours = hosts.neighbours(ofHost: Int(host)) else { return markPairs() }
            askedPages.append(comparison.newPages(ofHosts: neighbours))
        }
        pairPages.prepare(for: askedPages)
        let both = mask(.old) | mask(.new)
        for (position, host) in foundHosts.enumerated() {
            guard let page = pairPages.anyPage(in: askedPages[position]) else { continue }
            let own = comparison.newPages(ofHosts: Int(host)..<Int(host) + 1)
            if own.contains(page) || pairPages.anyPage(in: own) != nil {
                marks.insert(host, both)
            } else {
                marks.insert(UInt32(truncatingIfNeeded: comparison.host(ofNew: page)), both)
            }
        }
    }

    private func mask(_ side: SourceSides) -> GroupSources.Lanes {
        GroupSources.mask(side.mark(isKnown: isKnown ? 1 : 0))
    }

    private mutating func begin(isKnown: Bool) {
        if isKnown != self.isKnown {
            markSingles()
            markPairs()
        } else if oldPages.count + newPages.count + oldHosts.count + newHosts.count > LinkTable.blockRowCount {
            markSingles()
        }
        self.isKnown = isKnown
    }

    /// Rows that only the old side has.
    mutating func addOld(_ old: RowWindow, _ rows: Range<Int>, isKnown: Bool) {
        begin(isKnown: isKnown)
        oldPages.append(contentsOf: old.from[rows])
    }

    mutating func addNew(_ new: RowWindow, _ rows: Range<Int>, isKnown: Bool) {
        begin(isKnown: isKnown)
        for row in rows { newPages.append(UInt32(truncatingIfNeeded: new.keys[row])) }
    }

    /// Pairs rows of targets that are in both ranges wholly, as far as the windows hold them, until one side has none left in its
    /// range; returns where both stand then.
    mutating func pair(
        _ old: RowWindow, _ oldRows: Range<Int>, _ new: RowWindow, _ newRows: Range<Int>, isKnown: Bool
    ) -> (old: Int, new: Int) {
        precondition(oldRows.upperBound <= old.count && newRows.upperBound <= new.count)
        precondition(old.from.count >= old.count, "the old side")
        begin(isKnown: isKnown)
        var (oldRow, newRow) = (oldRows.lowerBound, newRows.lowerBound)
        while true {
            if let internalPages, let imagesAreEqual = areImagesEqual(old, new) {
                pairSingles(old, &oldRow, oldRows.upperBound, new, &newRow, newRows.upperBound)
                countPairs(old, new, internalPages, imagesAreEqual: imagesAreEqual)
            } else {
                skipSingles(old, &oldRow, oldRows.upperBound, new, &newRow, newRows.upperBound)
            }
            if oldRow == oldRows.upperBound || newRow == newRows.upperBound { return (oldRow, newRow) }
            (oldRow, newRow) = pairParallel(old, oldRow..<oldRows.upperBound, new, newRow..<newRows.upperBound)
        }
    }

    /// Whether image sources are equal in any pair of rows; nil when that differs, or types do.
    private func areImagesEqual(_ old: RowWindow, _ new: RowWindow) -> Bool? {
        guard let left = old.common, let right = new.common, left.type == right.type else { return nil }
        return comparison.maps.strings[left.imageSource] == right.imageSource
    }

    /// Finds pairs until rows with the same ends are more than one on a side.
    private mutating func pairSingles(
        _ old: RowWindow, _ oldNext: inout Int, _ oldEnd: Int, _ new: RowWindow, _ newNext: inout Int, _ newEnd: Int
    ) {
        let (oldKeys, newKeys, oldFrom) = (old.keys.span, new.keys.span, old.from.span)
        var (oldRow, newRow) = (oldNext, newNext)
        pairRows.removeAll(keepingCapacity: true)
        pairRows.append(addingCapacity: min(oldEnd - oldRow, newEnd - newRow)) { pairs in
            while oldRow < oldEnd, newRow < newEnd {
                // In bounds: every array has as many values as the window, and the rows lie in both.
                let oldKey = unsafe oldKeys[unchecked: oldRow]
                let newKey = unsafe newKeys[unchecked: newRow]
                if oldKey == newKey {
                    let (oldFollowing, newFollowing) = (oldRow &+ 1, newRow &+ 1)
                    let isParallel =
                        unsafe (oldFollowing < oldEnd && oldKeys[unchecked: oldFollowing] == oldKey)
                        || (newFollowing < newEnd && newKeys[unchecked: newFollowing] == newKey)
                    if isParallel { break }
                    pairs.append(UInt64(truncatingIfNeeded: oldRow) &<< 32 | UInt64(truncatingIfNeeded: newRow))
                    (oldRow, newRow) = (oldFollowing, newFollowing)
                } else if oldKey < newKey || oldKey == RowWindow.noKey {
                    oldPages.append(unsafe oldFrom[unchecked: oldRow])
                    oldRow &+= 1
                } else {
                    newPages.append(UInt32(truncatingIfNeeded: newKey))
                    newRow &+= 1
                }
            }
        }
        (oldNext, newNext) = (oldRow, newRow)
    }

    /// Counts what was found, but for internal links.
    private mutating func countPairs(
        _ old: RowWindow, _ new: RowWindow, _ internalPages: Range<UInt32>, imagesAreEqual: Bool
    ) {
        let rows = pairRows
        var changed = 0
        let counted = pairPages.append(upTo: rows.count) { pages, start in
            let found = Self.countPairs(rows, old, new, internalPages, into: &pages, at: start)
            changed = imagesAreEqual ? found.changed : found.counted
            return found.counted
        }
        changedCount += changed
        if isKnown {
            knownOldCount += counted
            knownNewCount += counted
        }
    }

    /// A loop without branches: its look-ups don't wait for each other. Writes the pages of what counts.
    private static func countPairs(
        _ pairs: [UInt64], _ old: RowWindow, _ new: RowWindow, _ internalPages: Range<UInt32>,
        into pages: inout [UInt32], at start: Int
    ) -> (counted: Int, changed: Int) {
        precondition(start + pairs.count <= pages.count)
        let pairs = pairs.span
        let (newKeys, oldFlags, newFlags) = (new.keys.span, old.flags.span, new.flags.span)
        let (oldAnchors, newAnchors) = (old.anchors.span, new.anchors.span)
        let internalCount = internalPages.upperBound &- internalPages.lowerBound
        var pages = pages.mutableSpan
        var (counted, changed) = (0, 0)
        for index in pairs.indices {
            // In bounds: the rows lie in the windows, which have made sure of pages and texts.
            let rows = unsafe pairs[unchecked: index]
            let (oldRow, newRow) = (Int(rows &>> 32), Int(rows & 0xFFFF_FFFF))
            let page = UInt32(truncatingIfNeeded: unsafe newKeys[unchecked: newRow])
            let counts = page &- internalPages.lowerBound >= internalCount ? 1 : 0
            unsafe pages[unchecked: start &+ counted] = page
            counted &+= counts
            let difference =
                unsafe (oldAnchors[unchecked: oldRow] ^ newAnchors[unchecked: newRow])
                | (oldFlags[unchecked: oldRow] ^ newFlags[unchecked: newRow])
            changed &+= counts & (difference != 0 ? 1 : 0)
        }
        return (counted, changed)
    }

    /// The same that stops at any rows with the same ends.
    private mutating func skipSingles(
        _ old: RowWindow, _ oldRow: inout Int, _ oldEnd: Int, _ new: RowWindow, _ newRow: inout Int, _ newEnd: Int
    ) {
        while oldRow < oldEnd, newRow < newEnd {
            let (oldKey, newKey) = (old.keys[oldRow], new.keys[newRow])
            if oldKey == newKey { return }
            if oldKey < newKey || oldKey == RowWindow.noKey {
                oldPages.append(old.from[oldRow])
                oldRow += 1
            } else {
                newPages.append(UInt32(truncatingIfNeeded: newKey))
                newRow += 1
            }
        }
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
        let key = new.keys[newRows.lowerBound]
        let page = UInt32(truncatingIfNeeded: key)
        let oldEnd = oldRows.first { old.keys[$0] != key } ?? oldRows.upperBound
        let newEnd = newRows.first { new.keys[$0] != key } ?? newRows.upperBound
        let host = UInt32(comparison.host(ofNew: page))
        let counts = counts(host)
        guard counts.old, counts.new else {
            // Internal; or on one side only, where the suffix lists differ.
            for _ in oldRows.lowerBound..<oldEnd { addOld(host: host) }
            for _ in newRows.lowerBound..<newEnd { addNew(host: host) }
            return (oldEnd, newEnd)
        }
        pairPages.insert(page)
        if isKnown {
            knownOldCount += oldEnd - oldRows.lowerBound
            knownNewCount += newEnd - newRows.lowerBound
        }
        var (oldRow, newRow) = (oldRows.lowerBound, newRows.lowerBound)
        while oldRow < oldEnd || newRow < newEnd {
            let type = min(oldRow < oldEnd ? old.type(oldRow) : .max, newRow < newEnd ? new.type(newRow) : .max)
            var oldStop = oldRow
            while oldStop < oldEnd, old.type(oldStop) == type { oldStop += 1 }
            var newStop = newRow
            while newStop < newEnd, new.type(newStop) == type { newStop += 1 }
            let equalCount = equalCount(old, oldRow..<oldStop, new, newRow..<newStop)
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
    private func equalCount(
        _ old: RowWindow, _ oldRows: Range<Int>, _ new: RowWindow, _ newRows: Range<Int>
    ) -> Int {
        let texts = comparison.maps.strings
        var (oldRow, newRow, count) = (oldRows.lowerBound, newRows.lowerBound, 0)
        while oldRow < oldRows.upperBound, newRow < newRows.upperBound {
            let left = (old.anchors[oldRow], texts[old.imageSource(oldRow)], old.flags[oldRow])
            let right = (new.anchors[newRow], new.imageSource(newRow), new.flags[newRow])
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
