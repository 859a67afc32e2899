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
    private var oldRest: [Int] = []
    private var newRest: [Int] = []
    private var oldLeft: [Int] = []
    private var newLeft: [Int] = []

    /// Appends the changes of a group, in the order of the rows that are shown for them (the new one, or the lost one).
    mutating func match(
        _ old: LinkWindow, _ oldRows: Range<Int>, _ new: LinkWindow, _ newRows: Range<Int>,
        into changes: inout [LinkChange]
    ) {
        let firstChange = changes.count
        dropIdentical(old, oldRows, new, newRows)
        pairAlike(old, new, &changes)
        let pairCount = min(oldLeft.count, newLeft.count)
        for index in 0..<pairCount { changes.append(Self.change(oldLeft[index], newLeft[index])) }
        for index in pairCount..<oldLeft.count {
            changes.append(LinkChange(old: Int32(oldLeft[index]), new: -1, kind: .lost))
        }
        for index in pairCount..<newLeft.count {
            changes.append(LinkChange(old: -1, new: Int32(newLeft[index]), kind: .new))
        }
        changes[firstChange...].sort { left, right in
            let (leftShown, rightShown) = (Self.shown(left, old, new), Self.shown(right, old, new))
            if leftShown != rightShown { return leftShown < rightShown }
            return left.kind.rawValue < right.kind.rawValue
        }
    }

    /// Step 1. Both sides are ascending in (anchor, image source, flags), and no two rows of a side are equal in them.
    private mutating func dropIdentical(
        _ old: LinkWindow, _ oldRows: Range<Int>, _ new: LinkWindow, _ newRows: Range<Int>
    ) {
        oldRest.removeAll(keepingCapacity: true)
        newRest.removeAll(keepingCapacity: true)
        var (oldRow, newRow) = (oldRows.lowerBound, newRows.lowerBound)
        while oldRow < oldRows.upperBound || newRow < newRows.upperBound {
            if newRow == newRows.upperBound {
                oldRest.append(oldRow)
                oldRow += 1
            } else if oldRow == oldRows.upperBound {
                newRest.append(newRow)
                newRow += 1
            } else {
                let (left, right) = (old.attributes(oldRow), new.attributes(newRow))
                if left < right {
                    oldRest.append(oldRow)
                    oldRow += 1
                } else if right < left {
                    newRest.append(newRow)
                    newRow += 1
                } else {
                    oldRow += 1
                    newRow += 1
                }
            }
        }
    }

    /// Step 2. What finds no partner goes to `oldLeft` and `newLeft`, in stored order.
    private mutating func pairAlike(_ old: LinkWindow, _ new: LinkWindow, _ changes: inout [LinkChange]) {
        // Stable: rows that are alike stay in stored order.
        let oldSorted = oldRest.sorted { (old.likeness($0), $0) < (old.likeness($1), $1) }
        let newSorted = newRest.sorted { (new.likeness($0), $0) < (new.likeness($1), $1) }
        oldLeft.removeAll(keepingCapacity: true)
        newLeft.removeAll(keepingCapacity: true)
        var (oldIndex, newIndex) = (0, 0)
        while oldIndex < oldSorted.count, newIndex < newSorted.count {
            let (oldRow, newRow) = (oldSorted[oldIndex], newSorted[newIndex])
            let (left, right) = (old.likeness(oldRow), new.likeness(newRow))
            if left < right {
                oldLeft.append(oldRow)
                oldIndex += 1
            } else if right < left {
                newLeft.append(newRow)
                newIndex += 1
            } else {
                changes.append(Self.change(oldRow, newRow))
                oldIndex += 1
                newIndex += 1
            }
        }
        oldLeft += oldSorted[oldIndex...]
        newLeft += newSorted[newIndex...]
        oldLeft.sort()
        newLeft.sort()
    }

    private static func change(_ old: Int, _ new: Int) -> LinkChange {
        LinkChange(old: Int32(old), new: Int32(new), kind: .changed)
    }

    private static func shown(_ change: LinkChange, _ old: LinkWindow, _ new: LinkWindow) -> RowAttributes {
        change.new >= 0 ? new.attributes(Int(change.new)) : old.attributes(Int(change.old))
    }
}

/// What tells the rows of one key apart, in stored order.
struct RowAttributes: Comparable {
    var anchor: UInt32
    var imageSource: UInt32
    var flags: UInt8

    static func < (left: RowAttributes, right: RowAttributes) -> Bool {
        (left.anchor, left.imageSource, left.flags) < (right.anchor, right.imageSource, right.flags)
    }
}

extension LinkWindow {
    func attributes(_ row: Int) -> RowAttributes {
        RowAttributes(anchor: anchors[row], imageSource: imageSources[row], flags: flags[row])
    }

    /// Equal for rows with equal anchor and image flag.
    func likeness(_ row: Int) -> UInt64 {
        UInt64(anchors[row]) << 1 | (LinkFlags(rawValue: flags[row]).contains(.image) ? 1 : 0)
    }
}
