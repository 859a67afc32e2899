/// The destinations that are covered completely, as sorted disjoint key ranges.
package struct CoverageSet: Sendable {
    package let coversEverything: Bool
    /// Ascending, disjoint; empty when everything is covered.
    package let ranges: [KeyRange]

    /// Targets that were cut short aren't covered, except where another target covers them.
    package init(_ coverage: Coverage) throws(TargetError) {
        guard case .targets(let targets) = coverage else {
            coversEverything = true
            ranges = []
            return
        }
        var all: [KeyRange] = []
        for covered in targets where covered.complete {
            all += try Target(covered: covered).ranges
        }
        all.sort { isLess($0.lower.span, $1.lower.span) }
        var merged: [KeyRange] = []
        for range in all {
            if let last = merged.last, !isLess(last.upper.span, range.lower.span) {
                if isLess(last.upper.span, range.upper.span) {
                    merged[merged.count - 1] = KeyRange(lower: last.lower, upper: range.upper)
                }
            } else {
                merged.append(range)
            }
        }
        coversEverything = false
        ranges = merged
    }

    /// Whether all links to the page are in the snapshot. O(log of the number of ranges).
    package func covers(_ key: Span<UInt8>) -> Bool {
        coversEverything || range(holding: key) != nil
    }

    /// The range that holds the key. O(log of the number of ranges).
    func range(holding key: Span<UInt8>) -> KeyRange? {
        var lower = 0
        var upper = ranges.count
        // The first range that ends after the key is the only one that can hold it.
        while lower < upper {
            let middle = (lower + upper) / 2
            let range = ranges[middle]
            if isLess(key, range.upper.span) {
                upper = middle
            } else {
                lower = middle + 1
            }
        }
        return lower < ranges.count && ranges[lower].contains(key) ? ranges[lower] : nil
    }
}
