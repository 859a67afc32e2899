import LinkModel
import SnapshotStore

/// The destinations whose links both snapshots hold completely, as ranges of the union's pages. Only there is a link
/// that is on one side only known to be new or lost.
struct KnownPages: Sendable {
    /// Ascending, disjoint, not empty; nil: all pages.
    let ranges: [Range<UInt32>]?

    init(_ old: Snapshot, _ new: Snapshot, _ pages: UnionMap) throws {
        guard let keys = Self.commonKeys(old.coverage, new.coverage) else {
            ranges = nil
            return
        }
        ranges = try keys.compactMap { keys in
            let oldPages = try old.pages(in: keys)
            let newPages = try new.pages(in: keys)
            let first = pages.firstPlace(atOrAfterOld: oldPages.lowerBound, new: newPages.lowerBound)
            let end = pages.firstPlace(atOrAfterOld: oldPages.upperBound, new: newPages.upperBound)
            return first < end ? first..<end : nil
        }
    }

    /// Appends 1 for each of the first `count` pages that is known, 0 for each other one. The pages are ascending.
    func append(_ pages: [UInt32], count: Int, to marks: inout [UInt8]) {
        guard let ranges else {
            marks.append(contentsOf: repeatElement(1, count: count))
            return
        }
        marks.reserveCapacity(marks.count + count)
        let pages = pages.span
        var range = 0
        for position in 0..<count {
            while range < ranges.count, ranges[range].upperBound <= pages[position] { range += 1 }
            let isKnown = range < ranges.count && ranges[range].lowerBound <= pages[position]
            marks.append(isKnown ? 1 : 0)
        }
    }

    /// The key ranges that both cover; nil for everything.
    static func commonKeys(_ old: CoverageSet, _ new: CoverageSet) -> [KeyRange]? {
        if old.coversEverything { return new.coversEverything ? nil : new.ranges }
        if new.coversEverything { return old.ranges }
        var common: [KeyRange] = []
        var (oldIndex, newIndex) = (0, 0)
        while oldIndex < old.ranges.count, newIndex < new.ranges.count {
            let (left, right) = (old.ranges[oldIndex], new.ranges[newIndex])
            let lower = isLess(left.lower.span, right.lower.span) ? right.lower : left.lower
            let leftEndsFirst = isLess(left.upper.span, right.upper.span)
            let upper = leftEndsFirst ? left.upper : right.upper
            if isLess(lower.span, upper.span) { common.append(KeyRange(lower: lower, upper: upper)) }
            if leftEndsFirst { oldIndex += 1 } else { newIndex += 1 }
        }
        return common
    }
}
