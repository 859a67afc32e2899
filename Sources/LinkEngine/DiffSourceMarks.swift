/// On which sides a source was seen.
struct SourceSides: OptionSet, Sendable {
    let rawValue: UInt8
    static let old = SourceSides(rawValue: 1)
    static let new = SourceSides(rawValue: 2)
    /// With a link to a destination whose links both snapshots hold completely.
    static let knownOld = SourceSides(rawValue: 4)
    static let knownNew = SourceSides(rawValue: 8)

    /// Known to have come, or to have gone.
    var isNew: Bool { contains(.knownNew) && !contains(.old) }
    var isLost: Bool { contains(.knownOld) && !contains(.new) }

    /// The mark for a link on this side (`.old` or `.new`).
    /// - Parameter isKnown: 1 where both snapshots hold all links of its destination, else 0.
    @inline(__always)
    func mark(isKnown: UInt8) -> UInt8 { rawValue &* (1 &+ 4 &* isKnown) }
}

/// Marks sources (pages, hosts or domains of the union) while links pass by, and can be emptied at the cost of what
/// was marked. Memory: 1 byte for each possible source, 4 bytes for each marked one.
struct SourceMarks: Sendable {
    private(set) var sides: [UInt8]
    /// The sources with a mark, in the order of their first one; empty when they aren't listed.
    private(set) var marked: [UInt32] = []
    private let listsMarked: Bool

    /// - Parameter listsMarked: whether `removeAll` and `marked` will be used.
    init(count: Int, listsMarked: Bool) {
        sides = Array(repeating: 0, count: count)
        self.listsMarked = listsMarked
    }

    /// Marks the source pages of merged rows of one side (`.old` or `.new`).
    mutating func markPages(_ window: LinkWindow, _ rows: Range<Int>, _ side: SourceSides) {
        let keys = window.keys.span
        let known = window.isKnown.span
        for row in rows { insert(UInt32(truncatingIfNeeded: keys[row]), side.mark(isKnown: known[row])) }
    }

    mutating func insert(_ source: UInt32, _ mark: UInt8) {
        let before = sides[Int(source)]
        let after = before | mark
        guard after != before else { return }
        sides[Int(source)] = after
        if before == 0, listsMarked { marked.append(source) }
    }

    /// Adds the marks of another set of equal size.
    mutating func formUnion(_ other: SourceMarks) {
        precondition(sides.count == other.sides.count)
        let theirs = other.sides.span
        var ours = sides.mutableSpan
        for source in ours.indices { ours[source] |= theirs[source] }
    }

    mutating func removeAll() {
        precondition(listsMarked)
        for source in marked { sides[Int(source)] = 0 }
        marked.removeAll(keepingCapacity: true)
    }
}

extension DiffTotal {
    /// Counts one distinct source that is on either side.
    mutating func count(_ sides: UInt8) {
        let sides = SourceSides(rawValue: sides)
        if sides.contains(.old) { oldCount += 1 }
        if sides.contains(.new) { newCount += 1 }
        if !sides.contains(.new) { if sides.isLost { lost += 1 } else { unknownLost += 1 } }
        if !sides.contains(.old) { if sides.isNew { new += 1 } else { unknownNew += 1 } }
    }
}
