import LinkModel

/// What became of a link between two snapshots: positions in the windows of the two sides, −1 where it isn't.
struct LinkChange: Sendable {
    var old: Int32
    var new: Int32
    var kind: Kind
    enum Kind: UInt8, Sendable { case new, lost, changed }
}

/// Pairs the rows of one key (source, destination, type) where at least one side has more than one.
///
/// 1. Rows that are equal in anchor, image source and flags are the same link.
/// 2. Of the rest, rows with equal anchor and image flag are paired in stored order.
/// 3. Of the rest, all are paired in stored order.
///
/// Pairs of steps 2 and 3 differ in something: they are changed. What stays single is new or lost. O(rows · log rows).
struct GroupMatcher: Sendable {
    /// A row of the group: its place in the window, and what tells it from the others.
    private struct Row {
        var index: Int32
        var attributes: RowAttributes
    }
    private var old: [Row] = []
    private var new: [Row] = []
    /// What has no partner yet, in stored order.
    private var oldRest: [Row] = []
    private var newRest: [Row] = []
    private var found: [(change: LinkChange, shown: RowAttributes)] = []

    mutating func begin() {
        old.removeAll(keepingCapacity: true)
        new.removeAll(keepingCapacity: true)
    }

    /// Adds a row of the old side, in stored order.
    mutating func addOld(_ index: Int, _ attributes: RowAttributes) {
        old.append(Row(index: Int32(truncatingIfNeeded: index), attributes: attributes))
    }

    /// Adds a row of the new side, in stored order.
    mutating func addNew(_ index: Int, _ attributes: RowAttributes) {
        new.append(Row(index: Int32(truncatingIfNeeded: index), attributes: attributes))
    }

    /// Appends the changes of the group, in the order of the rows that are shown for them (the new one, or the lost one).
    mutating func match(into changes: inout [LinkChange]) {
        found.removeAll(keepingCapacity: true)
        dropIdentical()
        if oldRest.isEmpty, newRest.isEmpty { return }
        pairAlike()
        let pairCount = min(oldRest.count, newRest.count)
        for index in 0..<pairCount { pair(oldRest[index], newRest[index]) }
        for row in oldRest[pairCount...] {
            found.append((LinkChange(old: row.index, new: -1, kind: .lost), row.attributes))
        }
        for row in newRest[pairCount...] {
            found.append((LinkChange(old: -1, new: row.index, kind: .new), row.attributes))
        }
        found.sort { left, right in
            left.shown != right.shown
                ? left.shown < right.shown : left.change.kind.rawValue < right.change.kind.rawValue
        }
        for entry in found { changes.append(entry.change) }
    }

    private mutating func pair(_ old: Row, _ new: Row) {
        found.append((LinkChange(old: old.index, new: new.index, kind: .changed), new.attributes))
    }

    /// Step 1. Both sides are ascending, and no two rows of a side are equal in their attributes.
    private mutating func dropIdentical() {
        oldRest.removeAll(keepingCapacity: true)
        newRest.removeAll(keepingCapacity: true)
        var (oldNext, newNext) = (0, 0)
        while oldNext < old.count, newNext < new.count {
            if old[oldNext].attributes < new[newNext].attributes {
                oldRest.append(old[oldNext])
                oldNext += 1
            } else if new[newNext].attributes < old[oldNext].attributes {
                newRest.append(new[newNext])
                newNext += 1
            } else {
                oldNext += 1
                newNext += 1
            }
        }
        oldRest += old[oldNext...]
        newRest += new[newNext...]
    }

    /// Step 2. What finds no partner stays in `oldRest` and `newRest`.
    private mutating func pairAlike() {
        let order = { (left: Row, right: Row) in
            let (leftLikeness, rightLikeness) = (left.attributes.likeness, right.attributes.likeness)
            return leftLikeness != rightLikeness ? leftLikeness < rightLikeness : left.index < right.index
        }
        let oldSorted = oldRest.sorted(by: order)
        let newSorted = newRest.sorted(by: order)
        oldRest.removeAll(keepingCapacity: true)
        newRest.removeAll(keepingCapacity: true)
        var (oldNext, newNext) = (0, 0)
        while oldNext < oldSorted.count, newNext < newSorted.count {
            let (left, right) = (oldSorted[oldNext], newSorted[newNext])
            if left.attributes.likeness < right.attributes.likeness {
                oldRest.append(left)
                oldNext += 1
            } else if right.attributes.likeness < left.attributes.likeness {
                newRest.append(right)
                newNext += 1
            } else {
                pair(left, right)
                oldNext += 1
                newNext += 1
            }
        }
        oldRest += oldSorted[oldNext...]
        newRest += newSorted[newNext...]
        oldRest.sort { $0.index < $1.index }
        newRest.sort { $0.index < $1.index }
    }
}

/// What tells the rows of one key apart, in stored order.
struct RowAttributes: Comparable, Sendable {
    var anchor: UInt32
    var imageSource: UInt32
    var flags: UInt8

    static func < (left: RowAttributes, right: RowAttributes) -> Bool {
        (left.anchor, left.imageSource, left.flags) < (right.anchor, right.imageSource, right.flags)
    }

    /// Equal for rows with equal anchor and image flag.
    var likeness: UInt64 {
        UInt64(anchor) << 1 | (LinkFlags(rawValue: flags).contains(.image) ? 1 : 0)
    }
}
