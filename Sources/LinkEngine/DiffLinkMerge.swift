import SnapshotStore

/// Merges the links of two snapshots, block by block:
///
///     merge.start(rows)
///     while try merge.next() {
///         … merge.oldRows, merge.newRows: the rows that this step has merged, in merge.old and merge.new
///         … merge.changes: what changed among them, ascending by (destination, source, type, …)
///     }
///
/// O(rows), no hashing. Memory: about two blocks of rows a side; more only when more than a block of links goes
/// from one page to one page.
struct LinkMerge: Sendable {
    private(set) var old: LinkWindow
    private(set) var new: LinkWindow
    private(set) var oldRows: Range<Int> = 0..<0
    private(set) var newRows: Range<Int> = 0..<0
    private(set) var changes: [LinkChange] = []
    private var matcher = GroupMatcher()

    init(_ comparison: Comparison, _ columns: WindowColumns) {
        old = LinkWindow(
            comparison.old, comparison.known, columns: columns, includeInternal: comparison.includeInternal)
        new = LinkWindow(
            comparison.new, comparison.known, columns: columns, includeInternal: comparison.includeInternal)
    }

    /// Begins with other rows.
    mutating func start(_ rows: ComparedRows) {
        old.start(rows.old)
        new.start(rows.new)
        (oldRows, newRows) = (0..<0, 0..<0)
        changes.removeAll(keepingCapacity: true)
    }

    /// Merges some more rows; false when there are none left.
    mutating func next() throws -> Bool {
        changes.removeAll(keepingCapacity: true)
        if old.head == old.completeEnd { try old.refill() }
        if new.head == new.completeEnd { try new.refill() }
        let (oldStart, newStart) = (old.head, new.head)
        let (oldEnd, newEnd) = (old.completeEnd, new.completeEnd)
        var (oldNext, newNext) = (oldStart, newStart)
        Self.merge(old, &oldNext, oldEnd, new, &newNext, newEnd, &matcher, &changes)
        // What one side has left is on that side only if nothing of the other one can come any more.
        if new.isLast, newNext == newEnd {
            for row in oldNext..<oldEnd { changes.append(LinkChange(old: Int32(row), new: -1, kind: .lost)) }
            oldNext = oldEnd
        }
        if old.isLast, oldNext == oldEnd {
            for row in newNext..<newEnd { changes.append(LinkChange(old: -1, new: Int32(row), kind: .new)) }
            newNext = newEnd
        }
        old.head = oldNext
        new.head = newNext
        oldRows = oldStart..<oldNext
        newRows = newStart..<newNext
        return !(oldRows.isEmpty && newRows.isEmpty)
    }

    /// Merges until one side has no complete group left.
    private static func merge(
        _ old: LinkWindow, _ oldNext: inout Int, _ oldEnd: Int, _ new: LinkWindow, _ newNext: inout Int, _ newEnd: Int,
        _ matcher: inout GroupMatcher, _ changes: inout [LinkChange]
    ) {
        let oldKeys = old.keys.span
        let newKeys = new.keys.span
        let oldTypes = old.types.span
        let newTypes = new.types.span
        let oldAnchors = old.anchors.span
        let newAnchors = new.anchors.span
        let oldImages = old.imageSources.span
        let newImages = new.imageSources.span
        let oldFlags = old.flags.span
        let newFlags = new.flags.span
        var (oldRow, newRow) = (oldNext, newNext)
        while oldRow < oldEnd, newRow < newEnd {
            let (oldKey, newKey) = (oldKeys[oldRow], newKeys[newRow])
            let (oldType, newType) = (oldTypes[oldRow], newTypes[newRow])
            if oldKey < newKey || (oldKey == newKey && oldType < newType) {
                changes.append(LinkChange(old: Int32(truncatingIfNeeded: oldRow), new: -1, kind: .lost))
                oldRow &+= 1
                continue
            }
            if oldKey != newKey || oldType != newType {
                changes.append(LinkChange(old: -1, new: Int32(truncatingIfNeeded: newRow), kind: .new))
                newRow &+= 1
                continue
            }
            var oldStop = oldRow &+ 1
            while oldStop < oldEnd, oldKeys[oldStop] == oldKey, oldTypes[oldStop] == oldType { oldStop &+= 1 }
            var newStop = newRow &+ 1
            while newStop < newEnd, newKeys[newStop] == newKey, newTypes[newStop] == newType { newStop &+= 1 }
            // Nearly always nothing has changed.
            var isEqual = oldStop &- oldRow == newStop &- newRow
            var offset = 0
            while isEqual, oldRow &+ offset < oldStop {
                let (left, right) = (oldRow &+ offset, newRow &+ offset)
                isEqual =
                    oldAnchors[left] == newAnchors[right] && oldImages[left] == newImages[right]
                    && oldFlags[left] == newFlags[right]
                offset &+= 1
            }
            if !isEqual {
                matcher.begin()
                for row in oldRow..<oldStop {
                    matcher.addOld(
                        row, RowAttributes(anchor: oldAnchors[row], imageSource: oldImages[row], flags: oldFlags[row]))
                }
                for row in newRow..<newStop {
                    matcher.addNew(
                        row, RowAttributes(anchor: newAnchors[row], imageSource: newImages[row], flags: newFlags[row]))
                }
                matcher.match(into: &changes)
            }
            oldRow = oldStop
            newRow = newStop
        }
        (oldNext, newNext) = (oldRow, newRow)
    }
}
